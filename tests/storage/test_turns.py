"""Turns keep their order, their place and their conversation."""

import pytest

from bot.domain.conversation import Conversation, History, Turn
from bot.storage.database import Database, Transaction
from tests.storage.rows import CHANNEL, NOON, new_answer

THREAD = Conversation("guild", "thread")


async def remember(
    transaction: Transaction, count: int, where: Conversation = CHANNEL
) -> list[int]:
    ids = []
    for number in range(count):
        answer = await transaction.answers.add(new_answer())
        assert answer is not None
        turn = Turn(f"q{number}", f"a{number}", answer.id)
        await transaction.turns.put(where, turn, "1", NOON)
        ids.append(answer.id)
    return ids


def questions(history: History) -> list[str]:
    return [turn.question for turn in history.turns]


async def test_the_newest_turns_come_oldest_first(store: Database) -> None:
    async with store.transaction() as transaction:
        await remember(transaction, 5)
        await remember(transaction, 2, THREAD)
        assert questions(await transaction.turns.newest(CHANNEL, 3)) == ["q2", "q3", "q4"]


async def test_turns_beyond_the_limit_are_counted(store: Database) -> None:
    async with store.transaction() as transaction:
        ids = await remember(transaction, 7)
        await remember(transaction, 2, THREAD)
        assert (await transaction.turns.newest(CHANNEL, 3)).num_older == 4
        assert (await transaction.turns.newest(CHANNEL, 3, before=ids[5])).num_older == 2
        assert (await transaction.turns.newest(CHANNEL, 7)).num_older == 0


async def test_a_family_has_one_turn_whoever_of_it_left_it(store: Database) -> None:
    """First → failed → better; beside it another child of the first."""
    async with store.transaction() as transaction:
        await remember(transaction, 1)
        (first,) = await remember(transaction, 1)
        await remember(transaction, 1)
        family = [first]
        for parent in (first, None, first):
            parent = family[-1] if parent is None else parent
            child = await transaction.answers.add(new_answer(parent_id=parent))
            assert child is not None
            family.append(child.id)
        for member in family:
            before = await transaction.turns.newest(CHANNEL, 9, before=member)
            assert questions(before) == ["q0"]
            assert await transaction.turns.replace(member, Turn("q1", f"by {member}", member))
            found = await transaction.turns.newest(CHANNEL, 9)
            assert [turn.answer for turn in found.turns] == ["a0", f"by {member}", "a0"]


async def test_before_an_answer_means_before_its_turn(store: Database) -> None:
    async with store.transaction() as transaction:
        ids = await remember(transaction, 4)
        before = await transaction.turns.newest(CHANNEL, 9, before=ids[2])
    assert questions(before) == ["q0", "q1"]


async def test_a_replaced_turn_keeps_its_place(store: Database) -> None:
    async with store.transaction() as transaction:
        ids = await remember(transaction, 3)
        successor = await transaction.answers.add(new_answer())
        assert successor is not None
        assert await transaction.turns.replace(ids[1], Turn("q1", "better", successor.id))
        assert not await transaction.turns.replace(ids[1], Turn("q1", "again", successor.id))
        found = await transaction.turns.newest(CHANNEL, 9)
        assert [turn.answer for turn in found.turns] == ["a0", "better", "a2"]
        before = await transaction.turns.newest(CHANNEL, 9, before=successor.id)
        assert questions(before) == ["q0"]


async def test_before_takes_the_newest_of_the_older_turns(store: Database) -> None:
    async with store.transaction() as transaction:
        ids = await remember(transaction, 5)
        unremembered = await transaction.answers.add(new_answer())
        assert unremembered is not None
        for before, newest in ((ids[4], ["q2", "q3"]), (unremembered.id, ["q3", "q4"])):
            found = await transaction.turns.newest(CHANNEL, 2, before=before)
            assert questions(found) == newest


async def test_an_answer_without_a_turn_stands_where_its_number_puts_it(store: Database) -> None:
    async with store.transaction() as transaction:
        await remember(transaction, 2)
        interrupted = await transaction.answers.add(new_answer())
        await remember(transaction, 1)
        assert interrupted is not None
        before = await transaction.turns.newest(CHANNEL, 9, before=interrupted.id)
    assert questions(before) == ["q0", "q1"]


@pytest.mark.parametrize(
    "elsewhere", [THREAD, Conversation("other", "general"), Conversation("", "general")]
)
async def test_a_conversation_is_cleared_alone(store: Database, elsewhere: Conversation) -> None:
    async with store.transaction() as transaction:
        await remember(transaction, 3)
        await remember(transaction, 2, elsewhere)
        assert await transaction.turns.clear(CHANNEL) == 3
        assert questions(await transaction.turns.newest(CHANNEL, 9)) == []
        assert questions(await transaction.turns.newest(elsewhere, 9)) == ["q0", "q1"]


async def test_the_same_turn_may_stand_in_two_conversations(store: Database) -> None:
    async with store.transaction() as transaction:
        (answer_id,) = await remember(transaction, 1)
        await transaction.turns.put(THREAD, Turn("q0", "a0", answer_id), "1", NOON)
        await transaction.turns.put(THREAD, Turn("q0", "newer", answer_id), "1", NOON)
        found = await transaction.turns.newest(THREAD, 9)
        assert [turn.answer for turn in found.turns] == ["newer"]
