"""The messages of one answer: put text into them wherever Discord lets us reach them."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import discord

from bot.cogs.stumbles import CANNOT_REPLY_WITHOUT_HISTORY, TOKEN_EXPIRED
from bot.domain.answer import MessageRef
from bot.service.delivery import DeliveryService

TOKEN_SECONDS = 14 * 60  # an interaction's token lives 15 minutes
MENTIONS = discord.AllowedMentions.none()
Channel = discord.abc.Messageable


def new_nonce() -> str:
    """A nonce by which Discord recognises a repeated send (25 characters at most)."""
    return secrets.token_hex(12)


class Canvas:
    """Parts 0, 1, 2 … of one answer.

    Part 0 exists from the start: the interaction's response, or a message with `nonce` that
    is sent by the first `put`. Public parts are ordinary messages; private ones can only be
    reached through the interaction's token.
    """

    def __init__(
        self,
        delivery: DeliveryService,
        channel: Channel,
        channel_id: int,
        *,
        interaction: discord.Interaction | None = None,
        is_private: bool = False,
        reply_to: discord.Message | None = None,
        first_nonce: str | None = None,
        message_ids: list[int] | None = None,
    ) -> None:
        self._delivery = delivery
        self._channel = channel
        self._channel_id = channel_id
        self._interaction = interaction
        self._is_private = is_private
        self._reply_to = reply_to
        self._nonces = {0: first_nonce} if first_nonce else {}
        self._tried: set[int] = set()
        self._sent_by_token: set[int] = set()
        self._message_ids = list(message_ids or [])
        # What an earlier answer left in these messages may have a picture below it.
        self._wipes_pictures = interaction is None and bool(self._message_ids)
        self._shown: dict[int, tuple[str, bool]] = {}
        self._token_until = time.monotonic() + TOKEN_SECONDS

    @property
    def bucket(self) -> str:
        """The rate limit that edits count against now."""
        if self._reaches_by_token and self._interaction is not None:
            return f"webhooks/{self._interaction.application_id}/{self._interaction.token}"
        return f"channels/{self._channel_id}"

    @property
    def has_shown(self) -> bool:
        """Whether anything of the answer stands in its messages."""
        return bool(self._shown)

    @property
    def first_message_id(self) -> int | None:
        """The id of part 0, once it is known."""
        return self._message_ids[0] if self._message_ids else None

    @property
    def _reaches_by_token(self) -> bool:
        return self._interaction is not None and time.monotonic() < self._token_until

    async def adopt(self, answer_id: int) -> None:
        """Note parts that an earlier answer left behind as this answer's."""
        for number, message_id in enumerate(self._message_ids[1:], 1):
            await self._delivery.put(
                MessageRef(answer_id, number, str(self._channel_id), new_nonce(), str(message_id))
            )

    async def show(self, answer_id: int, parts: list[str], view: discord.ui.View | None) -> None:
        """Bring the messages to `parts`, buttons below the last; what stands is left alone.

        Raises:
            discord.HTTPException: as Discord refused it.
        """
        for number, content in enumerate(parts):
            is_last = number == len(parts) - 1
            below = view if is_last else None
            key = (content, is_last and view is not None)
            # Buttons change with the answer's state, so the last part is always put.
            if self._shown.get(number) == key and not is_last:
                continue
            if number < len(self._message_ids):
                await self._edit(number, content, below)
            else:
                await self._send(answer_id, number, content, below)
            self._shown[number] = key

    async def attach(self, make_file: Callable[[], discord.File]) -> None:
        """Put a file below the last part, whose text and buttons stay; it may be made twice.

        Raises:
            discord.HTTPException: as Discord refused it.
        """
        await self._change(len(self._message_ids) - 1, lambda: {"attachments": [make_file()]})

    async def trim(self, num_parts: int) -> None:
        """Delete messages beyond the first `num_parts`."""
        while len(self._message_ids) > max(num_parts, 1):
            message_id = self._message_ids.pop()
            self._shown.pop(len(self._message_ids), None)
            try:
                if self._is_private and self._interaction is not None:
                    await self._interaction.followup.delete_message(message_id)
                else:
                    await self._partial(message_id).delete()
            except (discord.NotFound, discord.Forbidden):
                continue

    async def _edit(self, number: int, content: str, view: discord.ui.View | None) -> None:
        changes: dict[str, Any] = {"content": content, "view": view}
        if self._wipes_pictures:
            changes["attachments"] = []
        await self._change(number, lambda: changes | {"allowed_mentions": MENTIONS})

    async def _change(self, number: int, changes: Callable[[], dict[str, Any]]) -> None:
        """Edit a part by the interaction's token as long as that is possible."""
        message_id = self._message_ids[number]
        by_token = number == 0 or self._is_private or message_id in self._sent_by_token
        if self._interaction is not None and by_token and self._reaches_by_token:
            target = "@original" if number == 0 else message_id
            try:
                await self._interaction.followup.edit_message(
                    target,  # type: ignore[arg-type] # Discord takes this name for an id
                    **changes(),
                )
                return
            except discord.HTTPException as error:
                if error.code not in TOKEN_EXPIRED or self._is_private:
                    raise
                self._token_until = 0.0
        await self._partial(message_id).edit(**changes())

    async def _send(
        self, answer_id: int, number: int, content: str, view: discord.ui.View | None
    ) -> None:
        """Send a new part; noted before and after, so that a crash sends nothing twice."""
        nonce = self._nonces.setdefault(number, new_nonce())
        channel_id = str(self._channel_id)
        is_repeated = number in self._tried
        self._tried.add(number)
        await self._delivery.put(MessageRef(answer_id, number, channel_id, nonce))
        if self._is_private and self._interaction is not None:
            extra: dict[str, Any] = {"view": view} if view is not None else {}
            message: discord.Message = await self._interaction.followup.send(
                content, ephemeral=True, wait=True, allowed_mentions=MENTIONS, **extra
            )
        else:
            message = await self._send_public(number, content, nonce, view)
        self._message_ids.append(message.id)
        if is_repeated:  # the nonce may have found the first try, with an older text
            await self._edit(number, content, view)
        await self._delivery.put(MessageRef(answer_id, number, channel_id, nonce, str(message.id)))

    async def _send_public(
        self, number: int, content: str, nonce: str, view: discord.ui.View | None
    ) -> discord.Message:
        extra: dict[str, Any] = {"view": view} if view is not None else {}
        reply: dict[str, Any] = {}
        if number == 0 and self._reply_to is not None:
            reply["reference"] = self._reply_to.to_reference(fail_if_not_exists=False)
        try:
            try:
                return await self._send_ordinary(content, nonce, **extra, **reply)
            except discord.HTTPException as error:
                if error.code != CANNOT_REPLY_WITHOUT_HISTORY:
                    raise
                return await self._send_ordinary(content, nonce, **extra)
        except discord.Forbidden:
            if self._interaction is None or not self._reaches_by_token:
                raise
            # The interaction's webhook may speak where the bot itself may not.
            message: discord.Message = await self._interaction.followup.send(
                content, wait=True, allowed_mentions=MENTIONS, **extra
            )
            self._sent_by_token.add(message.id)
            return message

    async def _send_ordinary(self, content: str, nonce: str, **extra: Any) -> discord.Message:
        return await self._channel.send(
            content, nonce=nonce, allowed_mentions=MENTIONS, mention_author=False, **extra
        )

    def _partial(self, message_id: int) -> discord.PartialMessage:
        channel = self._channel
        get: discord.PartialMessage = channel.get_partial_message(message_id)  # type: ignore[attr-defined]
        return get
