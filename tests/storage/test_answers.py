"""Answer rows: they come back as they were, end once, and are found after a restart."""

from dataclasses import replace

from bot.domain.answer import AnswerState, MessageRef, Start
from bot.domain.budget import Budget
from bot.domain.draft import Draft
from bot.domain.prompt import PromptParts
from bot.domain.sampling import FinishReason, SamplingParams
from bot.storage.database import Database
from tests.storage.rows import DONE, NOON, later, new_answer

BUDGET = Budget(PromptParts(question=7), 64, 1024)
DRAFT = Draft(SamplingParams(seed=2**63 - 1, stop=("\n",)), " It zeroes", 4, FinishReason.STOP)


async def test_a_row_comes_back_as_it_was(store: Database) -> None:
    new = new_answer(prefix="so far", num_samples=3, is_private=True)
    async with store.transaction() as transaction:
        added = await transaction.answers.add(new)
        assert added is not None
        start = Start(later(1), "prompt", "a" * 40, 7, 2, "int8", BUDGET)
        await transaction.answers.start(added.id, start)
        assert await transaction.answers.end(added.id, replace(DONE, drafts=(DRAFT,)))
    async with store.reading() as transaction:
        row = await transaction.answers.get(added.id)
    assert row is not None
    for field in ("source", "kind", "conversation", "question", "model", "sampling", "prefix"):
        assert getattr(row, field) == getattr(new, field)
    assert (row.created_at, row.started_at, row.finished_at) == (NOON, later(1), later(2))
    assert (row.num_prompt_tokens, row.num_new_tokens, row.num_dropped_turns) == (7, 4, 2)
    assert (row.state, row.finish_reason) == (AnswerState.DONE, FinishReason.STOP)
    assert (row.layout, row.budget, row.drafts) == ("int8", BUDGET, (DRAFT,))


async def test_the_same_source_is_added_once(store: Database) -> None:
    new = new_answer()
    async with store.transaction() as transaction:
        assert await transaction.answers.add(new) is not None
        assert await transaction.answers.add(new) is None


async def test_an_answer_ends_once(store: Database) -> None:
    async with store.transaction() as transaction:
        added = await transaction.answers.add(new_answer())
        assert added is not None
        assert await transaction.answers.end(added.id, DONE)
        again = replace(DONE, state=AnswerState.FAILED, text="other")
        assert not await transaction.answers.end(added.id, again)
        row = await transaction.answers.get(added.id)
    assert row is not None
    assert (row.state, row.text) == (AnswerState.DONE, "It zeroes units.")


async def test_a_restart_finds_what_is_unfinished_and_what_is_undelivered(store: Database) -> None:
    async with store.transaction() as transaction:
        rows = [await transaction.answers.add(new_answer()) for _ in range(4)]
        ids = [row.id for row in rows if row is not None]
        for answer_id in ids[1:]:
            await transaction.answers.end(answer_id, DONE)
        for answer_id in ids[1:3]:
            await transaction.answers.put_message(MessageRef(answer_id, 0, "c", "n", "m", "token"))
        await transaction.answers.mark_delivered(ids[2], later(3))
    async with store.reading() as transaction:
        assert [row.id for row in await transaction.answers.unfinished()] == [ids[0]]
        assert [row.id for row in await transaction.answers.undelivered(NOON)] == [ids[1]]
        assert await transaction.answers.undelivered(later(1)) == []


async def test_an_interaction_token_is_forgotten_on_delivery(store: Database) -> None:
    async with store.transaction() as transaction:
        added = await transaction.answers.add(new_answer())
        assert added is not None
        await transaction.answers.put_message(MessageRef(added.id, 0, "c", "n", "m", "secret"))
        await transaction.answers.mark_delivered(added.id, later(3))
        (message,) = await transaction.answers.messages(added.id)
    assert message == MessageRef(added.id, 0, "c", "n", "m", None)


async def test_messages_are_replaced_by_part_and_dropped_from_a_part_on(store: Database) -> None:
    async with store.transaction() as transaction:
        added = await transaction.answers.add(new_answer())
        assert added is not None
        for part in (1, 0, 2):
            await transaction.answers.put_message(MessageRef(added.id, part, "c", f"n{part}"))
        await transaction.answers.put_message(MessageRef(added.id, 1, "c", "n1", "message"))
        await transaction.answers.drop_messages(added.id, 2)
        messages = await transaction.answers.messages(added.id)
    assert [(each.part, each.message_id) for each in messages] == [(0, None), (1, "message")]


async def test_the_newest_answer_of_a_message_is_found(store: Database) -> None:
    async with store.transaction() as transaction:
        first = await transaction.answers.add(new_answer())
        second = await transaction.answers.add(new_answer(parent_id=first.id if first else None))
        assert first is not None
        assert second is not None
        for row in (first, second):
            await transaction.answers.put_message(MessageRef(row.id, 0, "c", "n", "message"))
        found = await transaction.answers.by_message("message")
        assert found is not None
        assert found.id == second.id
        assert await transaction.answers.by_message("unknown") is None
