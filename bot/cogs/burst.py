"""Messages that a person sends in a burst become one question."""

import asyncio
from collections import deque

import discord

MAX_MESSAGES = 10
NUM_REMEMBERED = 1_000


class Bursts:
    """Collects a person's messages in a place until they pause."""

    def __init__(self, pause_seconds: float) -> None:
        self._pause = pause_seconds
        self._waiting: dict[tuple[int, int], list[discord.Message]] = {}
        self._seen: deque[int] = deque(maxlen=NUM_REMEMBERED)

    async def collect(self, message: discord.Message) -> list[discord.Message] | None:
        """The whole burst, for the call with its first message; None for the others.

        A message that the gateway delivers again is none of a new burst.
        """
        if message.id in self._seen:
            return None
        self._seen.append(message.id)
        key = (message.channel.id, message.author.id)
        if key in self._waiting:
            if len(self._waiting[key]) < MAX_MESSAGES:
                self._waiting[key].append(message)
            return None
        burst = self._waiting[key] = [message]
        num_seen = 0
        while len(burst) > num_seen:
            num_seen = len(burst)
            await asyncio.sleep(self._pause)
        del self._waiting[key]
        return burst
