"""What happens when somebody presses a button of an answer."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import discord

from bot.cogs.asking import DELETED, answer_interaction, answer_on
from bot.cogs.buttons import JUDGING, AnswerButton
from bot.cogs.canvas import Canvas, new_nonce
from bot.cogs.client import LecternClient
from bot.cogs.correction import corrected_answer
from bot.cogs.details import show_details
from bot.cogs.endorsed import add_commands
from bot.cogs.judging import Judging
from bot.cogs.look_controls import FIRST_LOOK, Page
from bot.cogs.looking import Looking
from bot.cogs.people import asker_of
from bot.cogs.stumbles import STUMBLES, UNKNOWN_MESSAGE, code_of
from bot.cogs.threads import open_thread
from bot.domain.answer import Answer, MessageRef
from bot.domain.conversation import Place
from bot.domain.errors import NotFound, QuestionRefused
from bot.service.live_answer import LiveAnswer
from bot.service.press import Press

FORGOTTEN = "I no longer know this answer; please ask your question again."


class Presses:
    """One press at a time for each answer."""

    def __init__(self, client: LecternClient, judging: Judging) -> None:
        self._client = client
        self._services = client.services
        self._judging = judging
        self._looking = Looking(client)
        self._busy: set[int] = set()

    async def __call__(self, interaction: discord.Interaction, button: AnswerButton) -> None:
        """Do what the button says; a refusal is shown to the presser alone."""
        self._client.hold_farewell()
        deed, answer_id = button.deed, button.answer_id
        try:
            if deed == "stop":
                await interaction.response.defer()
                await self._services.press.stop(asker_of(interaction), answer_id)
            elif deed in JUDGING:
                await self._judging.press(interaction, deed, answer_id)
            elif deed == "thread":
                await interaction.response.defer(thinking=True, ephemeral=True)
                await self._open_thread(interaction, answer_id)
            elif deed == "details":
                await show_details(self._client, interaction, answer_id)
            elif deed == "look":
                await self._looking.open(interaction, Page(answer_id, FIRST_LOOK, is_new=True))
            else:
                await self._answer_again(interaction, deed, answer_id)
        except Exception as error:  # noqa: BLE001 - the edge: a sentence for the presser
            sentence = self._client.sentence_of(error)
            if code_of(error) == UNKNOWN_MESSAGE:
                sentence = DELETED
            if sentence is not None:
                await self._tell(interaction, sentence)

    async def _tell(self, interaction: discord.Interaction, sentence: str) -> None:
        try:
            if interaction.response.is_done():
                await interaction.followup.send(sentence, ephemeral=True)
            else:
                await interaction.response.send_message(sentence, ephemeral=True)
        except STUMBLES:
            return  # the presser has gone, or Discord has

    async def _open_thread(self, interaction: discord.Interaction, answer_id: int) -> None:
        answer = await self._known(answer_id)
        messages = await self._services.delivery.messages(answer_id)
        if not messages or messages[0].message_id is None:
            raise NotFound(FORGOTTEN)
        missing = await open_thread(self._client, answer, int(messages[0].message_id))
        await interaction.edit_original_response(content=missing or "The thread is open.")

    async def _answer_again(
        self, interaction: discord.Interaction, deed: str, answer_id: int
    ) -> None:
        if self._client.is_retiring:
            raise QuestionRefused("I am restarting; please try again in a minute.")
        if answer_id in self._busy:
            raise QuestionRefused("I am already on it; watch the message.")
        self._busy.add(answer_id)
        try:
            answer = await self._known(answer_id)
            if answer.is_private:
                # Another interaction's private messages are out of reach: answer in a new one.
                await answer_interaction(
                    self._client,
                    interaction,
                    lambda place: self._open(interaction, deed, answer_id, place),
                    is_private=True,
                )
                return
            await interaction.response.defer()
            shown_in = interaction.message.id if interaction.message is not None else None
            await self._client.settle(answer.id, shown_in)
            await self._replace(interaction, deed, answer)
        finally:
            self._busy.discard(answer_id)

    async def _replace(self, interaction: discord.Interaction, deed: str, answer: Answer) -> None:
        """Write the new answer into the old one's messages."""
        messages = await self._messages_of(answer)
        known = [int(each.message_id) for each in messages if each.message_id is not None]
        if interaction.message is not None and interaction.message.id not in known:
            known.append(interaction.message.id)  # pressed before its receipt was noted
        channel_id = int(messages[0].channel_id) if messages else interaction.channel_id or 0
        canvas = Canvas(
            self._services.delivery,
            self._client.get_partial_messageable(channel_id, guild_id=interaction.guild_id),
            channel_id,
            message_ids=known,
        )
        place = Place(str(channel_id), new_nonce(), str(known[0]) if known else None)
        opened = self._open(interaction, deed, answer.id, place)
        is_reply = await self._services.delivery.is_reply(answer, str(channel_id))
        missing = await answer_on(self._client, canvas, opened, quotes_question=not is_reply)
        if missing:
            await interaction.followup.send(missing, ephemeral=True)

    async def _messages_of(self, answer: Answer) -> Sequence[MessageRef]:
        """Where an answer stands; one that took its place meanwhile may have more parts."""
        messages = await self._services.delivery.messages(answer.id)
        first_id = messages[0].message_id if messages else None
        newest = await self._services.delivery.answer_in(first_id) if first_id else None
        if newest is None or newest.id == answer.id:
            return messages
        return await self._services.delivery.messages(newest.id)

    def _open(
        self, interaction: discord.Interaction, deed: str, answer_id: int, place: Place
    ) -> AbstractAsyncContextManager[LiveAnswer]:
        press = Press(f"interaction:{interaction.id}", asker_of(interaction), answer_id, place)
        service = self._services.press
        return service.go_on(press) if deed == "more" else service.regenerate(press)

    async def _known(self, answer_id: int) -> Answer:
        answer = await self._services.delivery.answer(answer_id)
        if answer is None:
            raise NotFound(FORGOTTEN)
        return answer


def register(client: LecternClient) -> None:
    """Let buttons work, also those of earlier processes."""
    judging = Judging(client)
    client.let_press(Presses(client, judging), AnswerButton)
    add_commands(client, judging)

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        # discord.py itself only knows forms that this process opened.
        answer_id = corrected_answer(interaction)
        if answer_id is None:
            return
        client.hold_farewell()
        try:
            await judging.correct(interaction, answer_id)
        except Exception as error:  # noqa: BLE001 - the edge: a sentence for the sender
            await client.tell_error(interaction, error)
