"""What conversations remember of quotes, and that servers are strangers."""

import itertools
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.card import Basis
from bot.domain.conversation import Conversation
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import ScriptedPool
from tests.service.asking import ask, question
from tests.service.notes import (
    ASKED,
    DROPOUT,
    KNOWN,
    QUOTED,
    SECOND,
    keep,
    saying,
)
from tests.service.test_press import press

# Conversations


async def test_a_follow_up_reads_the_quotes_without_their_marks(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN)
    first = await ask(services, ASKED)
    await ask(services, "Who won the world cup of 1954?")
    turn = pool.prompts[-1].split("\n")[1]
    assert first.card is not None
    said = [quote.text for quote in first.card.quotes] + [KNOWN]
    assert turn == f"Answer: {' '.join(said)}"


async def test_a_thread_starts_with_the_quotes_without_their_marks(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN)
    first = await ask(services, ASKED)
    thread = Conversation("guild", "thread")
    await services.ask.carry_over(first.answer_id, thread)
    await ask(services, "Who won the world cup of 1954?", conversation=thread)
    assert f"Answer: {DROPOUT}" in pool.prompts[-1]
    assert "“" not in pool.prompts[-1]
    assert "[1]" not in pool.prompts[-1]


async def test_a_follow_up_finds_what_the_question_before_was_about(
    services: Services, store: Database
) -> None:
    await keep(store)
    await keep(store, "Bake a bread at 240 degrees.", name="bread.md")
    await ask(services, "What is dropout?")
    snapshot = await ask(services, "And at test time?")
    assert snapshot.card is not None
    assert [source.document for source in snapshot.card.sources] == ["lecture.md"]
    assert SECOND in snapshot.text


async def test_quotes_do_not_tell_of_turns_that_they_do_not_need(
    services: Services, store: Database
) -> None:
    await keep(store)
    notices = [(await ask(services, ASKED)).notice for _ in range(5)]
    assert notices == [None] * 5


async def test_regenerating_searches_again(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    first = await ask(services, ASKED)
    assert first.card is not None
    assert first.card.basis is Basis.MEMORY
    await keep(store)
    again = await press(services.press.regenerate, first.answer_id)
    assert again.text.startswith(QUOTED)
    await ask(services, "Who won the world cup of 1954?")
    assert f"Answer: {DROPOUT}" in pool.prompts[-1]
    assert pool.prompts[-1].count("Question:") == 2


# Servers are strangers

LETTERS = st.text("bcdfgklmnprst", min_size=5, max_size=8)
SECRETS = st.lists(LETTERS, min_size=2, max_size=5, unique=True)
_servers = itertools.count()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SECRETS, st.lists(LETTERS, max_size=3), st.sampled_from([0.0, -6.0]))
async def test_nothing_of_another_servers_notes_ever_appears(
    services: Services,
    store: Database,
    pool: ScriptedPool,
    secrets: Sequence[str],
    own: Sequence[str],
    logprob: float,
) -> None:
    number = next(_servers)
    here, there = f"here{number}", f"there{number}"
    secret = f"{' '.join(secrets).capitalize()} qqqsecret."
    await keep(store, secret, heading="qqqsecret", server=there, name="qqqsecret.md")
    if own:
        await keep(store, f"{' '.join(own).capitalize()}.", server=here, name="own.md")
    async with store.transaction() as transaction:
        await transaction.notes.put_answer(there, 9, " ".join(secrets), "qqqsecret", None)
    pool.scripts = saying("Fish.", logprob=logprob)
    pool.prompts.clear()
    asked = question(f"What is {' '.join(secrets)}?", conversation=Conversation(here, "general"))
    async with services.ask.ask(asked) as live:
        seen = [repr(snapshot) async for snapshot in live.snapshots()]
    seen += [*pool.prompts, repr(await services.notes.search(here, " ".join(secrets)))]
    assert not any("qqqsecret" in each.lower() for each in seen)
