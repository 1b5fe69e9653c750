"""Votes and reviews: what is refused, what is kept, and where it holds."""

import dataclasses

import pytest

from bot.domain.card import Basis
from bot.domain.conversation import Conversation
from bot.domain.errors import NotAllowed, NotFound, QuestionRefused
from bot.domain.feedback import Reception, Verdict
from bot.service.complete import Wish
from bot.service.feedback import Mark
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask, last_snapshot
from tests.service.notes import ASKED, DROPOUT, keep, row_of
from tests.service.test_press import press

OTHER = Conversation("other", "general")


def mark(answer_id: int, asker: object = ADMIN, server: str = "guild") -> Mark:
    return Mark(asker, server, answer_id)  # type: ignore[arg-type]


async def test_a_person_has_one_vote_for_each_answer(services: Services) -> None:
    number = (await ask(services)).answer_id
    assert await services.feedback.vote(mark(number, ADA), Verdict.GOOD) is Verdict.GOOD
    assert await services.feedback.vote(mark(number, ADA), Verdict.BAD) is Verdict.BAD
    assert await services.feedback.vote(mark(number, BOB), Verdict.GOOD) is Verdict.GOOD
    assert await services.feedback.reception(number) == Reception(1, 1)
    assert await services.feedback.vote(mark(number, BOB), Verdict.GOOD) is None
    assert await services.feedback.reception(number) == Reception(0, 1)


async def test_quotes_are_endorsed_without_their_marks(services: Services, store: Database) -> None:
    await keep(store)
    number = (await ask(services, ASKED)).answer_id
    await services.feedback.endorse(mark(number))
    (kept,) = await services.feedback.endorsed("guild")
    assert kept.text.replace("\n", " ") in (DROPOUT, DROPOUT.split(". ")[0] + ".")
    assert (kept.question, kept.person_name, kept.verdict) == (ASKED, "Root", Verdict.ENDORSED)
    again = await ask(services, ASKED, asker=BOB)
    assert again.card is not None
    assert again.card.basis is Basis.ANSWERED


async def test_an_answer_outlives_the_note_that_it_was_taken_from(
    services: Services, store: Database
) -> None:
    await keep(store)
    await services.feedback.endorse(mark((await ask(services, ASKED)).answer_id))
    await services.notes.remove(ADMIN, "guild", "lecture.md")
    assert (await ask(services, ASKED)).text.startswith("Dropout switches units off at random.")


async def test_what_is_taken_back_stays_where_it_was_repeated_and_is_given_to_nobody(
    services: Services, store: Database
) -> None:
    number = (await ask(services)).answer_id
    await services.feedback.correct(mark(number), "What is dropout?", "A mask of zeros.")
    repeated = await ask(services)
    await services.feedback.take_back(mark(number))
    assert (await row_of(store, repeated)).text == "A mask of zeros."
    assert await services.feedback.endorsed("guild") == []
    assert "mask" not in (await ask(services)).text
    with pytest.raises(NotFound, match="nothing to take back"):
        await services.feedback.take_back(mark(number))


async def test_nobody_judges_answers_of_another_server(services: Services) -> None:
    number = (await ask(services)).answer_id
    feedback = services.feedback
    for deed in (
        feedback.vote(mark(number, server="other"), Verdict.GOOD),
        feedback.proposal(mark(number, server="other")),
        feedback.endorse(mark(number, server="other")),
        feedback.correct(mark(number, server="other"), "What?", "That."),
        feedback.take_back(mark(number, server="other")),
    ):
        with pytest.raises(NotFound):
            await deed
    assert await feedback.reception(number) == Reception()


async def test_a_correction_of_one_server_answers_no_question_of_another(
    services: Services, pool: ScriptedPool
) -> None:
    number = (await ask(services)).answer_id
    await services.feedback.correct(mark(number), "What is dropout?", "A mask of zeros.")
    there = await ask(services, conversation=OTHER)
    assert "mask" not in there.text
    assert "mask" not in pool.prompts[-1]


async def test_students_are_refused_whatever_they_try(services: Services) -> None:
    number = (await ask(services)).answer_id
    feedback = services.feedback
    for deed in (
        feedback.proposal(mark(number, ADA)),
        feedback.endorse(mark(number, ADA)),
        feedback.correct(mark(number, ADA), "What?", "That."),
        feedback.take_back(mark(number, ADA)),
    ):
        with pytest.raises(NotAllowed, match="Only teaching assistants and admins"):
            await deed


async def test_private_answers_and_completions_become_nobodys_course_material(
    services: Services,
) -> None:
    private = (await ask(services, is_private=True)).answer_id
    with pytest.raises(QuestionRefused, match="stays private"):
        await services.feedback.endorse(mark(private))
    wish = Wish("test:complete", ADA, CHANNEL, "Dropout is")
    async with services.complete.complete(wish) as live:
        written = (await last_snapshot(live)).answer_id
    for deed in (
        services.feedback.vote(mark(written), Verdict.GOOD),
        services.feedback.endorse(mark(written)),
    ):
        with pytest.raises(QuestionRefused, match="answers no question"):
            await deed


async def test_not_knowing_is_corrected_and_not_endorsed(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(logprob=-50.0)]
    snapshot = await ask(services)
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.NOTHING
    with pytest.raises(QuestionRefused, match="only says that it does not know"):
        await services.feedback.endorse(mark(snapshot.answer_id))
    assert (await services.feedback.proposal(mark(snapshot.answer_id))).text == ""


@pytest.mark.parametrize("text", ["", " \u200b\n", "x" * 4_001])
async def test_a_blank_or_endless_correction_is_refused(services: Services, text: str) -> None:
    number = (await ask(services)).answer_id
    with pytest.raises(QuestionRefused, match="The correction"):
        await services.feedback.correct(mark(number), "What is dropout?", text)
    assert await services.feedback.reception(number) == Reception()


async def test_an_approved_answer_is_not_written_anew_in_its_place(services: Services) -> None:
    number = (await ask(services)).answer_id
    await services.feedback.endorse(mark(number))
    with pytest.raises(QuestionRefused, match="has approved this answer, so it stays"):
        await press(services.press.regenerate, number)


async def test_who_regenerates_a_repeated_answer_is_not_given_it_again(
    services: Services, pool: ScriptedPool
) -> None:
    number = (await ask(services)).answer_id
    await services.feedback.correct(mark(number), "What is dropout?", "A mask of zeros.")
    repeated = await ask(services)
    assert repeated.text == "A mask of zeros."
    pool.scripts = [Script(words=["Else."])]
    assert (await press(services.press.regenerate, repeated.answer_id)).text == "Else."


async def test_a_thread_that_opens_later_starts_with_the_correction(
    services: Services, pool: ScriptedPool
) -> None:
    number = (await ask(services)).answer_id
    await services.feedback.correct(mark(number), "What is dropout?", "A mask\nof zeros.")
    thread = dataclasses.replace(CHANNEL, channel="thread")
    await services.ask.carry_over(number, thread)
    await ask(services, "How strong should regularisation be?", conversation=thread)
    assert "Answer: A mask of zeros.\n" in pool.prompts[-1]


async def test_what_was_forgotten_stays_forgotten(services: Services, pool: ScriptedPool) -> None:
    number = (await ask(services)).answer_id
    await services.settings.reset(CHANNEL)
    await services.feedback.correct(mark(number), "What is dropout?", "A mask of zeros.")
    await ask(services, "How strong should regularisation be?")
    assert "mask" not in pool.prompts[-1]
