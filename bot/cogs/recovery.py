"""After a restart: messages of interrupted answers get their end."""

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import structlog

from bot.cogs.buttons import answer_view
from bot.cogs.canvas import MENTIONS, Canvas
from bot.cogs.client import LecternClient
from bot.cogs.frame import Frame
from bot.cogs.pictures import illustrate, illustrate_reply
from bot.cogs.stumbles import STUMBLES, code_of, is_final
from bot.domain.answer import Answer, AnswerState, MessageRef
from bot.domain.feedback import Reception
from bot.service.attempt import dropped_notice
from bot.service.recovery import Undelivered
from bot.service.snapshot import Snapshot


class Recovery:
    """Brings every ended but unshown answer to its messages, once.

    What has to be shown is noted before the gateway opens and shown beside it, so that many
    answers, or a slow channel, keep nobody waiting. Until an answer is shown, its messages
    belong to this: whoever wants to write into them calls `settle` first.
    """

    def __init__(self, client: LecternClient) -> None:
        self._client = client
        self._delivery = client.services.delivery
        self._pending: dict[int, Undelivered] = {}
        self._showing = asyncio.Lock()
        self._log = structlog.get_logger("lectern.discord")

    async def collect(self) -> None:
        """Close what the last process left open, and note the ends that have to be shown."""
        interrupted = await self._client.services.recovery.interrupt_unfinished()
        undelivered = await self._client.services.recovery.undelivered(interrupted)
        self._pending = {each.answer.id: each for each in undelivered}
        if undelivered or interrupted:
            self._log.info("recovering", interrupted=len(interrupted), unshown=len(undelivered))

    async def show_all(self) -> None:
        """Show one end after the other; what a farewell cuts off waits for the next start."""
        self._client.hold_farewell()
        while self._pending and not self._client.is_retiring:
            await self._show_next(lambda each: True)

    async def settle(self, answer_id: int, message_id: int | None) -> None:
        """Show now what has to be shown in an answer's messages, or in this one."""
        if not self._pending:
            return
        messages = await self._delivery.messages(answer_id)
        ids = {str(message_id), *(each.message_id for each in messages if each.message_id)}

        def is_concerned(each: Undelivered) -> bool:
            shared = ids.intersection(message.message_id for message in each.messages)
            return each.answer.id == answer_id or bool(shared)

        while any(is_concerned(each) for each in self._pending.values()):
            await self._show_next(is_concerned)

    async def _show_next(self, is_wanted: Callable[[Undelivered], bool]) -> None:
        """Show the first wanted one; one at a time, since later ones may share its messages."""
        async with self._showing:
            each = next(filter(is_wanted, self._pending.values()), None)
            if each is None:
                return
            try:
                await self._show(each)
            except Exception as error:  # noqa: BLE001 - one answer's trouble, not the start's
                error_id = self._client.options.report(error)
                self._log.warning("not recovered", answer=each.answer.id, error_id=error_id)
            finally:
                del self._pending[each.answer.id]

    async def _show(self, undelivered: Undelivered) -> None:
        answer = undelivered.answer
        if await self._delivery.answer(answer.id) is None:
            return  # forgotten in the meantime
        if await self._is_replaced(undelivered):
            await self._delivery.delivered(answer.id, len(undelivered.messages))
            return
        reception = await self._client.services.feedback.reception(answer.id)
        snapshot = ended_snapshot(answer, reception)
        is_reply = await self._delivery.is_reply(answer, undelivered.messages[0].channel_id)
        frame = Frame(answer, quotes_question=not is_reply)
        parts = frame.parts(snapshot)
        try:
            for number, content in enumerate(parts):
                is_last = number == len(parts) - 1
                view = answer_view(snapshot, answer) if is_last else None
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
            return
        await self._delivery.delivered(answer.id, len(parts))
        await self._illustrate(frame, snapshot, undelivered.messages[0].token)

    async def _illustrate(self, frame: Frame, snapshot: Snapshot, token: str | None) -> None:
        """Draw the formulas below; private messages are reached by their interaction's token."""
        answer = frame.answer
        messages = await self._delivery.messages(answer.id)
        ids = [int(each.message_id) for each in messages if each.message_id is not None]
        if not ids:
            return
        if answer.is_private:
            if token is not None:
                webhook = self._webhook(token)
                await illustrate_reply(
                    self._client,
                    lambda picture: webhook.edit_message(ids[-1], attachments=[picture]),
                    snapshot.text,
                )
            return
        channel_id = int(messages[0].channel_id)
        channel = self._client.get_partial_messageable(channel_id)
        canvas = Canvas(self._delivery, channel, channel_id, message_ids=ids)
        await illustrate(self._client, canvas, frame, snapshot)

    async def _is_replaced(self, undelivered: Undelivered) -> bool:
        """Whether a newer answer stands in the messages: somebody pressed Regenerate."""
        message_id = undelivered.messages[0].message_id
        if message_id is None:
            return False
        newest = await self._delivery.answer_in(message_id)
        return newest is not None and newest.id > undelivered.answer.id

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
        bare: list[discord.File] = []  # without the picture of what stood there before
        if known is not None and known.message_id is not None:
            message_id = int(known.message_id)
            if first.token is not None:
                await self._webhook(first.token).edit_message(
                    message_id,
                    content=content,
                    attachments=bare,
                    allowed_mentions=MENTIONS,
                    **extra,
                )
                return
            await channel.get_partial_message(message_id).edit(
                content=content, view=view, attachments=bare, allowed_mentions=MENTIONS
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
        channel = self._client.get_partial_messageable(int(surplus.channel_id))
        try:
            if surplus.message_id is None:
                if token is None:
                    # Sent or not before the crash: the same nonce finds the message.
                    await (await channel.send("…", nonce=surplus.nonce)).delete()
            elif token is not None:
                await self._webhook(token).delete_message(int(surplus.message_id))
            else:
                await channel.get_partial_message(int(surplus.message_id)).delete()
        except (discord.NotFound, discord.Forbidden):
            return

    def _webhook(self, token: str) -> discord.Webhook:
        return discord.Webhook.partial(self._client.application_id or 0, token, client=self._client)


def ended_snapshot(answer: Answer, reception: Reception) -> Snapshot:
    """The end of an answer as its row tells it, or what an assistant made of it."""
    correction = reception.correction
    if correction is not None:
        return Snapshot(answer.id, AnswerState.DONE, correction.text, reception=reception)
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
        card=answer.card,
        reception=reception,
    )


def register(client: LecternClient) -> None:
    """Look before the gateway opens, show beside it."""
    recovery = Recovery(client)
    client.starters.append(recovery.collect)
    client.companions.append(recovery.show_all)
    client.settle = recovery.settle
