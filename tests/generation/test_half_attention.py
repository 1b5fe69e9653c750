"""Attention of long chunks in bfloat16 products says what PyTorch's own says."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional
from transformers import GPT2LMHeadModel

from bot.generation.half_attention import attend_in_halves
from tests.generation.test_gpt2 import cache, chunk, expected, ours, random_ids

HEADS, WIDTH = 3, 16
ROUNDING = 2**-6
"""Scores near 4 are rounded to a 64th in bfloat16."""


@given(st.integers(1, 40), st.integers(0, 60), st.integers(0, 2**31 - 1))
def test_it_mixes_what_exact_attention_mixes(num_tokens: int, before: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    length = before + num_tokens
    q = torch.randn(HEADS, num_tokens, WIDTH, generator=generator)
    keys, values = (
        torch.randn(HEADS, length, WIDTH, generator=generator).bfloat16() for _ in range(2)
    )
    is_seen = torch.arange(length) <= torch.arange(before, length)[:, None]
    exact = functional.scaled_dot_product_attention(
        q[None], keys.float()[None], values.float()[None], attn_mask=is_seen
    )[0]
    found = attend_in_halves(q, keys, values)
    assert found.dtype == torch.bfloat16
    assert bool(torch.isfinite(found).all())
    torch.testing.assert_close(found.float(), exact, atol=4 * ROUNDING, rtol=ROUNDING)


def test_a_later_token_changes_nothing_before_it() -> None:
    generator = torch.Generator().manual_seed(1)
    q = torch.randn(HEADS, 8, WIDTH, generator=generator)
    keys, values = (torch.randn(HEADS, 20, WIDTH, generator=generator).bfloat16() for _ in range(2))
    before = attend_in_halves(q, keys, values)
    keys[:, -1], values[:, -1] = 9.0, 9.0
    after = attend_in_halves(q, keys, values)
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.equal(before[:, -1], after[:, -1])


@pytest.mark.parametrize("pieces", [(90,), (30, 60), (1, 29, 60)])
def test_a_model_reads_a_prompt_so_in_any_pieces(
    tiny_model: GPT2LMHeadModel, pieces: tuple[int, ...]
) -> None:
    model, ids = ours(tiny_model, in_halves=True), random_ids(4, 90)
    store = cache(1, torch.bfloat16)
    start = 0
    for length in pieces:
        logits = model.forward((chunk(ids, start, start + length, 0),), store)
        start += length
    torch.testing.assert_close(logits[-1], expected(tiny_model, ids), atol=0.1, rtol=0.02)
