"""Keys and values that earlier prompts left behind, so that nothing is read twice.

A key/value pair of GPT-2 depends on its token, its position and all tokens before it. Two
prompts that begin alike therefore begin with the same pairs: every question of a template
shares its header, and a follow-up repeats its thread. The pairs are kept in blocks of
`BLOCK_TOKENS` positions, each filed under its tokens and the block before it, which makes a
tree of everything read so far (Zheng et al. 2024, RadixAttention; blocks as in Kwon et al.
2023, PagedAttention). Because positions are absolute, only a beginning can be used again.

Blocks are copied into and out of the running sequences' cache instead of being shared: a
copy costs a twentieth of computing them, and attention keeps reading straight memory.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from torch import Tensor

from bot.domain.model_spec import ModelShape

BLOCK_TOKENS = 16
MAX_WINDOWS = 8
"""More full context windows than this are not kept, however small the model is."""
_ROOT = 0


@dataclass(frozen=True, slots=True, eq=False)
class PrefixBlock:
    """What the cache holds at `BLOCK_TOKENS` positions.

    `pairs` is as `KVCache.copied` gives it; `number` is its own.
    """

    number: int
    pairs: Tensor

    @property
    def states(self) -> Tensor:
        """The last hidden states (BLOCK_TOKENS, width)."""
        return self.pairs[-1].transpose(0, 1).flatten(1)


def num_prefix_blocks(shape: ModelShape, dtype: str, num_bytes: int) -> int:
    """How many blocks of a model `num_bytes` hold."""
    block = BLOCK_TOKENS * shape.cache_bytes_per_token(dtype)
    return min(num_bytes // block, MAX_WINDOWS * shape.window // BLOCK_TOKENS)


class PrefixCache:
    """At most `max_blocks` blocks; the least recently used leave first.

    People of different servers may share a block, which tells neither of them anything: it
    is found only by someone whose prompt holds the same tokens from the first one on.
    """

    def __init__(self, max_blocks: int) -> None:
        self._max_blocks = max_blocks
        self._blocks: OrderedDict[tuple[int, tuple[int, ...]], PrefixBlock] = OrderedDict()
        self._numbers = count(_ROOT + 1)
        self.num_asked_tokens = 0
        self.num_found_tokens = 0

    def __len__(self) -> int:
        """Blocks that are kept."""
        return len(self._blocks)

    def find(self, tokens: tuple[int, ...]) -> tuple[PrefixBlock, ...]:
        """The blocks that a prompt begins with, without gaps.

        They never cover the whole prompt: the last token has to be computed, since the next
        one is sampled from its logits.
        """
        chain = self._chain(tokens[:-1])
        self._touch(chain)
        self.num_asked_tokens += len(tokens)
        self.num_found_tokens += len(chain) * BLOCK_TOKENS
        return tuple(self._blocks[key] for key in chain)

    def peek(self, tokens: tuple[int, ...]) -> tuple[PrefixBlock, ...]:
        """The blocks of a text, for whoever only looks on.

        They may cover all of it; nothing is counted, or kept the longer for it.
        """
        return tuple(self._blocks[key] for key in self._chain(tokens))

    def keep(self, tokens: tuple[int, ...], read: Callable[[int, int], Tensor]) -> None:
        """File all full blocks of a sequence; `read(start, stop)` copies those not yet here."""
        tokens = tokens[: self._max_blocks * BLOCK_TOKENS]
        chain = self._chain(tokens)
        self._touch(chain)
        for start in range(len(chain) * BLOCK_TOKENS, len(tokens), BLOCK_TOKENS):
            stop = start + BLOCK_TOKENS
            if stop > len(tokens):
                break
            if len(self._blocks) == self._max_blocks:
                self._blocks.popitem(last=False)
            parent = self._blocks[chain[-1]].number if chain else _ROOT
            key = (parent, tokens[start:stop])
            self._blocks[key] = PrefixBlock(next(self._numbers), read(start, stop))
            chain.append(key)
        self._touch(chain)

    def _chain(self, tokens: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
        """The keys of the blocks that `tokens` begins with."""
        chain = []
        parent = _ROOT
        for stop in range(BLOCK_TOKENS, len(tokens) + 1, BLOCK_TOKENS):
            key = (parent, tokens[stop - BLOCK_TOKENS : stop])
            block = self._blocks.get(key)
            if block is None:
                break
            chain.append(key)
            parent = block.number
        return chain

    def _touch(self, chain: list[tuple[int, tuple[int, ...]]]) -> None:
        """Mark blocks as used, the first one last: no block may outlive the one before it."""
        for key in reversed(chain):
            self._blocks.move_to_end(key)
