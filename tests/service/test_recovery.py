"""What a start finds after the last process ended in the middle of something."""

from datetime import timedelta

from bot.domain.answer import Answer, AnswerKind, AnswerState, MessageRef, NewAnswer
from bot.domain.sampling import SamplingParams
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import SetClock
from tests.service.asking import CHANNEL, ask


async def begin(store: Database, source: str, clock: SetClock) -> Answer:
    """An answer that nobody ends."""
    new = NewAnswer(
        source=source,
        kind=AnswerKind.ASK,
        conversation=CHANNEL,
        asker_id="1",
        asker_name="Ada",
        question="What is dropout?",
        model="small",
        sampling=SamplingParams(),
        is_private=False,
        created_at=clock.now(),
    )
    async with store.transaction() as transaction:
        answer = await transaction.answers.add(new)
    assert answer is not None
    return answer


async def test_the_page_and_discord_close_their_own_and_let_each_other_be(
    services: Services, store: Database, clock: SetClock
) -> None:
    of_discord = await begin(store, "interaction:1", clock)
    of_page = await begin(store, "web:1", clock)
    assert [each.id for each in await services.recovery.interrupt_unfinished()] == [of_discord.id]
    closed = await services.recovery.interrupt_unfinished(of_page=True)
    assert [each.id for each in closed] == [of_page.id]
    assert await services.recovery.interrupt_unfinished(of_page=True) == []


async def test_an_interrupted_answer_is_shown_however_long_nobody_was_there(
    services: Services, store: Database, clock: SetClock
) -> None:
    ended = await ask(services)  # never delivered, and after a month nobody waits for it
    left_open = await begin(store, "test:open", clock)
    await services.delivery.put(MessageRef(left_open.id, 0, "c1", "nonce"))
    clock.advance(timedelta(days=30).total_seconds())
    interrupted = await services.recovery.interrupt_unfinished()
    assert [answer.id for answer in interrupted] == [left_open.id]
    (shown,) = await services.recovery.undelivered(interrupted)
    assert shown.answer.id == left_open.id != ended.answer_id
    assert shown.answer.state is AnswerState.INTERRUPTED
    assert len(shown.messages) == 1
