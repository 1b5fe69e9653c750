"""The loopback Discord: REST and gateway on 127.0.0.1 for the real discord.py client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from types import TracebackType
from typing import Self, SupportsInt, TypeVar

from aiohttp import web

from tests.discord_server.channel import Channel
from tests.discord_server.clock import Clock
from tests.discord_server.commands import Commands
from tests.discord_server.faults import Fault, Faults
from tests.discord_server.gateway import Gateway
from tests.discord_server.guild import Guild
from tests.discord_server.intents import Intent
from tests.discord_server.interaction import Interaction
from tests.discord_server.message import Message
from tests.discord_server.permissions import INVITED_BOT_PERMISSIONS
from tests.discord_server.person import Person
from tests.discord_server.rate_limits import RateLimits
from tests.discord_server.rest import API_PREFIX, Rest
from tests.discord_server.rest_application import ApplicationRoutes
from tests.discord_server.rest_channels import ChannelRoutes
from tests.discord_server.rest_interactions import InteractionRoutes
from tests.discord_server.rest_messages import MessageRoutes
from tests.discord_server.statistics import Statistics
from tests.discord_server.transcript import transcript
from tests.discord_server.user import User
from tests.discord_server.world import World

T = TypeVar("T")
MAX_REQUEST_BYTES = 128 * 1024 * 1024
DEFAULT_TOKEN = "MTA.loopback.token"


class Outage:
    """A Discord that is gone; leaving the block, or `server.online()`, brings it back."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.online()


class DiscordServer:
    """Start it, fill it with guilds and people, point a bot at it, and watch."""

    def __init__(self, token: str = DEFAULT_TOKEN, name: str = "Lectern") -> None:
        self.token = token
        self.world = World(token, name)
        self.statistics = Statistics()
        self.rate_limits = RateLimits(self.world.clock)
        self.faults = Faults()
        self.gateway = Gateway(self.world, self.statistics)
        self.rest = Rest(self.world, self.rate_limits, self.faults, self.statistics)
        self.api_url = ""
        self._runner: web.AppRunner | None = None

    @property
    def gateway_url(self) -> str:
        """The address for DiscordWebSocket.DEFAULT_GATEWAY."""
        return self.gateway.url

    @property
    def clock(self) -> Clock:
        """The server's clock; `clock.advance(seconds)` lets time pass."""
        return self.world.clock

    @property
    def commands(self) -> Commands:
        """What the bot has registered; `commands.num_syncs` counts how often."""
        return self.world.commands

    @property
    def bot_user(self) -> User:
        """The bot's account."""
        return self.world.bot

    @property
    def owner(self) -> User:
        """The account that owns the application."""
        return self.world.application.owner

    @property
    def interactions(self) -> list[Interaction]:
        """Every interaction so far, oldest first."""
        return list(self.world.interactions.values())

    # Life

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1, at a free port or, after `stop`, at the one of before."""
        app = web.Application(middlewares=[self.rest.middleware], client_max_size=MAX_REQUEST_BYTES)
        api = [
            ApplicationRoutes(self.world, self.gateway),
            MessageRoutes(self.world),
            ChannelRoutes(self.world),
            InteractionRoutes(self.world),
        ]
        for group in api:
            for route in group.routes():
                app.router.add_route(route.method, API_PREFIX + route.path, route.handler)
        app.router.add_get("/gateway/", self.gateway.connect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, port = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{port}{API_PREFIX}"
        self.world.attachment_url = self.api_url
        self.gateway.url = f"ws://{host}:{port}/gateway/"
        return self

    async def stop(self) -> None:
        """Hang up on everyone and stop listening."""
        await self.gateway.close_all(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    # The world

    def add_guild(
        self,
        name: str,
        owner: User | None = None,
        *,
        bot_permissions: SupportsInt | object = INVITED_BOT_PERMISSIONS,
        with_bot: bool = True,
    ) -> Guild:
        """A new guild the bot is in with these permissions; without an owner it gets one."""
        guild = Guild(self.world, name, owner or self.add_person(f"owner-of-{name}".lower()))
        self.world.guilds[guild.id] = guild
        if with_bot:
            guild.invite_bot(bot_permissions)
        return guild

    def add_person(self, name: str) -> Person:
        """A new account that is in no guild yet."""
        return Person(self.world, name)

    def enable_intents(self, intents: Intent) -> None:
        """Switch privileged intents on for the application."""
        self.world.application.privileged_intents |= intents

    def disable_intents(self, intents: Intent) -> None:
        """Switch privileged intents off for the application."""
        self.world.application.privileged_intents &= ~intents

    # Trouble

    def fail_next(
        self,
        method: str,
        path: str,
        status: int | None = 500,
        times: int = 1,
        *,
        after_effect: bool = False,
    ) -> Fault:
        """Fail the next requests whose path (without /api/v10) matches the regular expression.

        `status=None` drops the connection; `after_effect` does what was asked first.
        """
        return self.faults.add(Fault(method, re.compile(path), times, status, after_effect))

    def delay_next(self, method: str, path: str, seconds: float, times: int = 1) -> Fault:
        """Answer the next matching requests only after some seconds."""
        return self.faults.add(Fault(method, re.compile(path), times, delay_seconds=seconds))

    def set_latency(self, seconds: float) -> None:
        """Let every request take this much longer."""
        self.faults.latency_seconds = seconds

    def offline(self) -> Outage:
        """Cut every connection and take no new ones until `online()`; usable with `with`."""
        self.faults.is_offline = True
        self.gateway.accepts = False
        self.gateway.abort_all()
        return Outage(self)

    def online(self) -> None:
        """End an outage."""
        self.faults.is_offline = False
        self.gateway.accepts = True
        self.world.changed()

    async def drop_gateway(self, *, resumable: bool = True) -> None:
        """Cut the gateway connection; with `resumable=False` its session is lost as well."""
        await self.gateway.drop(resumable=resumable)

    async def request_reconnect(self) -> None:
        """Ask the bot to reconnect (opcode 7)."""
        await self.gateway.request_reconnect()

    # Watching

    async def until(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until the predicate is true and return its value; fails with the transcript."""
        return await self.world.waiting.until(predicate, timeout, self.transcript)

    async def connected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until the bot is on the gateway."""
        await self.until(lambda: self.gateway.is_connected, timeout)

    async def quiet(self, seconds: float = 0.2) -> None:
        """Wait until the bot has made no request for this long."""
        while True:
            before = len(self.statistics.requests)
            await asyncio.sleep(seconds)
            if len(self.statistics.requests) == before:
                return

    @property
    def messages(self) -> list[Message]:
        """All messages that still exist, in all channels, oldest first."""
        found = [message for channel in self._channels() for message in channel.messages]
        return sorted(found, key=lambda message: message.id)

    def _channels(self) -> list[Channel]:
        guilds = self.world.guilds.values()
        return [
            *(channel for guild in guilds for channel in guild.channels.values()),
            *self.world.direct_channels.values(),
        ]

    def transcript(self, channel: Channel | None = None, viewer: User | None = None) -> str:
        """What a viewer sees of one channel, or of all of them, as plain text."""
        if channel is not None:
            return transcript(channel, viewer)
        inline = {message.thread for message in self.messages}
        shown = [one for one in self._channels() if one not in inline]
        return "\n".join(["", *(transcript(one, viewer) for one in shown)])
