"""The connection to Discord: login, commands, the one error handler, farewell."""

import asyncio
import hashlib
import json
import math
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import discord
import structlog
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.cogs.budget import RateBudget
from bot.cogs.connection import FIRST_WAIT_SECONDS, Connection
from bot.cogs.persistent_items import PersistentItems, Press
from bot.cogs.stumbles import STUMBLES, THREAD_CLOSED, UNKNOWN_MESSAGE, UNTELLABLE, code_of
from bot.domain.errors import AlreadyAccepted, BotError, ConfigurationError, HelpOffered
from bot.service.services import Services

RETIRE_SECONDS = 5.0
UNHEALTHY_LATENCY_SECONDS = 60.0
COMMANDS_FACT = "discord commands"
RETIRING = "I am restarting; please try again in a minute."
HAS_ANSWER = "has answer"
"""Key in an interaction's extras: its response shows an answer that no error may replace."""

AUTHENTICATION_FAILED = 4004
REFUSED_LOGIN = (
    "Discord does not accept DISCORD_TOKEN; copy it again from the page Bot of your application "
    "in Discord's developer portal."
)
MISSING_INTENT = (
    "discord.message_content is on, but the application lacks the Message Content intent; switch "
    "it on in Discord's developer portal, or set the key to false."
)


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """What the client must know beside the services.

    `report` logs a bug once and returns its id; `api_url` and `gateway_url` lead to another
    Discord than the public one (a proxy, or the loopback Discord of the tests).
    """

    report: Callable[[BaseException], str]
    version: str = "0"
    message_content: bool = False
    api_url: str | None = None
    gateway_url: str | None = None
    burst_seconds: float = 0.6
    guild_ready_seconds: float = 2.0
    retry_seconds: float = FIRST_WAIT_SECONDS


class LecternTree(app_commands.CommandTree["LecternClient"]):
    """The application commands, with the one error handler."""

    async def _call(self, interaction: discord.Interaction["LecternClient"]) -> None:
        self.client.hold_farewell()
        await super()._call(interaction)

    async def interaction_check(self, interaction: discord.Interaction["LecternClient"]) -> bool:
        """Nothing new while retiring."""
        if not self.client.is_retiring:
            return True
        if interaction.type is not discord.InteractionType.autocomplete:
            await interaction.response.send_message(RETIRING, ephemeral=True)
        return False

    async def on_error(
        self,
        interaction: discord.Interaction["LecternClient"],
        error: app_commands.AppCommandError,
    ) -> None:
        """A refusal becomes its sentence, a bug a sentence with an id."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.client.tell_error(interaction, cause)


class LecternClient(discord.Client):
    """Lectern on Discord.

    `starters` run after login, before the gateway opens; `companions` beside it. `settle`
    makes sure that nobody else writes into an answer's messages.
    """

    tree: LecternTree
    settle: Callable[[int, int | None], Awaitable[None]]

    def __init__(self, services: Services, options: DiscordOptions) -> None:
        if options.api_url is not None:
            Route.BASE = options.api_url.rstrip("/")
        if options.gateway_url is not None:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(options.gateway_url)
        # No warning at every start that a bot which never speaks cannot speak.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = options.message_content
        self.budget = RateBudget(time.monotonic)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=self.budget.trace,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=options.guild_ready_seconds,
        )
        self.services = services
        self.options = options
        self.tree = LecternTree(self)
        self.items = PersistentItems(self.tell_error)
        self.starters: list[Callable[[], Awaitable[None]]] = []
        self.companions: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.started_at = time.monotonic()
        self.is_retiring = False
        self._working: set[asyncio.Task[Any]] = set()
        self._connecting: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("lectern.discord")

    def let_press(self, press: Press, *kinds: type[discord.ui.DynamicItem[Any]]) -> None:
        """Let buttons and menus work, also those of earlier processes."""
        self.items.add(press, *kinds)
        self.add_dynamic_items(*kinds)

    async def setup_hook(self) -> None:
        """Tell Discord the commands if they changed, then run the starters."""
        await self._sync_commands()
        for starter in self.starters:
            await starter()

    async def _sync_commands(self) -> None:
        commands: list[Any] = [
            command.to_dict(self.tree) for command in self.tree._get_all_commands()
        ]
        known = json.dumps(commands, sort_keys=True, default=str)
        digest = hashlib.sha256(f"{self.application_id}{known}".encode()).hexdigest()
        if await self.services.installation.recall(COMMANDS_FACT) == digest:
            return
        await self.tree.sync()
        await self.services.installation.remember(COMMANDS_FACT, digest)

    async def on_ready(self) -> None:
        """The gateway is open."""
        self._log.info("ready", servers=len(self.guilds))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """A bug in an event: logged once, nobody to tell."""
        error = sys.exc_info()[1]
        if error is not None:
            self.options.report(error)

    async def tell_error(self, interaction: discord.Interaction, error: BaseException) -> None:
        """Tell the person, in one sentence, wherever the interaction can still be reached."""
        sentence = self.sentence_of(error)
        if sentence is None:
            return
        try:
            if not interaction.response.is_done():
                await interaction.response.send_message(sentence, ephemeral=True)
            elif isinstance(error, HelpOffered):
                await interaction.delete_original_response()  # it may be seen by everybody
                await interaction.followup.send(sentence, ephemeral=True)
            elif interaction.extras.get(HAS_ANSWER):
                await interaction.followup.send(sentence, ephemeral=True)
            else:
                await _replace_response(interaction, sentence)
        except STUMBLES as refused:
            self._log.info("error could not be told", code=code_of(refused))

    def sentence_of(self, error: BaseException) -> str | None:
        """What a person reads of an error; None for what nobody needs to know."""
        if isinstance(error, AlreadyAccepted):
            return None
        if isinstance(error, BotError):
            return error.text
        if code_of(error) in UNTELLABLE:
            self._log.info("out of reach", code=code_of(error))
            return None
        if isinstance(error, STUMBLES) and self.is_closed():
            return None  # the answer is stored; the next start shows it
        if code_of(error) in THREAD_CLOSED:
            return "This thread was closed while I was answering; please ask again outside of it."
        if isinstance(error, discord.Forbidden):
            return (
                "I may no longer write there: an admin must give me View Channel and Send "
                "Messages again. The answer is kept; ask again once that is done."
            )
        error_id = self.options.report(error)
        return (
            "Something went wrong on my side; please try again, and if it happens again tell "
            f"an admin the error id {error_id}."
        )

    def hold_farewell(self) -> None:
        """Let a farewell wait for the task that is running now.

        discord.py starts a task for each event and keeps none of them.
        """
        task = asyncio.current_task()
        if task is not None and task not in self._working:
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    def is_healthy(self) -> bool:
        """Whether the gateway is open and answers."""
        if self.is_closed() or not self.is_ready() or self.is_ws_ratelimited():
            return False
        return math.isfinite(self.latency) and self.latency < UNHEALTHY_LATENCY_SECONDS

    async def run_until_closed(self, token: str) -> None:
        """Log in and stay connected until `retire`; wait for a Discord that is out of reach.

        Raises:
            ConfigurationError: Discord refuses the token or an intent.
        """
        async with self:
            self._connecting = asyncio.create_task(self._connect(token), name="Discord")
            try:
                await asyncio.wait({self._connecting})
                if not self._connecting.cancelled():
                    self._connecting.result()
            except discord.LoginFailure:
                raise ConfigurationError(REFUSED_LOGIN) from None
            except discord.PrivilegedIntentsRequired:
                raise ConfigurationError(MISSING_INTENT) from None
            except discord.ConnectionClosed as closed:
                if closed.code != AUTHENTICATION_FAILED:
                    raise
                raise ConfigurationError(REFUSED_LOGIN) from None
            finally:
                await self._disconnect()

    async def _connect(self, token: str) -> None:
        connection = Connection(self, self.options.retry_seconds)
        await connection.log_in(token)
        companions = [asyncio.create_task(companion()) for companion in self.companions]
        try:
            await connection.stay()
        finally:
            for task in companions:
                task.cancel()
            for outcome in await asyncio.gather(*companions, return_exceptions=True):
                if isinstance(outcome, Exception):
                    self.options.report(outcome)

    async def close(self) -> None:
        """Disconnect; discord.py itself leaves its wait for the last server running."""
        waiting = self._connection._ready_task
        if waiting is not None:
            waiting.cancel()
        await super().close()

    async def _disconnect(self) -> None:
        """End the connection, or the attempts to get one."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)

    async def retire(self) -> None:
        """Accept nothing new, mark what runs, wait shortly for the last edits, disconnect."""
        self.is_retiring = True
        self.services.answering.interrupt_all()
        self.services.compare.interrupt_all()
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=RETIRE_SECONDS)
            for task in late:
                task.cancel()
            if late:
                self._log.warning("not done in time", tasks=len(late))
                await asyncio.gather(*late, return_exceptions=True)
        await self._disconnect()
        await self.close()


async def _replace_response(interaction: discord.Interaction, sentence: str) -> None:
    """Put a sentence into the response; if that was deleted, tell the person alone."""
    try:
        await interaction.edit_original_response(content=sentence, view=None)
    except discord.NotFound as gone:
        if code_of(gone) != UNKNOWN_MESSAGE:
            raise
        await interaction.followup.send(sentence, ephemeral=True)
