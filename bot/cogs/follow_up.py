"""Questions by ordinary messages: in the bot's threads, by mention, by reply, in private."""

import re

import discord

from bot.cogs.asking import answer_on
from bot.cogs.burst import Burst, Bursts
from bot.cogs.canvas import MENTIONS, Canvas, new_nonce
from bot.cogs.client import LecternClient
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.stumbles import STUMBLES
from bot.domain.conversation import Place, Question
from bot.domain.errors import HelpOffered, NotAllowed, QuestionRefused

ORDINARY = (discord.MessageType.default, discord.MessageType.reply)
CANNOT_SEND = (
    "I may not write in {thread}: an admin must give me the permission Send Messages in "
    "Threads. So here is the answer for {person}."
)
CANNOT_SEND_IN_PRIVATE = (
    "I may not write in {thread}, and as it is private I answer nowhere else: an admin must give "
    "me the permission Send Messages in Threads there. Then please ask again."
)
UNREADABLE = (
    "I could not read your message: Discord shows me no replies to the answer of a command. "
    "Please mention me in it, or use /ask."
)


class FollowUps:
    """Decides which messages are questions, and answers them as replies."""

    def __init__(self, client: LecternClient) -> None:
        self._client = client
        self._bursts = Bursts(client.options.burst_seconds)

    async def hear(self, message: discord.Message) -> None:
        """One message that the gateway delivered."""
        if self._client.is_retiring or not self.is_question(message):
            return
        self._client.hold_farewell()
        burst = await self._bursts.collect(message)
        if burst is None:
            return
        try:
            await self._answer(burst)
        except Exception as error:  # noqa: BLE001 - the edge: a sentence for the asker
            sentence = self._client.sentence_of(error)
            if sentence is not None:
                await self._tell(burst.messages[-1], sentence, alone=isinstance(error, HelpOffered))

    def is_question(self, message: discord.Message) -> bool:
        """Whether a message speaks to the bot, and to nobody else."""
        me = self._client.user
        is_robot = message.author.bot or message.webhook_id is not None
        if me is None or is_robot or message.type not in ORDINARY:
            return False
        called = {person.id for person in message.mentions}
        if me.id in message.raw_mentions:
            called &= set(message.raw_mentions)  # without the ping of a reply to somebody
        speaks_to_me = me.id in called
        speaks_to_others = bool(message.role_mentions) or bool(called - {me.id})
        if speaks_to_me:
            return not speaks_to_others
        if speaks_to_others or message.mention_everyone or not message.content.strip():
            return False
        if message.reference is not None and message.type is discord.MessageType.reply:
            return self._is_mine(message.reference)
        if message.guild is None:
            return True
        channel = message.channel
        return isinstance(channel, discord.Thread) and channel.owner_id == me.id

    def _is_mine(self, reference: discord.MessageReference) -> bool:
        original = reference.resolved
        me = self._client.user
        return (
            isinstance(original, discord.Message) and me is not None and original.author.id == me.id
        )

    async def _answer(self, burst: Burst) -> None:
        first, last = burst.messages[0], burst.messages[-1]
        text = "\n".join(filter(None, (self._text_of(message) for message in burst.messages)))
        if not text and last.type is discord.MessageType.reply and not last.attachments:
            raise QuestionRefused(UNREADABLE)
        nonce = new_nonce()
        channel, channel_id, elsewhere = self._where(last)
        question = Question(
            source=f"message:{first.id}",
            asker=asker_of(last),
            conversation=conversation_of(last),
            text=text,
            place=Place(str(channel_id), nonce),
        )
        canvas = Canvas(
            self._client.services.delivery,
            channel,
            channel_id,
            reply_to=None if elsewhere else last,
            first_nonce=nonce,
        )
        opened = self._client.services.ask.ask(question)
        note = " ".join(filter(None, (elsewhere, burst.remark))) or None
        missing = await answer_on(
            self._client, canvas, opened, quotes_question=elsewhere is not None, note=note
        )
        if missing:
            await self._tell(last, missing)

    def _where(
        self, message: discord.Message
    ) -> tuple[discord.PartialMessageable, int, str | None]:
        """The message's own channel, or a thread's parent if the bot may not write there.

        Raises:
            NotAllowed: the thread is private; its words do not leave it.
        """
        channel = message.channel
        channel_id, note = channel.id, None
        if isinstance(channel, discord.Thread) and message.guild is not None:
            mine = channel.permissions_for(message.guild.me)
            if not mine.send_messages_in_threads and channel.is_private():
                raise NotAllowed(CANNOT_SEND_IN_PRIVATE.format(thread=channel.mention))
            if not mine.send_messages_in_threads:
                channel_id = channel.parent_id
                note = CANNOT_SEND.format(thread=channel.mention, person=message.author.mention)
        guild_id = message.guild.id if message.guild else None
        return self._client.get_partial_messageable(channel_id, guild_id=guild_id), channel_id, note

    def _text_of(self, message: discord.Message) -> str:
        """The message without the mention that called the bot."""
        me = self._client.user
        return re.sub(rf"<@!?{me.id if me else 0}>", "", message.content).strip()

    async def _tell(self, message: discord.Message, sentence: str, *, alone: bool = False) -> None:
        """Reply, or if that cannot be, write in private; `alone` the other way round."""
        is_public = message.guild is not None
        if alone and is_public and await self._tell_in_private(message.author, sentence):
            return
        try:
            await message.channel.send(
                sentence,
                reference=message.to_reference(fail_if_not_exists=False),
                mention_author=False,
                allowed_mentions=MENTIONS,
                nonce=new_nonce(),
            )
        except STUMBLES:
            await self._tell_in_private(message.author, sentence)

    async def _tell_in_private(self, person: discord.User | discord.Member, sentence: str) -> bool:
        """Whether it could be told; the log of requests has what could not."""
        try:
            await person.send(sentence, nonce=new_nonce())
        except STUMBLES:
            return False
        return True


def register(client: LecternClient) -> None:
    """Listen."""
    follow_ups = FollowUps(client)

    @client.event
    async def on_message(message: discord.Message) -> None:
        await follow_ups.hear(message)
