"""`/compare` as people meet it: answers as they come, secret names, votes, and what goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.cogs import comparing
from bot.domain.conversation import Asker
from bot.domain.errors import NotEnoughMemory
from bot.domain.rate_limit import Limit
from bot.storage.comparison_tables import comparisons
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Interaction, Message, Person
from tests.scripted_models import Script

THREE = "small, large, tiny"
ANSWER = "Dropout zeroes activations."


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits come as soon as there is news."""
    monkeypatch.setattr(comparing, "INTERVAL_SECONDS", 0.2)
    monkeypatch.setattr(comparing, "RETRY_SECONDS", 0.02)


async def start(scene: Scene, models: str | None = THREE, **options: Any) -> Interaction:
    values = {"question": "What is dropout?", "models": models} | options
    return await scene.ada.slash(scene.channel, "compare", **values)


async def compared(scene: Scene, models: str | None = THREE, **options: Any) -> Message:
    """Ada compares; the message once the comparison has ended."""
    return await ended(scene, await (await start(scene, models, **options)).responded())


async def ended(scene: Scene, message: Message) -> Message:
    await scene.server.until(
        lambda: "A" in message.buttons or "log p" in message.content or "⏹" in message.content,
        15.0,  # Discord lets a message be edited five times in five seconds
    )
    return message


@asynccontextmanager
async def second_writes(scene: Scene) -> AsyncIterator[tuple[Message, asyncio.Event]]:
    """A comparison whose second model waits for a gate while it writes."""
    gate = asyncio.Event()
    scene.pool.loaded |= {"large", "tiny"}
    scene.pool.scripts = [Script(), Script(gate=gate), Script()]
    message = await (await start(scene)).responded()
    await scene.server.until(lambda: "▌" in message.content)
    yield message, gate


async def press(scene: Scene, person: Person, message: Message, label: str) -> str:
    """Press a button; what the presser reads of it."""
    return (await (await person.click(message, label)).followed_up()).content


def names_of(text: str) -> list[str]:
    """The models of the table of figures, in order."""
    lines = text.split("```\n")[1].split("\n")
    return [line.split()[1] for line in lines if line[:2] in ("A ", "B ", "C ")]


# Comparing


async def test_answers_stand_side_by_side_and_nobody_knows_whose_they_are(bot: Scene) -> None:
    message = await compared(bot, seed=7)
    assert message.content.split("\n") == [
        "> What is dropout?",
        "-# large, small, tiny · seed 7 · temperature 0.7",
        "**A**",
        ANSWER,
        "**B**",
        ANSWER,
        "**C**",
        ANSWER,
        "-# Which answer is the best? Names and figures are told to you once you have voted, and "
        "to everybody when Ada presses Reveal.",
    ]
    assert message.buttons == ["A", "B", "C", "Reveal"]
    assert bot.bob.sees(message)


async def test_answers_are_shown_as_they_come(bot: Scene) -> None:
    async with second_writes(bot) as (message, gate):
        assert (
            f"**A**\n{ANSWER}\n**B**\nDropout ▌\n**C**\n⏳ Waits for its turn." in message.content
        )
        assert message.buttons == ["Stop"]
        gate.set()
        await ended(bot, message)


async def test_loading_is_shown_without_the_name_that_is_secret(bot: Scene) -> None:
    bot.pool.load_gate = asyncio.Event()
    message = await (await start(bot, "large, tiny")).responded()
    await bot.server.until(lambda: "⏳ Loading: 25%" in message.content)
    bot.pool.load_gate.set()
    await ended(bot, message)


async def test_with_open_names_there_is_no_secret(bot: Scene) -> None:
    bot.pool.load_gate = asyncio.Event()
    message = await (await start(bot, "small, large", blind=False)).responded()
    await bot.server.until(lambda: "⏳ Loading large: 25%" in message.content)
    assert "**A** · small" in message.content
    bot.pool.load_gate.set()
    await ended(bot, message)
    assert names_of(message.content) == ["small", "large"]
    assert message.buttons == ["A small · 0", "B large · 0"]


async def test_without_names_the_models_of_this_machine_are_compared(bot: Scene) -> None:
    message = await compared(bot, None)
    assert "-# large, small, tiny ·" in message.content


async def test_names_are_completed_one_after_the_other(bot: Scene) -> None:
    async def suggested(typed: str) -> list[str]:
        asked = await bot.ada.autocomplete(bot.channel, "compare", "models", typed, question="Why?")
        return await asked.suggestions()

    assert await suggested("") == ["small", "large", "tiny"]
    assert await suggested("la") == ["large"]
    assert await suggested("large") == ["large", "large, small", "large, tiny"]
    assert await suggested("large, s") == ["large", "large, small"]
    assert await suggested("large, small, tiny") == ["large, small, tiny"]


async def test_a_long_answer_is_cut_and_the_whole_one_is_a_file(bot: Scene) -> None:
    long = [f" word{number}" for number in range(600)]
    bot.pool.scripts = [Script(words=long), Script()]
    bot.pool.loaded = {"small", "large", "tiny"}
    message = await compared(bot)
    assert len(message.content) <= 2_000
    assert message.content.count(ANSWER) == 2
    assert "word200" in message.content, "the short answers leave their room to the long one"
    assert "…\n**B**" in message.content
    assert message.buttons == ["A", "B", "C", "Whole answers", "Reveal"]
    pressed = await (await bot.bob.click(message, "Whole answers")).followed_up()
    (file,) = pressed.attachments
    text = file.content.decode()
    assert "word599" in text
    assert "── A ──" in text
    assert "── A · " not in text
    assert not bot.ada.sees(pressed)


async def test_nothing_that_a_model_writes_changes_the_message_around_it(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=["# Big", " @everyone", " ```", "code"]), Script()]
    message = await compared(bot, "small, large", blind=False)
    assert "\\# Big @\u200beveryone ```code\n```\n**B** · large" in message.content


# Voting


async def test_a_vote_tells_its_voter_names_and_figures_and_others_only_how_many(
    bot: Scene,
) -> None:
    message = await compared(bot)
    told = await press(bot, bot.bob, message, "B")
    names = names_of(told)
    assert told.startswith(f"Your vote for **B** counts. B is {names[1]}.\n```\n")
    assert sorted(names) == ["large", "small", "tiny"]
    assert "log p: mean log-probability of a token" in told
    await bot.server.until(lambda: "1 vote so far." in message.content)
    assert "log p" not in message.content
    assert message.buttons == ["A", "B", "C", "Reveal"]


async def test_another_vote_takes_the_place_of_the_first(bot: Scene) -> None:
    message = await compared(bot)
    await press(bot, bot.bob, message, "B")
    told = await press(bot, bot.bob, message, "A")
    assert told.startswith(
        "Your vote is for **A** now, no longer for B. As you know the names, it does not count in "
        "the server's standings."
    )
    assert (await press(bot, bot.bob, message, "A")).startswith("Your vote is for **A** already.")
    await bot.server.until(lambda: "1 vote so far." in message.content)


async def test_the_asker_reveals_to_everybody(bot: Scene) -> None:
    message = await compared(bot)
    await press(bot, bot.bob, message, "C")
    refused = await press(bot, bot.bob, message, "Reveal")
    assert refused == (
        "Only Ada, who asked, and admins can reveal the models of this comparison; once you have "
        "voted, the models are told to you alone."
    )
    told = await press(bot, bot.ada, message, "Reveal")
    assert told == "Everybody sees the models and the votes now."
    names = names_of(message.content)
    assert message.buttons == [
        f"A {names[0]} · 0",
        f"B {names[1]} · 0",
        f"C {names[2]} · 1",
    ]
    told = await press(bot, bot.admin, message, f"A {names[0]} · 0")
    assert "does not count in the server's standings" in told
    await bot.server.until(lambda: f"A {names[0]} · 1" in message.buttons)


async def test_people_who_press_at_once_all_count(bot: Scene) -> None:
    message = await compared(bot)
    people = (bot.ada, bot.bob, bot.admin)
    await asyncio.gather(*(person.click(message, "A") for person in people))
    await bot.server.until(lambda: "3 votes so far." in message.content)


async def test_votes_and_buttons_survive_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        message = await compared(scene)
        await press(scene, scene.bob, message, "B")
    async with start_bot():
        await press(scene, scene.admin, message, "A")
        await scene.server.until(lambda: "2 votes so far." in message.content)
        await press(scene, scene.ada, message, "Reveal")
        assert "log p" in message.content
    assert scene.bugs == []


async def test_a_press_on_a_comparison_that_was_forgotten_is_one_sentence(bot: Scene) -> None:
    message = await compared(bot)
    before = message.content
    assert bot.services is not None
    async with bot.services.installation._store.transaction() as transaction:
        connection = transaction.comparisons._connection  # type: ignore[attr-defined]
        await connection.execute(comparisons.delete())
    for label in ("A", "Reveal"):
        told = await press(bot, bot.bob, message, label)
        assert told == "I no longer know this comparison; please ask for a new one with /compare."
    assert message.content == before


# What goes wrong


async def test_a_model_without_room_is_a_row_and_the_others_answer(bot: Scene) -> None:
    bot.pool.load_error = NotEnoughMemory("large needs 7 GB of memory.")
    bot.pool.loaded = {"small", "tiny"}
    message = await compared(bot, THREE, blind=False)
    assert "**B** · large\n⚠️ large needs 7 GB of memory." in message.content
    assert message.buttons == ["A small · 0", "C tiny · 0"]


async def test_where_one_alone_answers_there_is_no_vote(bot: Scene) -> None:
    bot.pool.load_error = NotEnoughMemory("large needs 7 GB of memory.")
    message = await compared(bot, "small, large")
    assert "log p" in message.content
    assert message.buttons == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"models": "small"}, "small alone is no comparison; name at least one more model."),
        ({"models": "small, huge"}, "There is no model huge; there are large, small and tiny."),
        ({"question": "?"}, "I cannot find a word in that; please ask in words"),
        ({"question": "Thank you!"}, "You are welcome!"),
    ],
)
async def test_a_refusal_is_one_sentence(
    bot: Scene, options: dict[str, str], sentence: str
) -> None:
    message = await (await start(bot, **options)).responded()
    assert message.content.startswith(sentence)
    assert message.buttons == []


async def test_each_model_counts_as_a_question(bot: Scene) -> None:
    await bot.set(person_limit=Limit(4, 3600))
    await compared(bot)
    message = await (await start(bot)).responded()
    assert message.content.startswith("Comparing 3 models counts as 3 questions. You have reached")
    assert "zeroes" in (await bot.ask()).content


async def test_who_asked_stops_it_and_others_cannot(bot: Scene) -> None:
    async with second_writes(bot) as (message, _):
        refused = await press(bot, bot.bob, message, "Stop")
        assert refused == "Only Ada, who asked, and admins can stop this comparison."
        told = await press(bot, bot.ada, message, "Stop")
        assert told == "The models that have not answered yet are left out."
        await bot.server.until(lambda: "⏹ Stopped." in message.content)
    assert message.content.count(ANSWER) == 1
    assert message.content.count("-# Not asked any more.") == 2


async def test_what_its_person_deletes_is_shown_no_longer(bot: Scene) -> None:
    async with second_writes(bot) as (message, _):
        assert bot.services is not None
        await bot.services.privacy.delete(Asker(str(bot.ada.id), "Ada"))
        await bot.server.until(lambda: message.content.startswith("I no longer know"))
    assert message.buttons == []


async def test_a_deleted_message_ends_the_comparison(bot: Scene) -> None:
    async with second_writes(bot) as (message, gate):
        await bot.admin.delete(message)
        gate.set()
        assert bot.services is not None
        compare = bot.services.compare
        await bot.server.until(lambda: compare._live == {})
    assert "zeroes" in (await bot.ask()).content


async def test_an_end_that_outlives_its_token_is_shown_all_the_same(bot: Scene) -> None:
    async with second_writes(bot) as (message, gate):
        bot.server.clock.advance(16 * 60)
        gate.set()
        await ended(bot, message)
    assert message.buttons == ["A", "B", "C", "Reveal"]


async def test_a_stumbling_connection_does_not_lose_the_end(bot: Scene) -> None:
    async with second_writes(bot) as (message, gate):
        bot.server.fail_next("PATCH", r"/messages/@original$", 500)
        gate.set()
        await ended(bot, message)
    assert message.buttons == ["A", "B", "C", "Reveal"]


async def test_while_one_runs_the_next_waits_and_says_so(bot: Scene) -> None:
    async with second_writes(bot) as (message, gate):
        other = await (await start(bot, "small, large")).responded()
        await bot.server.until(lambda: "-# Another comparison comes first." in other.content)
        gate.set()
        await ended(bot, message)
        await ended(bot, other)
    assert other.buttons == ["A", "B", "Reveal"]


# Restarts


async def test_a_farewell_in_the_middle_says_so_and_keeps_what_is_there(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot(), second_writes(scene) as (message, _):
        pass
    assert "⏹ Interrupted by a restart; ask again to compare them all." in message.content
    assert ANSWER in message.content
    assert message.content.count("-# Not asked any more.") == 2
    assert scene.bugs == []


async def test_a_kill_in_the_middle_is_told_by_the_next_start(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        message = await compared(scene)
        assert scene.services is not None
        await reopen(scene)
    message.content = "… ▌"
    async with start_bot():
        await scene.server.until(lambda: "Interrupted by a restart" in message.content)
        assert message.buttons == ["A", "B", "C", "Reveal"]
        await press(scene, scene.bob, message, "A")
    message.content = "as it was left"
    async with start_bot():
        await scene.server.quiet(0.3)
        assert message.content == "as it was left", "an end is brought once"
    assert scene.bugs == []


async def test_a_message_that_is_gone_is_not_looked_for_at_every_start(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        message = await compared(scene)
        await reopen(scene)
        await scene.admin.delete(message)
    async with start_bot():
        assert scene.services is not None
        ballot = scene.services.ballot
        await scene.server.quiet(0.3)
        assert await ballot.recover() == []
    assert scene.bugs == []


async def reopen(scene: Scene) -> None:
    """Put the comparison back to where a kill would have left it."""
    assert scene.services is not None
    await scene.server.quiet()  # that its end was shown is noted
    async with scene.services.installation._store.transaction() as transaction:
        connection = transaction.comparisons._connection  # type: ignore[attr-defined]
        await connection.execute(comparisons.update().values(state="running", shown_at=None))
