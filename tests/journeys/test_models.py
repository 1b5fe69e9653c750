"""Journeys of admins: `/model switch` over real models in one pool under a memory budget."""

import threading
from pathlib import Path

import pytest

from bot.generation.catalog import Catalog
from tests.discord_server import Person, TextChannel
from tests.journeys.campus import Campus
from tests.study_server import answers_from_now_on, model_of

REFUSAL = "Only admins can switch the model: you need the Manage Server permission."


async def answering_model(campus: Campus, person: Person, channel: TextChannel) -> str:
    """Which model answers a person's question."""
    return model_of(await campus.ask(person, channel, "What is a loss?", length="short"))


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Holds every load of `large` until the event is set."""
    may_read = threading.Event()
    find = Catalog.folder

    def folder(catalog: Catalog, name: str) -> Path:
        if name == "large" and threading.current_thread().name.startswith("load-large"):
            assert may_read.wait(Campus.patience_seconds)
        return find(catalog, name)

    monkeypatch.setattr(Catalog, "folder", folder)
    return may_read


async def test_a_switch_loads_beside_the_old_model_which_answers_meanwhile(
    campus: Campus, slow_disk: threading.Event
) -> None:
    async with campus.bot():
        refused = await campus.switch("large", campus.ada)
        assert refused.content == REFUSAL
        asked = await campus.admin.slash(campus.channel, "model switch", model="large")
        message = await asked.responded()
        assert message.content.startswith("⏳ Loading large `░")
        assert await answering_model(campus, campus.ada, campus.channel) == "small"
        running = await campus.start(campus.bob, campus.channel, "What is dropout?", length="long")
        await campus.growing(running)
        assert message.content.startswith("⏳ Loading large `░")
        slow_disk.set()
        await campus.settled(asked)
        assert message.content == answers_from_now_on("large")
        assert campus.ada.sees(message)
        assert await answering_model(campus, campus.ada, campus.channel) == "large"
        assert model_of(await campus.ended(running)) == "small"
    async with campus.bot():
        assert await answering_model(campus, campus.ada, campus.channel) == "large"


async def test_a_question_may_name_a_model_that_has_to_be_loaded_for_it(campus: Campus) -> None:
    async with campus.bot():
        message = await campus.ask(campus.ada, campus.channel, "Why?", model="third")
        assert model_of(message) == "third"
        assert await answering_model(campus, campus.ada, campus.channel) == "small"


async def test_a_model_beyond_the_budget_is_refused_with_the_numbers(campus: Campus) -> None:
    budget = campus.num_bytes("small") + campus.num_bytes("large") // 2
    async with campus.bot(memory_budget=budget):
        assert await answering_model(campus, campus.ada, campus.channel) == "small"
        running = await campus.start(campus.ada, campus.channel, "What is dropout?", length="long")
        await campus.growing(running)
        message = await campus.switch("large")
        needed = f"{campus.num_bytes('large') / 1e9:.2f} GB"
        assert message.content == (
            f"large needs {needed} of memory, but models may use {budget / 1e9:.2f} GB in all, "
            f"of which {campus.num_bytes('small') / 1e9:.2f} GB are in use."
        )
        assert model_of(await campus.ended(running)) == "small"
        assert await answering_model(campus, campus.ada, campus.channel) == "small"


async def test_a_corrupt_model_leaves_the_old_one_answering(campus: Campus) -> None:
    async with campus.bot():
        message = await campus.switch("broken")
        assert message.content == (
            "The weights of broken are damaged or unreadable (model.safetensors); fetch them again."
        )
        assert await answering_model(campus, campus.ada, campus.channel) == "small"
        assert campus.pool is not None
        assert campus.pool.used_bytes == campus.num_bytes("small")
        switched = await campus.switch("large")
        assert switched.content == answers_from_now_on("large")


async def test_of_two_servers_models_the_least_recently_used_leaves_for_a_third(
    campus: Campus,
) -> None:
    statistics = campus.server.add_guild("Statistics 1")
    questions = statistics.add_channel("questions")
    eve, boss = campus.server.add_person("eve"), statistics.owner
    statistics.join(eve)
    assert isinstance(boss, Person)
    sizes = [campus.num_bytes(name) for name in ("small", "large", "third")]
    async with campus.bot(memory_budget=sum(sizes) - 1):
        assert campus.pool is not None
        is_loaded = campus.pool.is_loaded
        switched = await campus.switch("large", boss, questions)
        assert switched.content == answers_from_now_on("large")
        assert await answering_model(campus, eve, questions) == "large"
        assert await answering_model(campus, campus.ada, campus.channel) == "small"
        assert is_loaded("small")
        assert is_loaded("large")

        third = await campus.ask(campus.ada, campus.channel, "Why?", model="third", length="short")
        assert model_of(third) == "third"
        assert not is_loaded("large")
        assert is_loaded("small")
        assert is_loaded("third")

        assert await answering_model(campus, eve, questions) == "large"
        assert not is_loaded("small")
        assert campus.pool.used_bytes <= campus.pool.memory_budget
