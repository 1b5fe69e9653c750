"""A chunk: the part of one sequence that a step computes."""

from dataclasses import dataclass

from bot.generation.prefix_cache import PrefixBlock
from bot.generation.request import Sequence


@dataclass(frozen=True, slots=True)
class Chunk:
    """The part of one sequence that a step computes.

    `tokens` are its ids at positions `start`, `start` + 1, …. Behind the last `num_logits`
    of them a token is to be sampled: 0 while more of the prompt is to be read, 1 when
    nothing is left uncached, more when the chunk ends in that many less one guessed tokens.
    `prefix` are blocks that belong into the slot before the chunk is computed.

    With `lanes` the tokens are candidates for position `start`: each is computed in a slot of
    its own and has logits.
    """

    sequence: Sequence
    slot: int
    start: int
    tokens: tuple[int, ...]
    num_logits: int
    prefix: tuple[PrefixBlock, ...] = ()
    lanes: tuple[int, ...] = ()

    @property
    def guessed(self) -> tuple[int, ...]:
        """The tokens at its end that are only guesses."""
        if self.lanes:
            return ()
        return self.tokens[len(self.tokens) - self.num_logits + 1 :] if self.num_logits else ()

    @property
    def stop(self) -> int:
        """The position after the last one."""
        return self.start + (1 if self.lanes else len(self.tokens))

    def spread(self) -> tuple["Chunk", ...]:
        """As the model computes it: candidates are tokens of different slots."""
        if not self.lanes:
            return (self,)
        return tuple(
            Chunk(self.sequence, lane, self.start, (token,), 1)
            for lane, token in zip(self.lanes, self.tokens, strict=True)
        )
