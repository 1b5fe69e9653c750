"""Reaching Discord: tried again and again while it is out of reach, told once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
ANSWER_SECONDS = 60.0
MAX_REASON = 200


class OutOfReach(Exception):
    """Discord did not let the gateway open; the cause says why."""


class Connection:
    """Logs a client in and opens its gateway, with patience.

    What a new attempt may mend is tried again after about 1, 2, 4 … 60 seconds, until
    cancelled. Once the client has identified itself, discord.py reconnects on its own.
    `chance` gives numbers between 0 and 1, so that bots do not all come back at once.
    """

    def __init__(
        self,
        client: discord.Client,
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._first_wait_seconds = first_wait_seconds
        self._chance = chance
        self._is_told = False
        self._log = structlog.get_logger("lectern.discord")

    async def log_in(self, token: str) -> None:
        """Make the client known to Discord, and run its setup hook.

        Raises:
            discord.LoginFailure: the token is wrong.
            discord.HTTPException: Discord refuses the setup itself.
        """
        await self._insist(lambda: self._log_in(token))

    async def stay(self) -> None:
        """Open the gateway and listen until the client is closed.

        Raises:
            discord.PrivilegedIntentsRequired: the application lacks an intent.
            discord.ConnectionClosed: Discord ended the connection for good.
        """
        await self._insist(self._listen)

    async def _insist(self, attempt: Callable[[], Awaitable[None]]) -> None:
        for seconds in waits(self._first_wait_seconds, self._chance):
            try:
                await attempt()
                return
            except Exception as error:
                if not is_passing(error):
                    raise
                self._tell(error)
            await asyncio.sleep(seconds)

    def _tell(self, error: BaseException) -> None:
        if not self._is_told:
            cause = (error.__cause__ or error) if isinstance(error, OutOfReach) else error
            reason = " ".join(str(cause).split())[:MAX_REASON] or type(cause).__name__
            self._log.warning("Discord is out of reach, trying until it is back", reason=reason)
        self._is_told = True

    async def _log_in(self, token: str) -> None:
        http = self._client.http
        try:
            await self._client.login(token)
        except Exception as error:
            if is_passing(error):  # discord.py makes a new session each time, and keeps the old
                await http.close()
                http.clear()
                http.connector = discord.utils.MISSING
            raise

    async def _listen(self) -> None:
        # discord.py trips over a first connection that fails, so see that there is a gateway.
        async with asyncio.timeout(ANSWER_SECONDS):
            socket = await self._client.http.ws_connect(str(DiscordWebSocket.DEFAULT_GATEWAY))
            await socket.close()
        try:
            await self._client.connect()
        except AttributeError as error:
            if getattr(self._client, "ws", None) is not None:
                raise
            raise OutOfReach from error.__context__


def is_passing(error: BaseException) -> bool:
    """Whether Discord, or the way to it, may be well again at the next attempt."""
    if isinstance(error, discord.HTTPException):
        return error.status == 429 or error.status >= 500
    return isinstance(error, OutOfReach | aiohttp.ClientError | OSError)


def waits(first_seconds: float, chance: Callable[[], float]) -> Iterator[float]:
    """Seconds between attempts: doubled each time up to the longest, each half by chance."""
    seconds = first_seconds
    while True:
        seconds = min(2 * seconds, LONGEST_WAIT_SECONDS)
        yield seconds * (1 + chance()) / 2
