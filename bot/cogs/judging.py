"""What happens when people judge an answer: votes, endorsements, corrections."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from weakref import WeakValueDictionary

import discord

from bot.cogs.buttons import answer_view
from bot.cogs.canvas import MENTIONS, Canvas, new_nonce
from bot.cogs.client import LecternClient
from bot.cogs.correction import QUESTION, TEXT, CorrectionForm, sent_fields
from bot.cogs.frame import Frame, escape
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.pictures import illustrate
from bot.cogs.recovery import ended_snapshot
from bot.cogs.stumbles import STUMBLES, UNKNOWN_MESSAGE, code_of, is_final
from bot.cogs.threads import threads_mode
from bot.domain.answer import Answer, MessageRef
from bot.domain.feedback import VOTES, Verdict
from bot.domain.mentions import neutralise_mentions
from bot.domain.same_question import stands_alone
from bot.domain.server_settings import ThreadsMode
from bot.service.feedback import Mark, Reviewed
from bot.service.snapshot import Snapshot

SIGNS = {Verdict.GOOD: "👍", Verdict.BAD: "👎"}
ENDORSED = "Endorsed: whoever asks this here again reads this answer first."
CORRECTED = "Corrected: whoever asks this here again reads your answer first."
UNDONE = "Taken back: this answer is given to nobody else any more."
NOT_ALONE = "(Its question says too little without the one before it, so it will hardly be found.)"
NOT_SHOWN = "(I could not change the message itself; a restart of mine tries it again.)"
REPLACED = "(Another answer stands in the message by now, so I left that as it is.)"
DELETED = "(Its message was deleted, so there is no link to it.)"


class Judging:
    """The judging buttons of all answers; messages show one change after the other."""

    def __init__(self, client: LecternClient) -> None:
        self._client = client
        self._feedback = client.services.feedback
        self._delivery = client.services.delivery
        self._showing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def press(self, interaction: discord.Interaction, deed: str, answer_id: int) -> None:
        """Do what a button says.

        Raises:
            BotError: a sentence for the presser.
        """
        mark = _mark(interaction, answer_id)
        if deed == "correct":
            # A form must be the first response, and what fills it takes milliseconds.
            proposal = await self._feedback.proposal(mark)
            await interaction.response.send_modal(CorrectionForm(answer_id, proposal, new_nonce()))
        elif deed in VOTES:
            await interaction.response.defer()
            await self._vote(interaction, mark, Verdict(deed))
        else:
            await interaction.response.defer(thinking=True, ephemeral=True)
            if deed == "endorse":
                reviewed = await self._feedback.endorse(mark, self._link_of(mark.server))
                remark = await self.show(reviewed.answer)
                await _reply(interaction, ENDORSED, remark)
            else:
                await self.take_back(interaction, answer_id)

    async def correct(self, interaction: discord.Interaction, answer_id: int) -> None:
        """Store what was sent in a form, and show it.

        Raises:
            BotError: a sentence for the sender.
        """
        await interaction.response.defer(thinking=True, ephemeral=True)
        mark, fields = _mark(interaction, answer_id), sent_fields(interaction)
        reviewed = await self._feedback.correct(
            mark, fields.get(QUESTION, ""), fields.get(TEXT, ""), self._link_of(mark.server)
        )
        remark = await self.show(reviewed.answer)
        if reviewed.answer.id != answer_id:
            await self._show_pressed(answer_id, reviewed)
        alone = "" if stands_alone(reviewed.review.question) else NOT_ALONE
        await _reply(interaction, CORRECTED, _replaced(reviewed), alone, remark)

    async def take_back(self, interaction: discord.Interaction, answer_id: int) -> None:
        """Let an answer stand for its question no longer; the interaction was deferred.

        Raises:
            BotError: a sentence for the presser.
        """
        answer = await self._feedback.take_back(_mark(interaction, answer_id))
        remark = await self.show(answer) if answer is not None else ""
        await _reply(interaction, UNDONE, "" if remark == DELETED else remark)

    async def _vote(self, interaction: discord.Interaction, mark: Mark, verdict: Verdict) -> None:
        now = await self._feedback.vote(mark, verdict)
        sign = SIGNS[verdict]
        said = f"Your {sign} is taken back." if now is None else f"Thank you, your {sign} counts."
        await interaction.followup.send(said, ephemeral=True)
        async with self._lock(mark.answer_id):
            answer = await self._delivery.answer(mark.answer_id)
            shown = interaction.message
            if answer is None or shown is None:
                return
            if await self._is_replaced(answer, str(shown.id)):
                return  # another answer stands there by now, with buttons of its own
            reception = await self._feedback.reception(answer.id)
            mode = await threads_mode(self._client, answer)
            view = answer_view(
                ended_snapshot(answer, reception),
                answer,
                has_thread_button=mode is ThreadsMode.BUTTON,
            )
            try:
                await interaction.edit_original_response(view=view)
            except STUMBLES:
                return  # counted all the same; the next vote shows it

    async def show(self, answer: Answer) -> str:
        """Bring an answer's messages to what holds now; returns what could not be done."""
        async with self._lock(answer.id):
            messages = await self._delivery.messages(answer.id)
            first = messages[0].message_id if messages else None
            if first is None:
                return ""
            if await self._is_replaced(answer, first):
                await self._delivery.delivered(answer.id, len(messages))
                return REPLACED
            reception = await self._feedback.reception(answer.id)
            try:
                await self._put(answer, ended_snapshot(answer, reception), messages)
            except STUMBLES as error:
                if code_of(error) == UNKNOWN_MESSAGE:
                    await self._feedback.forget_link(answer)
                if is_final(error):
                    await self._delivery.delivered(answer.id, len(messages))
                return DELETED if code_of(error) == UNKNOWN_MESSAGE else NOT_SHOWN
            return ""

    async def _show_pressed(self, answer_id: int, reviewed: Reviewed) -> None:
        """Show a correction also where the corrected answer was repeated."""
        pressed = await self._delivery.answer(answer_id)
        messages = await self._delivery.messages(answer_id)
        first = messages[0].message_id if messages else None
        if pressed is None or pressed.card is None or first is None:
            return
        if await self._is_replaced(pressed, first):
            return
        card = dataclasses.replace(pressed.card, explanation=reviewed.review.text)
        repeated = dataclasses.replace(pressed, text=reviewed.review.text, card=card)
        async with self._lock(answer_id):
            reception = await self._feedback.reception(answer_id)
            try:
                await self._put(repeated, ended_snapshot(repeated, reception), messages)
            except STUMBLES:
                return  # the correction itself is stored and shown

    async def _put(
        self, answer: Answer, snapshot: Snapshot, messages: Sequence[MessageRef]
    ) -> None:
        """Write a snapshot into an answer's messages, and draw its formulas below it."""
        await self._client.settle(answer.id, None)
        channel_id = int(messages[0].channel_id)
        guild_id = int(answer.conversation.server)
        canvas = Canvas(
            self._delivery,
            self._client.get_partial_messageable(channel_id, guild_id=guild_id),
            channel_id,
            message_ids=[int(each.message_id) for each in messages if each.message_id is not None],
        )
        is_reply = await self._delivery.is_reply(answer, messages[0].channel_id)
        frame = Frame(answer, quotes_question=not is_reply)
        parts = frame.parts(snapshot)
        mode = await threads_mode(self._client, answer)
        has_thread_button = mode is ThreadsMode.BUTTON
        view = answer_view(snapshot, answer, has_thread_button=has_thread_button)
        await canvas.show(answer.id, parts, view)
        await canvas.trim(len(parts))
        await self._delivery.delivered(answer.id, len(parts))
        await illustrate(self._client, canvas, frame, snapshot, has_thread_button=has_thread_button)

    async def _is_replaced(self, answer: Answer, message_id: str) -> bool:
        """Whether a newer answer stands in the message: somebody pressed Regenerate."""
        newest = await self._delivery.answer_in(message_id)
        return newest is not None and newest.id != answer.id

    def _lock(self, answer_id: int) -> asyncio.Lock:
        return self._showing.setdefault(answer_id, asyncio.Lock())

    def _link_of(self, server: str) -> Callable[[MessageRef], str | None]:
        def link_of(message: MessageRef) -> str | None:
            if message.message_id is None:
                return None
            place = f"{server}/{message.channel_id}/{message.message_id}"
            return f"https://discord.com/channels/{place}"

        return link_of


def _mark(interaction: discord.Interaction, answer_id: int) -> Mark:
    return Mark(asker_of(interaction), conversation_of(interaction).server, answer_id)


def _replaced(reviewed: Reviewed) -> str:
    before = reviewed.replaced
    if before is None or before.person_id == reviewed.review.person_id:
        return ""
    deed = "correction" if before.is_correction else "endorsement"
    name = neutralise_mentions(escape(before.person_name))
    return f"It takes the place of {name}'s {deed}."


async def _reply(interaction: discord.Interaction, *sentences: str) -> None:
    await interaction.edit_original_response(
        content=" ".join(filter(None, sentences)), allowed_mentions=MENTIONS
    )
