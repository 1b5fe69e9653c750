"""REST routes of messages, as the bot's own token reaches them."""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web

from tests.discord_server import posting
from tests.discord_server.body import read_body
from tests.discord_server.channel import Channel, DirectChannel
from tests.discord_server.draft import Draft
from tests.discord_server.event import Event
from tests.discord_server.intents import Intent
from tests.discord_server.message import EPHEMERAL, Message
from tests.discord_server.permissions import Permission
from tests.discord_server.refusal import DiscordError, Refusal, invalid_form
from tests.discord_server.rest import path_id
from tests.discord_server.thread import Thread
from tests.discord_server.world import World


class MessageRoutes:
    """Writing, reading, changing and deleting messages; typing and reactions."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The routes, relative to the API's address."""
        messages = "/channels/{channel_id}/messages"
        one = messages + "/{message_id}"
        return [
            web.get(messages, self.history),
            web.post(messages, self.create),
            web.get(one, self.get),
            web.patch(one, self.edit),
            web.delete(one, self.delete),
            web.put(one + "/reactions/{emoji}/@me", self.react),
            web.delete(one + "/reactions/{emoji}/@me", self.unreact),
            web.post("/channels/{channel_id}/typing", self.typing),
        ]

    def _payload(self, message: Message) -> dict[str, object]:
        application = self._world.application
        readable = application.may_read_content or message.is_readable_for_bot(self._world.bot)
        return message.payload(with_content=readable)

    def _message(self, request: web.Request) -> Message:
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        return self._world.message(channel, path_id(request, "message_id"))

    async def create(self, request: web.Request) -> web.Response:
        """Send a message, or return the earlier one with the same enforced nonce."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        body = await read_body(request)
        draft = Draft.from_body(body.fields, body.files)
        draft.flags &= ~EPHEMERAL
        bot = self._world.bot
        if isinstance(channel, DirectChannel) and not channel.person.accepts_direct_messages:
            raise DiscordError(Refusal.CANNOT_REACH_USER)
        posting.may_speak(channel, bot, draft)
        earlier = posting.earlier_with_nonce(channel, bot, draft)
        if earlier is not None:
            return web.json_response(self._payload(earlier))
        replied = posting.referenced_message(channel, bot, draft)
        message = posting.post(self._world, channel, bot, draft, referenced=replied)
        return web.json_response(self._payload(message))

    async def history(self, request: web.Request) -> web.Response:
        """Messages, newest first; none without READ_MESSAGE_HISTORY."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        limit = int(request.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            word = "NUMBER_TYPE_MAX" if limit > 100 else "NUMBER_TYPE_MIN"
            raise invalid_form("limit", word, "Value should be between 1 and 100.")
        if not channel.can(self._world.bot, Permission.READ_MESSAGE_HISTORY):
            return web.json_response([])
        return web.json_response([self._payload(m) for m in self._page(channel, request, limit)])

    def _page(self, channel: Channel, request: web.Request, limit: int) -> list[Message]:
        messages = [m for m in channel.messages if not m.is_ephemeral]
        query = {name: int(value) for name, value in request.query.items() if name != "limit"}
        if "around" in query:
            older = [m for m in messages if m.id <= query["around"]][-(limit // 2 + 1) :]
            newer = [m for m in messages if m.id > query["around"]][: limit - len(older)]
            return (older + newer)[::-1]
        if "after" in query:
            return [m for m in messages if m.id > query["after"]][:limit][::-1]
        before = query.get("before")
        return [m for m in messages if before is None or m.id < before][-limit:][::-1]

    async def get(self, request: web.Request) -> web.Response:
        """One message."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        if not channel.can(self._world.bot, Permission.READ_MESSAGE_HISTORY):
            raise DiscordError(Refusal.MISSING_ACCESS)
        message = self._world.message(channel, path_id(request, "message_id"))
        return web.json_response(self._payload(message))

    async def edit(self, request: web.Request) -> web.Response:
        """Change one of the bot's messages."""
        message = self._message(request)
        if message.author is not self._world.bot:
            raise DiscordError(Refusal.NOT_YOUR_MESSAGE)
        if not message.counts_in_thread:
            raise DiscordError(Refusal.SYSTEM_MESSAGE)
        if isinstance(message.channel, Thread) and message.channel.archived:
            raise DiscordError(Refusal.THREAD_ARCHIVED)
        body = await read_body(request)
        draft = Draft.from_body(body.fields, body.files, may_be_empty=True)
        needed = Permission.ATTACH_FILES if draft.uploads else Permission.NONE
        self._world.require(message.channel, self._world.bot, needed)
        return web.json_response(self._payload(posting.edit(self._world, message, draft)))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message, someone else's only with MANAGE_MESSAGES."""
        message = self._message(request)
        if message.author is not self._world.bot:
            self._world.require(message.channel, self._world.bot, Permission.MANAGE_MESSAGES)
        posting.delete(message)
        return web.Response(status=204)

    async def react(self, request: web.Request) -> web.Response:
        """Add a reaction of the bot."""
        message = self._message(request)
        needed = Permission.ADD_REACTIONS | Permission.READ_MESSAGE_HISTORY
        self._world.require(message.channel, self._world.bot, needed)
        react(message, self._world.bot.id, unquote(request.match_info["emoji"]))
        return web.Response(status=204)

    async def unreact(self, request: web.Request) -> web.Response:
        """Take a reaction of the bot back."""
        message = self._message(request)
        users = message.reactions.get(unquote(request.match_info["emoji"]), [])
        if self._world.bot.id in users:
            users.remove(self._world.bot.id)
        self._world.changed()
        return web.Response(status=204)

    async def typing(self, request: web.Request) -> web.Response:
        """Show that the bot is typing."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        posting.may_speak(channel, self._world.bot, Draft(frozenset()))
        channel.typing_at.append(self._world.clock.monotonic())
        self._world.changed()
        return web.Response(status=204)


def react(message: Message, user_id: int, emoji: str) -> None:
    """Add an account's reaction and announce it."""
    users = message.reactions.setdefault(emoji, [])
    if user_id in users:
        return
    users.append(user_id)
    channel = message.channel
    data = {
        "user_id": str(user_id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "message_author_id": str(message.author.id),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    if channel.guild is None:
        channel.world.publish(Event("MESSAGE_REACTION_ADD", data, Intent.DIRECT_MESSAGE_REACTIONS))
        return
    data["guild_id"] = str(channel.guild.id)
    data["member"] = channel.guild.members[user_id].payload()
    channel.guild.announce("MESSAGE_REACTION_ADD", data, Intent.GUILD_MESSAGE_REACTIONS)
