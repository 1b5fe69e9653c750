"""REST routes of channels, threads and guilds."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.discord_server import posting
from tests.discord_server.body import read_body
from tests.discord_server.channel import TextChannel
from tests.discord_server.message import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.refusal import DiscordError, FormErrors, Refusal
from tests.discord_server.rest import path_id
from tests.discord_server.thread import Thread
from tests.discord_server.world import World

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


class ChannelRoutes:
    """Channels and their threads."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The routes, relative to the API's address."""
        channel = "/channels/{channel_id}"
        guild = "/guilds/{guild_id}"
        return [
            web.get(channel, self.get),
            web.patch(channel, self.edit),
            web.delete(channel, self.delete),
            web.post(channel + "/messages/{message_id}/threads", self.start_from_message),
            web.post(channel + "/threads", self.start),
            web.get(channel + "/thread-members", self.thread_members),
            web.put(channel + "/thread-members/@me", self.join),
            web.delete(channel + "/thread-members/@me", self.leave),
            web.put(channel + "/thread-members/{user_id}", self.add_member),
            web.get(guild, self.guild),
            web.get(guild + "/channels", self.guild_channels),
            web.get(guild + "/roles", self.guild_roles),
            web.get(guild + "/threads/active", self.active_threads),
            web.get(guild + "/members/{user_id}", self.guild_member),
        ]

    async def get(self, request: web.Request) -> web.Response:
        """One channel."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        return web.json_response(channel.payload())

    async def edit(self, request: web.Request) -> web.Response:
        """Change a channel's name, or a thread's name and state."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        body = (await read_body(request)).fields
        errors = FormErrors()
        if "name" in body:
            errors.check_length("name", body["name"], 100, 1)
        errors.raise_if_any()
        if isinstance(channel, Thread):
            self._edit_thread(channel, body)
        elif isinstance(channel, TextChannel):
            self._world.require(channel, self._world.bot, Permission.MANAGE_CHANNELS)
            channel.name = body.get("name", channel.name)
            channel.announce_update()
        else:
            raise DiscordError(Refusal.WRONG_CHANNEL_TYPE)
        return web.json_response(channel.payload())

    def _edit_thread(self, thread: Thread, body: dict[str, Any]) -> None:
        bot = self._world.bot
        moderates = thread.can(bot, Permission.MANAGE_THREADS)
        if not moderates and ("locked" in body or thread.owner is not bot or thread.locked):
            raise DiscordError(Refusal.MISSING_PERMISSIONS)
        if thread.archived and body.get("archived") is not False:
            raise DiscordError(Refusal.THREAD_ARCHIVED)
        thread.name = body.get("name", thread.name)
        thread.set_state(archived=body.get("archived"), locked=body.get("locked"))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a channel or thread."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        if isinstance(channel, Thread):
            self._world.require(channel, self._world.bot, Permission.MANAGE_THREADS)
            channel.delete()
        elif isinstance(channel, TextChannel):
            self._world.require(channel, self._world.bot, Permission.MANAGE_CHANNELS)
            channel.delete()
        return web.json_response(channel.payload())

    async def start_from_message(self, request: web.Request) -> web.Response:
        """Open a thread on a message."""
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        message = self._world.message(channel, path_id(request, "message_id"))
        body = (await read_body(request)).fields
        return self._start(channel_id=channel.id, body=body, message=message)

    async def start(self, request: web.Request) -> web.Response:
        """Open a thread of its own."""
        body = (await read_body(request)).fields
        return self._start(channel_id=path_id(request, "channel_id"), body=body, message=None)

    def _start(
        self, channel_id: int, body: dict[str, Any], message: Message | None
    ) -> web.Response:
        channel = self._world.visible_channel(channel_id, Permission.CREATE_PUBLIC_THREADS)
        errors = FormErrors()
        errors.check_length("name", body.get("name"), 100, 1)
        minutes = body.get("auto_archive_duration") or 1440
        if minutes not in ARCHIVE_MINUTES:
            errors.add(
                "auto_archive_duration",
                "BASE_TYPE_CHOICES",
                "Value must be one of {60, 1440, 4320, 10080}.",
            )
        errors.raise_if_any()
        thread = posting.open_thread(
            self._world, channel, body["name"], self._world.bot, message, minutes
        )
        return web.json_response(thread.payload(), status=201)

    def _thread(self, request: web.Request) -> Thread:
        channel = self._world.visible_channel(path_id(request, "channel_id"))
        if not isinstance(channel, Thread):
            raise DiscordError(Refusal.WRONG_CHANNEL_TYPE)
        return channel

    async def thread_members(self, request: web.Request) -> web.Response:
        """Who follows a thread."""
        thread = self._thread(request)
        return web.json_response([thread.member_payload(user) for user in thread.member_ids])

    async def join(self, request: web.Request) -> web.Response:
        """Follow a thread."""
        thread = self._thread(request)
        if thread.archived:
            raise DiscordError(Refusal.THREAD_ARCHIVED)
        thread.add_member(self._world.bot)
        return web.Response(status=204)

    async def leave(self, request: web.Request) -> web.Response:
        """No longer follow a thread."""
        self._thread(request).remove_member(self._world.bot)
        return web.Response(status=204)

    async def add_member(self, request: web.Request) -> web.Response:
        """Let a person follow a thread."""
        thread = self._thread(request)
        if thread.archived:
            raise DiscordError(Refusal.THREAD_ARCHIVED)
        self._world.require(thread, self._world.bot, Permission.SEND_MESSAGES_IN_THREADS)
        user_id = path_id(request, "user_id")
        if user_id not in thread.guild.members:
            raise DiscordError(Refusal.UNKNOWN_MEMBER)
        thread.add_member(self._world.users[user_id])
        return web.Response(status=204)

    async def guild(self, request: web.Request) -> web.Response:
        """One guild."""
        return web.json_response(self._world.guild(path_id(request, "guild_id")).payload())

    async def guild_channels(self, request: web.Request) -> web.Response:
        """A guild's channels without its threads."""
        guild = self._world.guild(path_id(request, "guild_id"))
        channels = [c for c in guild.channels.values() if isinstance(c, TextChannel)]
        return web.json_response([channel.payload() for channel in channels])

    async def guild_roles(self, request: web.Request) -> web.Response:
        """A guild's roles."""
        guild = self._world.guild(path_id(request, "guild_id"))
        return web.json_response([role.payload() for role in guild.roles.values()])

    async def active_threads(self, request: web.Request) -> web.Response:
        """A guild's threads that are not archived."""
        guild = self._world.guild(path_id(request, "guild_id"))
        bot = self._world.bot
        threads = [
            thread
            for thread in guild.threads
            if not thread.archived and thread.can(bot, Permission.VIEW_CHANNEL)
        ]
        followed = [t.member_payload(bot.id) for t in threads if bot.id in t.member_ids]
        found = {"threads": [thread.payload() for thread in threads], "members": followed}
        return web.json_response(found)

    async def guild_member(self, request: web.Request) -> web.Response:
        """One member."""
        guild = self._world.guild(path_id(request, "guild_id"))
        member = guild.members.get(path_id(request, "user_id"))
        if member is None:
            raise DiscordError(Refusal.UNKNOWN_MEMBER)
        return web.json_response(member.payload())
