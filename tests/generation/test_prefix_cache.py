"""Blocks of keys and values, found again by the tokens they belong to."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model_spec import ModelShape
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import (
    BLOCK_TOKENS,
    PrefixBlock,
    PrefixCache,
    num_prefix_blocks,
)

TEXTS = st.lists(st.sampled_from("ab"), max_size=5).map(
    lambda letters: tuple(ord(letter) for letter in letters for _ in range(BLOCK_TOKENS))
)


def keep(cache: PrefixCache, tokens: tuple[int, ...]) -> list[tuple[int, int]]:
    """File a text whose pairs are its own tokens; returns the ranges that were read."""
    ranges = []

    def read(start: int, stop: int) -> torch.Tensor:
        ranges.append((start, stop))
        return torch.tensor(tokens[start:stop])

    cache.keep(tokens, read)
    return ranges


def text_of(blocks: tuple[PrefixBlock, ...]) -> tuple[int, ...]:
    return tuple(token for block in blocks for token in block.pairs.tolist())


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12), st.integers(1, 9))
def test_what_is_found_is_a_beginning_of_what_was_asked_for(
    texts: list[tuple[int, ...]], max_blocks: int
) -> None:
    cache = PrefixCache(max_blocks)
    for text in texts:
        found = text_of(cache.find(text))
        assert text[: len(found)] == found
        assert len(found) < max(len(text), 1)
        keep(cache, text)
        assert len(cache) <= max_blocks
        again = text_of(cache.find((*text, 0)))
        assert again == text[: max_blocks * BLOCK_TOKENS]


def test_the_last_token_is_left_to_be_computed() -> None:
    cache, text = PrefixCache(8), tuple(range(2 * BLOCK_TOKENS))
    keep(cache, text)
    assert len(cache.find(text)) == 1
    assert len(cache.find((*text, 7))) == 2


def test_only_full_blocks_that_are_not_there_yet_are_copied() -> None:
    cache, text = PrefixCache(8), tuple(range(3 * BLOCK_TOKENS))
    assert keep(cache, text[: BLOCK_TOKENS + 5]) == [(0, BLOCK_TOKENS)]
    assert keep(cache, text) == [
        (BLOCK_TOKENS, 2 * BLOCK_TOKENS),
        (2 * BLOCK_TOKENS, 3 * BLOCK_TOKENS),
    ]
    assert keep(cache, text) == []


def test_the_same_words_behind_other_words_are_another_block() -> None:
    cache = PrefixCache(8)
    first, second, third = ((token,) * BLOCK_TOKENS for token in (1, 2, 3))
    keep(cache, first + second)
    assert cache.find(third + second + (0,)) == ()
    assert text_of(cache.find(first + third + (0,))) == first


def test_the_least_recently_used_text_leaves_from_its_end() -> None:
    cache = PrefixCache(3)
    old, new = (1,) * 2 * BLOCK_TOKENS, (2,) * BLOCK_TOKENS
    keep(cache, old)
    keep(cache, new)
    keep(cache, (3,) * BLOCK_TOKENS)
    assert text_of(cache.find((*old, 0))) == old[:BLOCK_TOKENS]
    assert text_of(cache.find((*new, 0))) == new


def test_the_share_of_tokens_that_were_found_is_counted() -> None:
    cache, text = PrefixCache(3), (1,) * (BLOCK_TOKENS + 4)
    cache.find(text)
    keep(cache, text)
    cache.find(text)
    assert (cache.num_asked_tokens, cache.num_found_tokens) == (40, 16)


def test_a_budget_holds_so_many_blocks_but_no_more_than_some_windows() -> None:
    shape = ModelShape(num_layers=48, width=1600, num_heads=25)
    assert num_prefix_blocks(shape, "bfloat16", 512 * 2**20) == 108  # 4.7 MiB each
    assert num_prefix_blocks(shape, "bfloat16", 0) == 0
    small = ModelShape(num_layers=2, width=8, num_heads=2, window=32)
    assert num_prefix_blocks(small, "float32", 512 * 2**20) == 8 * 32 // BLOCK_TOKENS


def test_pairs_come_back_to_another_slot_as_they_were() -> None:
    shape = ModelShape(num_layers=2, width=8, num_heads=2, window=64)
    cache = KVCache(shape, 3, torch.bfloat16, torch.device("cpu"))
    positions = torch.arange(40)
    for layer in range(2):
        k, v = torch.randn(40, 2, 4), torch.randn(40, 2, 4)
        cache.write(layer, torch.full((40,), 1), positions, k, v)
    cache.restore(2, 16, cache.copied(1, 16, 32))
    for layer in range(2):
        for there, here in zip(cache.read(layer, 1, 32), cache.read(layer, 2, 32), strict=True):
            assert torch.equal(there[:, :, 16:], here[:, :, 16:])
            assert not here[:, :, :16].any()
