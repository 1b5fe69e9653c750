"""How long until a waiting answer starts: the queue played forward with what was measured.

Three things are learned as answers go by: what a token costs each running answer, what a
token of a prompt costs everybody, and what share of its allowed length an answer really
takes, because most stop early. From these the forecast plays the slots to the end: whoever
waits gets the slot that frees first, and while a prompt is read everybody else is delayed.
"""

from collections import deque
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from bot.generation.chunk import Chunk
from bot.generation.request import Sequence
from bot.generation.scheduler import Scheduler

SMOOTHING = 0.1
"""Weight of the newest step in the means."""
NUM_ENDINGS = 50
"""Answers whose lengths are remembered."""


class Forecast:
    """Learns from one model's steps."""

    def __init__(self) -> None:
        self._token_seconds: float | None = None
        self._prompt_seconds: float | None = None
        self._shares: deque[float] = deque(maxlen=NUM_ENDINGS)

    def learn_step(self, chunks: tuple[Chunk, ...], num_sampled: int, seconds: float) -> None:
        """A step took `seconds` and brought `num_sampled` tokens."""
        num_prompt_tokens = sum(len(c.tokens) for c in chunks if not c.sequence.generated)
        running = [chunk for chunk in chunks if chunk.sequence.generated]
        if not num_prompt_tokens:
            if num_sampled:
                for_each = seconds * len(running) / num_sampled
                self._token_seconds = _mean(self._token_seconds, for_each)
            return
        for_running = self._token_seconds or 0.0 if running else 0.0
        cost = max(seconds - for_running, 0.0) / num_prompt_tokens
        self._prompt_seconds = _mean(self._prompt_seconds, cost)

    def learn_end(self, sequence: Sequence) -> None:
        """An answer ended, by itself or because somebody had read enough."""
        if sequence.generated:
            allowed = sequence.request.sampling.max_new_tokens
            self._shares.append(len(sequence.generated) / allowed)

    def waits(self, scheduler: Scheduler) -> Iterator[tuple[Sequence, float | None]]:
        """Every waiting sequence in its turn, with the seconds until it gets a slot.

        None as long as nothing was measured.
        """
        token_seconds = self._token_seconds
        if token_seconds is None:
            for sequence in scheduler.waiting():
                yield sequence, None
            return
        running = scheduler.running()
        # What all running answers have to wait for: the rests of prompts being read.
        delay = sum(self._reading(sequence) for sequence in running)
        ends = [0.0] * scheduler.num_free_slots
        for sequence in running:
            end = token_seconds * self._remaining(sequence)
            ends += [end] * scheduler.num_slots(sequence)
        heapify(ends)
        for sequence in scheduler.waiting():
            # `ends` leave out the delays, which are the same for all that run at that time.
            num_slots = scheduler.num_slots(sequence)
            start = [heappop(ends) for _ in range(num_slots)][-1]
            yield sequence, start + delay
            for _ in range(num_slots):
                heappush(ends, start + token_seconds * self._remaining(sequence))
            delay += self._reading(sequence)

    def _reading(self, sequence: Sequence) -> float:
        """Seconds until the rest of a prompt is read."""
        num_unread = max(len(sequence.request.prompt) - sequence.num_cached, 0)
        return num_unread * (self._prompt_seconds or 0.0)

    def _remaining(self, sequence: Sequence) -> float:
        """Tokens still to come: the mean of the earlier answers that had not ended by now."""
        allowed = sequence.request.sampling.max_new_tokens
        done = len(sequence.generated) / allowed
        longer = [share for share in self._shares if share > done]
        expected = sum(longer) / len(longer) if longer else 1.0
        return allowed * (expected - done)


def _mean(mean: float | None, newest: float) -> float:
    return newest if mean is None else mean + SMOOTHING * (newest - mean)
