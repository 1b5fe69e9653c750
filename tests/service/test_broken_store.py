"""A database that fails in the middle of an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.answer import AnswerState
from bot.domain.conversation import Turn
from bot.service.services import Services
from bot.storage.database import Database, Transaction
from tests.scripted_models import SetClock
from tests.service.asking import CHANNEL, ask


@pytest.mark.parametrize("good", [1, 2])  # refused at the start, refused at the end
async def test_whoever_watches_is_told_that_the_database_failed(
    services: Services,
    store: Database,
    bugs: list[BaseException],
    monkeypatch: pytest.MonkeyPatch,
    good: int,
) -> None:
    """Accepting works; a later transaction meets a full disk."""
    real, num_begun = store.transaction, 0

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Transaction]:
        nonlocal num_begun
        num_begun += 1
        if num_begun > good:
            raise OSError("disk is full")
        async with real() as begun:
            yield begun

    monkeypatch.setattr(store, "transaction", transaction)
    snapshot = await ask(services)
    assert snapshot.state is AnswerState.FAILED
    assert snapshot.error is not None
    assert f"error id bug{len(bugs)}" in snapshot.error
    assert services.answering.find(snapshot.answer_id) is None
    monkeypatch.undo()
    (left_open,) = await services.recovery.interrupt_unfinished()
    assert left_open.id == snapshot.answer_id


async def test_an_error_of_the_database_quotes_nobody(store: Database, clock: SetClock) -> None:
    with pytest.raises(IntegrityError) as failure:
        async with store.transaction() as transaction:
            await transaction.turns.put(CHANNEL, Turn("my secret", "worry", 999), "1", clock.now())
    assert "secret" not in str(failure.value)
