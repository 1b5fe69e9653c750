"""After a restart: messages of interrupted answers get their end."""

from typing import Any

import discord
import structlog

from bot.cogs.buttons import answer_view
from bot.cogs.canvas import MENTIONS
from bot.cogs.client import LecternClient
from bot.cogs.frame import Frame
from bot.cogs.stumbles import STUMBLES, code_of, is_final
from bot.domain.answer import Answer, AnswerState, MessageRef
from bot.service.attempt import dropped_notice
from bot.service.recovery import Undelivered
from bot.service.snapshot import Snapshot


class Recovery:
    """Brings every ended but unshown answer to its messages, once."""

    def __init__(self, client: LecternClient) -> None:
        self._client = client
        self._delivery = client.services.delivery
        self._log = structlog.get_logger("lectern.discord")

    async def run(self) -> None:
        """Close what the last process left open, then show the ends."""
        interrupted = await self._client.services.recovery.interrupt_unfinished()
        undelivered = await self._client.services.recovery.undelivered(interrupted)
        for each in undelivered:
            await self._show(each)
        if undelivered or interrupted:
            self._log.info("recovered", interrupted=len(interrupted), shown=len(undelivered))

    async def _show(self, undelivered: Undelivered) -> None:
        answer = undelivered.answer
        snapshot = ended_snapshot(answer)
        is_reply = answer.source.startswith("message:")
        parts = Frame(answer, quotes_question=not is_reply).parts(snapshot)
        try:
            for number, content in enumerate(parts):
                is_last = number == len(parts) - 1
                view = answer_view(snapshot) if is_last else None
                known = [each for each in undelivered.messages if each.part == number]
                await self._put(answer, number, known[0] if known else None, content, view)
            for each in undelivered.messages:
                if each.part >= len(parts):
                    await self._remove(each, undelivered.messages[0].token)
        except STUMBLES as error:
            self._log.warning("not recovered", answer=answer.id, code=code_of(error))
            if not is_final(error):
                return  # stays undelivered: the next start tries again
        await self._delivery.delivered(answer.id, len(parts))

    async def _put(
        self,
        answer: Answer,
        number: int,
        known: MessageRef | None,
        content: str,
        view: discord.ui.View | None,
    ) -> None:
        first = (await self._delivery.messages(answer.id))[0]
        channel = self._client.get_partial_messageable(int(first.channel_id))
        extra: dict[str, Any] = {"view": view} if view is not None else {}
        if known is not None and known.message_id is not None:
            message_id = int(known.message_id)
            if first.token is not None:
                await self._webhook(first.token).edit_message(
                    message_id, content=content, allowed_mentions=MENTIONS, **extra
                )
                return
            await channel.get_partial_message(message_id).edit(
                content=content, view=view, allowed_mentions=MENTIONS
            )
            return
        if answer.is_private:
            return
        # Sent or not before the crash: the same nonce gives the same message.
        nonce = known.nonce if known is not None else f"r{answer.id}-{number}"
        message = await channel.send(content, nonce=nonce, allowed_mentions=MENTIONS, **extra)
        if known is not None and message.content != content:
            await message.edit(content=content, view=view, allowed_mentions=MENTIONS)
        await self._delivery.put(
            MessageRef(answer.id, number, first.channel_id, nonce, str(message.id))
        )

    async def _remove(self, surplus: MessageRef, token: str | None) -> None:
        """Take a part away that the end of the answer no longer needs."""
        if surplus.message_id is None:
            return
        message_id = int(surplus.message_id)
        try:
            if token is not None:
                await self._webhook(token).delete_message(message_id)
                return
            channel = self._client.get_partial_messageable(int(surplus.channel_id))
            await channel.get_partial_message(message_id).delete()
        except (discord.NotFound, discord.Forbidden):
            return

    def _webhook(self, token: str) -> discord.Webhook:
        return discord.Webhook.partial(self._client.application_id or 0, token, client=self._client)


def ended_snapshot(answer: Answer) -> Snapshot:
    """The end of an answer as its row tells it."""
    error = None
    if answer.state is AnswerState.FAILED:
        error = "This question could not be answered; press Regenerate to try again."
    if answer.error_id is not None:
        error = f"This answer failed (error id {answer.error_id}); press Regenerate to try again."
    return Snapshot(
        answer.id,
        answer.state,
        answer.text,
        answer.num_new_tokens,
        notice=dropped_notice(answer.num_dropped_turns),
        error=error,
        finish_reason=answer.finish_reason,
        num_samples=answer.num_samples,
    )


def register(client: LecternClient) -> None:
    """Run before the gateway opens."""
    client.starters.append(Recovery(client).run)
