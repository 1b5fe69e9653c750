"""Messages that a person sends in a burst become one question."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import discord

MAX_MESSAGES = 10
NUM_REMEMBERED = 1_000


@dataclass(slots=True)
class Burst:
    """A person's messages, oldest first; `num_left_out` came beyond the limit."""

    messages: list[discord.Message] = field(default_factory=list)
    num_left_out: int = 0

    def add(self, message: discord.Message) -> None:
        """Take one more message, or count it as left out."""
        if len(self.messages) < MAX_MESSAGES:
            self.messages.append(message)
        else:
            self.num_left_out += 1

    @property
    def remark(self) -> str | None:
        """What the person is told about messages that nobody reads; None if there are none."""
        if not self.num_left_out:
            return None
        return (
            f"I read the first {MAX_MESSAGES} of the {MAX_MESSAGES + self.num_left_out} messages "
            "that you sent at once; please send the rest again."
        )


class Bursts:
    """Collects a person's messages in a place until they pause."""

    def __init__(self, pause_seconds: float) -> None:
        self._pause = pause_seconds
        self._waiting: dict[tuple[int, int], Burst] = {}
        self._seen: deque[int] = deque(maxlen=NUM_REMEMBERED)

    async def collect(self, message: discord.Message) -> Burst | None:
        """The whole burst, for the call with its first message; None for the others.

        A message that the gateway delivers again is none of a new burst.
        """
        if message.id in self._seen:
            return None
        self._seen.append(message.id)
        key = (message.channel.id, message.author.id)
        if key in self._waiting:
            self._waiting[key].add(message)
            return None
        burst = self._waiting[key] = Burst([message])
        num_seen = 0
        while len(burst.messages) > num_seen:
            num_seen = len(burst.messages)
            await asyncio.sleep(self._pause)
        del self._waiting[key]
        return burst
