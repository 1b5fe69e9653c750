"""The topic guard: which questions it hints at or refuses, which pass, and what that costs."""

import pytest

from bot.domain.answer import AnswerState
from bot.domain.card import Basis
from bot.domain.classifier import Use
from bot.domain.errors import InvalidParameter, ModelUnavailable, OffTopic, RateLimited, SmallTalk
from bot.domain.topic_guard import NOT_CONFIGURED, REFUSAL, GuardMode
from bot.service import topic_guard
from bot.service.compare import CompareWish
from bot.service.complete import Wish
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_classifiers import ScriptedClassifiers, guarding
from tests.scripted_models import ScriptedPool, SetClock
from tests.scripted_services import scripted_services
from tests.service.asking import ADA, ADMIN, CHANNEL, ask, last_snapshot
from tests.service.notes import keep
from tests.service.test_press import press

STRAY = "Who won the world cup?"
HINT, REFUSE = GuardMode.HINT, GuardMode.REFUSE


@pytest.fixture
def classifiers() -> ScriptedClassifiers:
    return guarding()


@pytest.fixture
def services(
    store: Database,
    pool: ScriptedPool,
    clock: SetClock,
    bugs: list[BaseException],
    classifiers: ScriptedClassifiers,
) -> Services:
    return scripted_services(store, pool, clock, bugs, classifiers=classifiers)


async def choose(services: Services, mode: GuardMode | None, server: str = "guild") -> None:
    """Set the guard of a server, as its admin."""
    await services.settings.change(ADMIN, server, topic_guard=mode)


async def is_hinted(services: Services, text: str) -> bool:
    """Whether the answer to a question says that it looks off topic."""
    card = (await ask(services, text)).card
    assert card is not None
    return card.is_off_topic


# What it does


async def test_a_server_that_wants_nothing_of_it_is_left_alone(
    services: Services, classifiers: ScriptedClassifiers
) -> None:
    assert not await is_hinted(services, STRAY)
    assert classifiers.asked == []


async def test_a_hinted_answer_is_given_and_says_so_for_good(
    services: Services, store: Database
) -> None:
    await choose(services, HINT)
    snapshot = await ask(services, STRAY)
    assert snapshot.state is AnswerState.DONE
    assert snapshot.card is not None
    assert snapshot.card.is_off_topic
    async with store.reading() as transaction:
        row = await transaction.answers.get(snapshot.answer_id)
    assert row is not None
    assert row.card == snapshot.card


async def test_a_refused_question_leaves_nothing_and_writes_nothing(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await choose(services, REFUSE)
    with pytest.raises(OffTopic, match=r"deep learning") as refused:
        await ask(services, STRAY)
    assert refused.value.text == REFUSAL
    assert REFUSAL.count(".") == 0
    async with store.reading() as transaction:
        assert await transaction.answers.get(1) is None
        assert (await transaction.turns.newest(CHANNEL, 9)).turns == ()
    assert pool.prompts == []


async def test_a_refusal_is_charged_to_nobody(services: Services) -> None:
    await choose(services, REFUSE)
    await services.settings.change_limits(
        ADMIN, "guild", scope="person", count=1, period_seconds=60
    )
    for _ in range(3):
        with pytest.raises(OffTopic):
            await ask(services, STRAY)
    assert (await ask(services)).text
    with pytest.raises(RateLimited):
        await ask(services)


@pytest.mark.parametrize("mode", [HINT, REFUSE])
async def test_what_is_on_topic_is_answered_as_ever(services: Services, mode: GuardMode) -> None:
    await choose(services, mode)
    assert not await is_hinted(services, "What is dropout?")


async def test_each_server_chooses_for_itself_and_may_take_it_back(services: Services) -> None:
    await choose(services, REFUSE, server="elsewhere")
    assert not await is_hinted(services, STRAY)
    await choose(services, HINT)
    assert await is_hinted(services, STRAY)
    await choose(services, None)
    assert not await is_hinted(services, STRAY)


# What it lets pass


async def test_what_the_notes_answer_passes_whatever_it_is_about(
    services: Services, store: Database
) -> None:
    await keep(store, "The world cup viewing is in room 12 on Friday at noon.", heading="World cup")
    await choose(services, REFUSE)
    snapshot = await ask(services, "Where is the world cup viewing?")
    assert snapshot.card is not None
    assert (snapshot.card.basis, snapshot.card.is_off_topic) == (Basis.NOTES, False)


async def test_what_the_notes_only_come_near_does_not(services: Services, store: Database) -> None:
    await keep(store, "The exam is in room 12 on Friday at noon.", heading="Exam")
    await choose(services, REFUSE)
    with pytest.raises(OffTopic):
        await ask(services, "Who won the world cup in room soccer?")


async def test_what_the_servers_own_notes_would_be_offered_for_passes(
    services: Services, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what only the handbook comes near, which is about deep learning anyway."""
    await choose(services, REFUSE)
    await keep(store, "The exam is in room 12 on Friday at noon.", heading="Exam")
    monkeypatch.setattr(topic_guard, "WORTH_OFFERING", 0.0)
    assert not await is_hinted(services, "Is the world cup shown in the room of the exam?")
    with pytest.raises(OffTopic):
        await ask(services, "Is the weather good?")


async def test_what_an_assistant_answered_passes(services: Services, store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put_answer("guild", 7, "Who bakes the cake?", "Tess does.", None)
    await choose(services, REFUSE)
    snapshot = await ask(services, "Who bakes the cake?")
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.ANSWERED


async def test_a_follow_up_is_judged_with_the_question_that_it_follows(
    services: Services, classifiers: ScriptedClassifiers
) -> None:
    await choose(services, REFUSE)
    await ask(services, "What is dropout?")
    assert not await is_hinted(services, "Why?")
    assert classifiers.asked[-2:] == ["Why?", "What is dropout? Why?"]


async def test_a_follow_up_to_what_was_off_topic_is_so_too(services: Services) -> None:
    await ask(services, STRAY)
    await choose(services, REFUSE)
    with pytest.raises(OffTopic):
        await ask(services, "And then?")


async def test_a_question_that_says_it_all_is_judged_by_itself(services: Services) -> None:
    await choose(services, REFUSE)
    await ask(services, "What is dropout?")
    with pytest.raises(OffTopic):
        await ask(services, "Who won the world cup in France in 1998?")


async def test_of_a_long_text_the_part_counts_that_asks(
    services: Services, classifiers: ScriptedClassifiers
) -> None:
    await choose(services, REFUSE)
    diary = "We met in the cafeteria and talked for a long time about this and that. " * 6
    await ask(services, f"{diary}What is dropout?")
    assert classifiers.asked == ["What is dropout?"]


async def test_small_talk_and_other_refusals_come_first(services: Services) -> None:
    await choose(services, REFUSE)
    with pytest.raises(SmallTalk):
        await ask(services, "thanks a lot!")
    with pytest.raises(Exception, match="insult, threaten"):
        await ask(services, "Write an insult about my professor and the world cup")


async def test_completions_are_not_guarded(services: Services) -> None:
    await choose(services, REFUSE)
    async with services.complete.complete(Wish("wish:1", ADA, CHANNEL, STRAY)) as live:
        assert (await last_snapshot(live)).text


# Other ways to an answer


async def test_what_is_regenerated_is_judged_as_the_server_wants_it_now(
    services: Services, store: Database
) -> None:
    first = await ask(services, STRAY)
    await choose(services, HINT)
    again = await press(services.press.regenerate, first.answer_id)
    assert again.card is not None
    assert again.card.is_off_topic
    await choose(services, REFUSE)
    with pytest.raises(OffTopic):
        await press(services.press.regenerate, again.answer_id)


async def test_comparisons_are_refused_too(services: Services) -> None:
    await choose(services, REFUSE)
    wish = CompareWish("compare:1", ADA, CHANNEL, STRAY, ("small", "large"))
    with pytest.raises(OffTopic):
        async with services.compare.compare(wish):
            pytest.fail("it was accepted")


# Without a classifier, or with one that fails


async def test_a_classifier_that_fails_costs_nobody_an_answer(
    services: Services, classifiers: ScriptedClassifiers, caplog: pytest.LogCaptureFixture
) -> None:
    await choose(services, REFUSE)
    caplog.set_level("WARNING")
    classifiers.error = ModelUnavailable("There is no room for it.")
    assert not await is_hinted(services, STRAY)
    assert "lets a question pass: There is no room for it." in caplog.text


async def test_without_a_classifier_it_cannot_be_switched_on(
    store: Database, pool: ScriptedPool, clock: SetClock
) -> None:
    services = scripted_services(store, pool, clock, [])
    for mode in (HINT, REFUSE):
        with pytest.raises(InvalidParameter) as refused:
            await choose(services, mode)
        assert refused.value.text == NOT_CONFIGURED
    await choose(services, GuardMode.OFF)
    shown = await services.settings.show("guild")
    assert (shown.topic_guard, shown.has_topic_guard) == (GuardMode.OFF, False)


async def test_a_guard_that_lost_its_classifier_is_off(
    services: Services, store: Database, pool: ScriptedPool, clock: SetClock
) -> None:
    await choose(services, REFUSE)
    without = scripted_services(store, pool, clock, [])
    assert not await is_hinted(without, STRAY)
    assert not (await without.settings.show("guild")).has_topic_guard


async def test_a_classifier_for_something_else_guards_nothing(
    store: Database, pool: ScriptedPool, clock: SetClock
) -> None:
    ranking = ScriptedClassifiers({Use.ANSWER_RANKING: lambda text: 0.0})
    services = scripted_services(store, pool, clock, [], classifiers=ranking)
    with pytest.raises(InvalidParameter):
        await choose(services, HINT)
