"""What is shown of what a model writes: whole decent words, or another try, or nothing."""

import asyncio

import pytest

from bot.domain.answer import AnswerState
from bot.domain.card import Basis
from bot.domain.decency import WITHHELD, DecencyLevel
from bot.domain.errors import NotDecent, QueueFull
from bot.domain.sampling import FinishReason, SamplingParams
from bot.service.screened import second
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADMIN, CHANNEL, ask, last_snapshot, question
from tests.service.notes import ASKED, KNOWN, QUOTED, keep, row_of, saying, until
from tests.service.test_press import press
from tests.service.test_screening import complete, set_level

RUDE = Script([" Dropout", " is", " fucking", " good."])
LINK = " Go to https://evil.example/x or discord.gg/free now."
NEUTRAL = " Go to [link removed] or [link removed] now."


# Decency


async def test_an_indecent_text_is_written_again_with_another_seed(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    pool.scripts = [RUDE, Script()]
    async with services.ask.ask(question(seed=7)) as live:
        shown = [snapshot async for snapshot in live.snapshots()]
    assert not any("fuck" in snapshot.text for snapshot in shown)
    assert shown[-1].text == "Dropout zeroes activations."
    assert [sampling.seed for sampling in pool.samplings] == [7, 1007]
    assert shown[-1].notice == (
        "What the model wrote first was not decent, so it wrote again, with the seed 1007."
    )
    row = await row_of(store, shown[-1])
    assert (row.text, row.sampling.seed) == ("Dropout zeroes activations.", 1007)


async def test_a_second_try_that_nobody_sees_is_not_told(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    pool.scripts = [RUDE, *saying("Fish.", logprob=-6.0)]
    snapshot = await ask(services, "Which units does the baker of Bremen like best?")
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.NOTHING
    assert len(pool.prompts) == 2
    assert snapshot.notice is None
    await keep(store)
    pool.scripts = [RUDE, *saying("Nobody knows.")]
    snapshot = await ask(services, ASKED)
    assert snapshot.text == QUOTED
    assert snapshot.notice is None
    pool.scripts = [RUDE, *saying(KNOWN)]
    snapshot = await ask(services, ASKED)
    assert KNOWN in snapshot.text
    assert snapshot.notice is not None


async def test_a_text_that_is_indecent_twice_is_withheld_and_nothing_remembers_it(
    services: Services, store: Database, pool: ScriptedPool, bugs: list[BaseException]
) -> None:
    pool.scripts = [RUDE]
    snapshot = await ask(services)
    assert (snapshot.state, snapshot.text) == (AnswerState.FAILED, "")
    assert snapshot.error == WITHHELD
    assert isinstance(snapshot.refusal, NotDecent)
    assert len(pool.prompts) == 2
    assert (await row_of(store, snapshot)).text == ""
    async with store.reading() as transaction:
        assert (await transaction.turns.newest(CHANNEL, 9)).turns == ()
    assert bugs == []


async def test_the_last_word_counts(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script([" Oh", " shit"]), Script([" Oh", " well."])]
    assert (await ask(services)).text == " Oh well."


async def test_a_level_decides_what_is_decent(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script([" That", " damn", " loss."])]
    assert (await ask(services)).text == " That damn loss."
    await set_level(services, DecencyLevel.STRICT)
    assert (await ask(services)).error == WITHHELD
    await set_level(services, DecencyLevel.OFF)
    pool.scripts = [RUDE]
    assert (await ask(services)).text == " Dropout is fucking good."
    await services.settings.block(ADMIN, "guild", "is good")
    await services.settings.block(ADMIN, "guild", "fucking good")
    assert (await ask(services)).error == WITHHELD


async def test_a_second_try_that_finds_no_room_is_none(
    services: Services, pool: ScriptedPool, bugs: list[BaseException]
) -> None:
    pool.scripts = [RUDE, Script(error=QueueFull("Full."))]
    assert (await ask(services)).error == WITHHELD
    assert bugs == []


async def test_a_stopped_text_keeps_its_decent_words(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" Dropout", " is", " fucking"], gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        await until(live, "Dropout")
        live.stop()
        last = await last_snapshot(live)
    assert (last.state, last.text) == (AnswerState.CANCELLED, " Dropout is")
    assert len(pool.prompts) == 1


async def test_a_second_try_can_be_stopped(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [RUDE, Script([" Well,", " it", " is"], gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        await until(live, "Well,")
        live.stop()
        last = await last_snapshot(live)
    assert (last.state, last.text) == (AnswerState.CANCELLED, " Well, it")


def test_a_second_greedy_try_is_no_longer_greedy() -> None:
    assert second(SamplingParams(temperature=0.0, seed=3)).temperature > 0
    assert second(SamplingParams(temperature=1.5, seed=3)) == SamplingParams(
        temperature=1.5, seed=1003
    )


async def test_a_phrase_is_found_over_the_border_of_the_persons_text(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" are", " worthless."])]
    assert (await complete(services, "I think that you")).error == WITHHELD


async def test_a_phrase_is_found_over_the_border_of_a_continued_answer(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" Well,", " you", " are"], finish_reason=FinishReason.LENGTH)]
    first = await ask(services)
    pool.scripts = [Script([" worthless."]), Script([" right."])]
    snapshot = await press(services.press.go_on, first.answer_id)
    assert snapshot.text == " Well, you are right."


async def test_of_several_samples_only_the_indecent_one_is_withheld(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" upon", " a", " time."]), RUDE]
    snapshot = await complete(services, "Once", num_samples=2)
    assert snapshot.samples == (" upon a time.", WITHHELD)
    assert snapshot.text.endswith(f"**Sample 2 · seed 101**\n{WITHHELD}")
    assert snapshot.state is AnswerState.DONE
    assert len(pool.prompts) == 3


async def test_a_sample_that_was_written_again_leaves_the_seeds_of_the_others(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    pool.scripts = [RUDE, Script([" upon", " a", " time."])]
    snapshot = await complete(services, "Once", num_samples=2)
    assert snapshot.samples == (" upon a time.", " upon a time.")
    assert snapshot.notice is not None
    assert snapshot.notice.endswith("with the seed 1100.")
    assert (await row_of(store, snapshot)).sampling.seed == 100


async def test_samples_that_are_all_indecent_are_refused(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [RUDE]
    assert (await complete(services, "Once", num_samples=3)).error == WITHHELD


async def test_quotes_stand_without_an_explanation_that_is_not_decent(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN, "Fuck that.")
    snapshot = await ask(services, ASKED)
    assert (snapshot.state, snapshot.error) == (AnswerState.DONE, None)
    assert snapshot.text.startswith(QUOTED)
    assert KNOWN not in snapshot.text


async def test_the_notes_own_words_are_quoted_whatever_they_are(
    services: Services, store: Database
) -> None:
    await set_level(services, DecencyLevel.STRICT)
    await keep(store, "Dropout switches units off at random, damn it.")
    snapshot = await ask(services, ASKED)
    assert "damn it" in snapshot.text


# Links, mentions and numbers


@pytest.mark.parametrize("level", DecencyLevel)
async def test_what_a_model_made_up_is_never_shown_at_any_level(
    services: Services, store: Database, pool: ScriptedPool, level: DecencyLevel
) -> None:
    await set_level(services, level)
    words = [f" {word}" for word in LINK.split()]
    pool.scripts = [Script([*words, " Ask", " @everyone."])]
    async with services.ask.ask(question()) as live:
        shown = [snapshot async for snapshot in live.snapshots()]
    for snapshot in shown:
        assert "evil" not in snapshot.text
        assert "discord.gg" not in snapshot.text
        assert "@everyone" not in snapshot.text
    assert shown[-1].text == f"{NEUTRAL} Ask @\u200beveryone."
    assert (await row_of(store, shown[-1])).text == shown[-1].text
    async with store.reading() as transaction:
        (turn,) = (await transaction.turns.newest(CHANNEL, 9)).turns
    assert "evil" not in turn.answer


async def test_a_link_that_the_person_wrote_may_be_continued(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" and https://uni.example/a", " again https://evil.example/a."])]
    snapshot = await complete(services, "See https://uni.example/a")
    assert snapshot.text == " and https://uni.example/a again [link removed]."


async def test_a_link_of_the_quoted_notes_may_be_named(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    link = "https://uni.example/dropout"
    await keep(store, f"Dropout switches units off at random, see {link} for units and more.")
    pool.scripts = saying(f"Units are switched off, see {link} at random.")
    snapshot = await ask(services, ASKED)
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.NOTES
    assert snapshot.card.explanation.count(link) == 1


async def test_long_answers_are_read_once(
    services: Services, pool: ScriptedPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.decency.filter import DecencyFilter

    lengths: list[int] = []
    judge = DecencyFilter.judge

    def measured(self: DecencyFilter, text: str, *rest: object) -> object:
        lengths.append(len(text))
        return judge(self, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(DecencyFilter, "judge", measured)
    words = [f" word{number}" for number in range(900)]
    pool.scripts = [Script(words)]
    assert (await ask(services)).text == "".join(words)
    assert max(lengths) < 700
