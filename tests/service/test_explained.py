"""Texts that were given to `/explain` are kept like private answers."""

import pytest

from bot.domain.answer import AnswerKind, AnswerState
from bot.domain.errors import AlreadyAccepted
from bot.service.services import Services
from tests.service.asking import ADA, CHANNEL

TEXT = "The cat sat."


async def test_a_text_is_kept_whole_private_and_ended(services: Services) -> None:
    number = await services.explained.keep("event:1", ADA, CHANNEL, TEXT, "small")
    row = await services.delivery.answer(number)
    assert row is not None
    assert (row.kind, row.state, row.is_private) == (AnswerKind.EXPLAIN, AnswerState.DONE, True)
    assert (row.question, row.prompt, row.text) == (TEXT, TEXT, "")
    assert (row.model, row.revision) == ("small", "0" * 40)
    assert row.delivered_at is not None
    assert await services.recovery.interrupt_unfinished() == []
    assert await services.recovery.undelivered() == []


async def test_one_event_keeps_one_text(services: Services) -> None:
    await services.explained.keep("event:1", ADA, CHANNEL, TEXT, "small")
    with pytest.raises(AlreadyAccepted):
        await services.explained.keep("event:1", ADA, CHANNEL, TEXT, "small")
