"""The use case *feedback*: everybody votes on answers, assistants endorse and correct them.

Only answers to questions that were asked openly can be endorsed or corrected: a private answer
would become public by it, a direct message has no assistants, and what `/complete` writes answers
nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.answer import Answer, AnswerKind, MessageRef
from bot.domain.composition import spoken
from bot.domain.conversation import Asker
from bot.domain.errors import NotFound, QuestionRefused
from bot.domain.feedback import (
    MAX_CORRECTION_CHARACTERS,
    Endorsed,
    Reception,
    Review,
    Verdict,
    Vote,
    original_of,
    plain_text,
)
from bot.domain.question import clean_question, clean_text
from bot.domain.same_question import stands_alone
from bot.domain.server_settings import ServerSettings
from bot.service.access import require_assistant
from bot.service.ports import Clock, Store, Transaction
from bot.service.screening import Screening

FORGOTTEN = "I no longer know this answer; please ask your question again."
LinkOf = Callable[[MessageRef], str | None]
"""The link that leads to a message of an answer."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Who judges which answer; `server` is where they do it."""

    asker: Asker
    server: str
    answer_id: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a correction starts from: the question and answer that its form shows."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review that was stored.

    `answer` is what it is of: the answer that was pressed or, where that only repeated an
    approved one, the original. `replaced` is the review before.
    """

    answer: Answer
    review: Review
    replaced: Review | None = None


def no_link(message: MessageRef) -> None:
    """For edges whose answers stand in no message."""


class FeedbackService:
    """Votes are for everybody who sees an answer, reviews for assistants and admins."""

    def __init__(self, store: Store, clock: Clock, screening: Screening) -> None:
        self._store = store
        self._clock = clock
        self._screening = screening

    async def reception(self, answer_id: int) -> Reception:
        """How an answer was received."""
        async with self._store.reading() as transaction:
            return await transaction.feedback.reception(answer_id)

    async def vote(self, mark: Mark, verdict: Verdict) -> Verdict | None:
        """Vote; the same vote again takes it back, another one takes its place.

        Returns what the person's vote is now.

        Raises:
            NotFound, QuestionRefused: no such answer, or none that can be judged.
        """
        async with self._store.transaction() as transaction:
            answer = await _judged(transaction, mark)
            review = await transaction.feedback.review(answer.id)
            of_correction = review is not None and review.is_correction
            person = mark.asker
            before = await transaction.feedback.vote_of(
                answer.id, person.id, of_correction=of_correction
            )
            if before is verdict:
                await transaction.feedback.drop_vote(
                    answer.id, person.id, of_correction=of_correction
                )
                return None
            now = self._clock.now()
            await transaction.feedback.put_vote(
                Vote(answer.id, person.id, person.name, verdict, of_correction, now)
            )
            return verdict

    async def proposal(self, mark: Mark) -> Proposal:
        """What a correction of an answer starts from: the words that it shows.

        Raises:
            NotAllowed, NotFound, QuestionRefused: see `correct`.
        """
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(mark.server)
            answer = await _reviewed(transaction, mark, settings, "correct answers")
            review = await transaction.feedback.review(answer.id)
        if review is not None:
            return Proposal(review.question, review.text)
        return Proposal(answer.question, plain_text(answer))

    async def endorse(self, mark: Mark, link_of: LinkOf = no_link) -> Reviewed:
        """Let an answer stand for its question from now on.

        Raises:
            NotAllowed: neither an assistant nor an admin.
            NotFound: no such answer on this server.
            QuestionRefused: there is nothing that could be endorsed, or it is already.
        """
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(mark.server)
            answer = await _reviewed(transaction, mark, settings, "endorse answers")
            known = await transaction.feedback.review(answer.id)
            if known is not None:
                raise QuestionRefused(
                    f"{known.person_name} has approved this answer already; press Correct to "
                    "change it."
                )
            text = plain_text(answer)
            if not text:
                raise QuestionRefused(
                    "This answer only says that it does not know; press Correct to write one."
                )
            if not stands_alone(answer.question):
                raise QuestionRefused(
                    "This question says nothing without the one before it; press Correct, and "
                    "write it so that it can stand alone."
                )
            review = self._review(mark, answer, Verdict.ENDORSED, answer.question, text)
            await _keep(transaction, answer, review, link_of)
        return Reviewed(answer, review)

    async def correct(
        self, mark: Mark, question: str, text: str, link_of: LinkOf = no_link
    ) -> Reviewed:
        """Let an assistant's own words stand for a question; the newest correction holds.

        Raises:
            NotAllowed, NotFound: see `endorse`.
            QuestionRefused: question or text is blank or too long, or the answer is private.
            NotDecent: the server does not want such words.
        """
        question, text = clean_question(question), clean_text(text)
        if not text:
            raise QuestionRefused("The correction is empty; please write the right answer.")
        if len(text) > MAX_CORRECTION_CHARACTERS:
            raise QuestionRefused(
                f"The correction has {len(text):,} characters; please shorten it to "
                f"{MAX_CORRECTION_CHARACTERS:,} or fewer."
            )
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(mark.server)
            answer = await _reviewed(transaction, mark, settings, "correct answers")
            self._screening.check_correction(question, text, settings)
            replaced = await transaction.feedback.review(answer.id)
            review = self._review(mark, answer, Verdict.CORRECTED, question, text)
            await _keep(transaction, answer, review, link_of)
            await transaction.turns.rewrite(answer.id, " ".join(text.split()))
        return Reviewed(answer, review, replaced)

    async def take_back(self, mark: Mark) -> Answer | None:
        """Let an answer stand for its question no longer; its own words are shown again.

        Returns the answer, unless only its approved words were left of it.

        Raises:
            NotAllowed: neither an assistant nor an admin.
            NotFound: it is neither endorsed nor corrected.
        """
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(mark.server)
            require_assistant(mark.asker, settings, "take answers back")
            was_found = await transaction.notes.remove_answer(mark.server, mark.answer_id)
            answer = await transaction.answers.get(mark.answer_id)
            if answer is not None and answer.conversation.server != mark.server:
                answer = None
            review = await transaction.feedback.review(answer.id) if answer is not None else None
            if not was_found and review is None:
                raise NotFound("This answer is not endorsed, so there is nothing to take back.")
            if answer is not None:
                await transaction.feedback.drop_review(answer.id)
                await transaction.answers.mark_undelivered(answer.id)
                if review is not None and review.is_correction:
                    await transaction.turns.rewrite(answer.id, _spoken(answer))
        return answer

    async def endorsed(self, server: str) -> Sequence[Endorsed]:
        """What a server's questions are answered with, the newest first."""
        async with self._store.reading() as transaction:
            return await transaction.feedback.endorsed(server)

    async def num_endorsed(self, server: str) -> int:
        """How many answers there are that questions of a server are answered with."""
        async with self._store.reading() as transaction:
            return await transaction.feedback.num_endorsed(server)

    async def forget_link(self, answer: Answer) -> None:
        """Name no message any more: the one that showed the answer was deleted."""
        async with self._store.transaction() as transaction:
            review = await transaction.feedback.review(answer.id)
            if review is not None:
                await transaction.notes.put_answer(
                    answer.conversation.server, answer.id, review.question, review.text, None
                )

    def _review(
        self, mark: Mark, answer: Answer, verdict: Verdict, question: str, text: str
    ) -> Review:
        person, now = mark.asker, self._clock.now()
        return Review(answer.id, person.id, person.name, verdict, question, text, now)


async def _judged(transaction: Transaction, mark: Mark) -> Answer:
    """The answer that somebody judges.

    Raises:
        NotFound, QuestionRefused: there is none on this server, or nothing to judge.
    """
    answer = await transaction.answers.get(mark.answer_id)
    if answer is None or answer.conversation.server != mark.server:
        raise NotFound(FORGOTTEN)
    if answer.kind is not AnswerKind.ASK:
        raise QuestionRefused("This text answers no question; ask one with /ask.")
    if not answer.state.is_final:
        raise QuestionRefused("This answer is still being written; please wait for its end.")
    return answer


async def _reviewed(
    transaction: Transaction, mark: Mark, settings: ServerSettings, deed: str
) -> Answer:
    """The answer that an assistant's word is of; of a repeated answer it is the original."""
    require_assistant(mark.asker, settings, deed)
    answer = await _judged(transaction, mark)
    if answer.is_private:
        raise QuestionRefused(
            "A private answer stays private; ask the question where everybody may read it."
        )
    number = original_of(answer)
    if number is None or await transaction.feedback.review(number) is None:
        return answer  # also where the original was taken back since
    original = await transaction.answers.get(number)
    if original is None or original.conversation.server != mark.server:
        return answer
    return original


async def _keep(transaction: Transaction, answer: Answer, review: Review, link_of: LinkOf) -> None:
    """Store a review, and what new questions are answered with."""
    messages = await transaction.answers.messages(answer.id)
    link = link_of(messages[0]) if messages else None
    await transaction.feedback.put_review(review)
    await transaction.notes.put_answer(
        answer.conversation.server, answer.id, review.question, review.text, link
    )
    await transaction.answers.mark_undelivered(answer.id)


def _spoken(answer: Answer) -> str:
    text = answer.text if answer.card is None else spoken(answer.card, answer.text)
    return text.strip()
