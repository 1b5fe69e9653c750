"""Votes and reviews in the database: one of each kind, and what goes with an answer."""

from sqlalchemy import delete, func, select

from bot.domain.conversation import Conversation, Turn
from bot.domain.feedback import Endorsed, Reception, Review, Verdict, Vote
from bot.storage.database import Database, Transaction
from bot.storage.tables import answers, feedback
from tests.storage.rows import DONE, NOON, later, new_answer

LINK = "https://discord.com/channels/1/2/3"


async def answered(transaction: Transaction) -> int:
    answer = await transaction.answers.add(new_answer())
    assert answer is not None
    await transaction.answers.end(answer.id, DONE)
    return answer.id


def vote(number: int, verdict: Verdict, person: str = "1", of_correction: bool = False) -> Vote:
    return Vote(number, person, "Ada", verdict, of_correction, NOON)


def review(number: int, text: str, verdict: Verdict = Verdict.CORRECTED) -> Review:
    return Review(number, "5", "Tess", verdict, "Why?", text, later(1))


async def test_a_vote_takes_the_place_of_the_persons_earlier_one(store: Database) -> None:
    async with store.transaction() as transaction:
        number = await answered(transaction)
        for verdict in (Verdict.GOOD, Verdict.BAD, Verdict.BAD):
            await transaction.feedback.put_vote(vote(number, verdict))
        await transaction.feedback.put_vote(vote(number, Verdict.GOOD, "2"))
        said = await transaction.feedback.vote_of(number, "1", of_correction=False)
        assert said is Verdict.BAD
        assert await transaction.feedback.reception(number) == Reception(1, 1)
        await transaction.feedback.drop_vote(number, "1", of_correction=False)
        assert await transaction.feedback.reception(number) == Reception(1, 0)


async def test_votes_on_the_answer_and_on_its_correction_are_kept_apart(store: Database) -> None:
    async with store.transaction() as transaction:
        number = await answered(transaction)
        await transaction.feedback.put_vote(vote(number, Verdict.BAD))
        await transaction.feedback.put_review(review(number, "So."))
        await transaction.feedback.put_vote(vote(number, Verdict.GOOD, of_correction=True))
        corrected = await transaction.feedback.reception(number)
        assert corrected == Reception(1, 0, review(number, "So."))
        await transaction.feedback.drop_review(number)
        assert await transaction.feedback.reception(number) == Reception(0, 1)


async def test_a_review_takes_the_place_of_the_one_before_and_leaves_votes(store: Database) -> None:
    async with store.transaction() as transaction:
        number = await answered(transaction)
        await transaction.feedback.put_vote(vote(number, Verdict.GOOD, "5"))
        await transaction.feedback.put_review(review(number, "One.", Verdict.ENDORSED))
        known = review(number, "One.", Verdict.ENDORSED)
        assert await transaction.feedback.reception(number) == Reception(1, 0, known)
        await transaction.feedback.put_review(review(number, "Two."))
        assert await transaction.feedback.review(number) == review(number, "Two.")


async def test_endorsed_answers_are_listed_newest_first_and_for_their_server(
    store: Database,
) -> None:
    async with store.transaction() as transaction:
        first, second = [await answered(transaction) for _ in range(2)]
        for number, link in ((first, LINK), (second, None)):
            await transaction.notes.put_answer("guild", number, "Why?", f"{number}", link)
        await transaction.notes.put_answer("other", 99, "Secret?", "Secret.", None)
        await transaction.feedback.put_review(review(first, "1"))
        assert await transaction.feedback.endorsed("guild") == [
            Endorsed(second, "Why?", f"{second}", None, None, None),
            Endorsed(first, "Why?", f"{first}", LINK, "Tess", Verdict.CORRECTED),
        ]
        assert await transaction.feedback.num_endorsed("guild") == 2
        assert await transaction.feedback.num_endorsed("nowhere") == 0


async def test_feedback_goes_with_its_answer_and_approved_words_stay(store: Database) -> None:
    async with store.transaction() as transaction:
        number = await answered(transaction)
        await transaction.feedback.put_vote(vote(number, Verdict.GOOD))
        await transaction.feedback.put_review(review(number, "So."))
        await transaction.notes.put_answer("guild", number, "Why?", "So.", LINK)
        connection = transaction.feedback._connection
        await connection.execute(delete(answers))
        assert await connection.scalar(select(func.count()).select_from(feedback)) == 0
        (kept,) = await transaction.feedback.endorsed("guild")
        assert kept == Endorsed(number, "Why?", "So.", LINK, None, None)


async def test_a_turn_is_rewritten_in_every_conversation(store: Database) -> None:
    places = [Conversation("guild", name) for name in ("one", "two")]
    async with store.transaction() as transaction:
        number = await answered(transaction)
        for place in places:
            await transaction.turns.put(place, Turn("q", "wrong", number), "1", NOON)
        await transaction.turns.rewrite(number, "right")
        for place in places:
            history = await transaction.turns.newest(place, 5)
            assert history.turns == (Turn("q", "right", number),)
