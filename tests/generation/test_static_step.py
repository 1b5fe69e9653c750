"""Steps on fixed buffers, against the same steps of any size."""

from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model_spec import ModelShape
from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.request import Request, Sequence
from bot.generation.static_step import StaticStep, step_bytes
from bot.generation.step_shape import StepShape, max_rows
from tests.generation.tapes import Watch
from tests.generation.test_gpt2 import ours
from tests.models import VOCABULARY, make_model

WINDOW, NUM_SLOTS = 300, 6
SHAPE = ModelShape(2, 32, 2, VOCABULARY, WINDOW)
BORDERS = (0, 1, 126, 127, 128, 129, 254, 255, 256, 298, 299)
DTYPES = (torch.float32, torch.bfloat16)


@cache
def model(dtype: torch.dtype = torch.float32) -> GPT2:
    reference = make_model(2, n_layer=2, n_embd=32, n_head=2, n_positions=WINDOW)
    return ours(reference, dtype, shape=SHAPE)


def store(dtype: torch.dtype = torch.float32) -> KVCache:
    """A static cache in which every slot has been used: whatever it holds is finite."""
    made = KVCache(SHAPE, NUM_SLOTS, dtype, torch.device("cpu"), is_static=True)
    refill(made)
    return made


def refill(cache: KVCache) -> None:
    generator = torch.Generator().manual_seed(1)
    for layer in range(SHAPE.num_layers):
        for tensor in cache.layer(layer):
            tensor.normal_(generator=generator)


def chunk(slot: int, start: int, *tokens: int, num_logits: int = 1) -> Chunk:
    sequence = Sequence(Request(slot, (0,) * (start + len(tokens)), SamplingParams()))
    return Chunk(sequence, slot, start, tokens, num_logits)


@torch.inference_mode()
def computed(
    step: StaticStep, chunks: tuple[Chunk, ...], shape: StepShape | None = None
) -> torch.Tensor:
    shape = shape or StepShape.of(chunks, NUM_SLOTS, WINDOW)
    assert shape is not None
    num_wanted = step.fill(shape, chunks)
    step.compute(shape)
    return step.logits(num_wanted)


def contents(cache: KVCache, length: int) -> torch.Tensor:
    pairs = [
        tensor[:, :, :length] for layer in range(SHAPE.num_layers) for tensor in cache.layer(layer)
    ]
    return torch.stack([*pairs, cache.states(tuple(range(NUM_SLOTS)), 0, length)])


token = st.integers(0, VOCABULARY - 1)
start = st.sampled_from(BORDERS) | st.integers(0, WINDOW - 1)
singles = st.dictionaries(st.integers(0, NUM_SLOTS - 1), st.tuples(start, token), min_size=1)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DTYPES), singles, st.booleans())
def test_any_mix_of_lengths_gives_what_the_ordinary_way_gives(
    dtype: torch.dtype, answers: dict[int, tuple[int, int]], is_in_place: bool
) -> None:
    chunks = tuple(chunk(slot, begin, id_) for slot, (begin, id_) in answers.items())
    length = next(each for each in (128, 256, WINDOW) if each >= max(c.stop for c in chunks))
    num_rows = NUM_SLOTS if is_in_place else 8
    static, plain = store(dtype), store(dtype)
    found = computed(
        StaticStep(model(dtype), static), chunks, StepShape(num_rows, length, is_in_place)
    )
    expected = model(dtype).forward(chunks, plain)
    assert found.dtype == torch.float32
    tolerance = 1e-4 if dtype == torch.float32 else 4e-2
    assert (found - expected).norm() <= tolerance * expected.norm()
    torch.testing.assert_close(
        contents(static, WINDOW), contents(plain, WINDOW), atol=tolerance, rtol=tolerance
    )


chunks_of_few = st.dictionaries(
    st.integers(0, NUM_SLOTS - 1),
    st.tuples(st.integers(0, WINDOW - 5), st.lists(token, min_size=1, max_size=5)),
    min_size=1,
)


@settings(deadline=None, max_examples=40)
@given(chunks_of_few, st.integers(0, 5))
def test_guesses_give_what_the_ordinary_way_gives(
    pieces: dict[int, tuple[int, list[int]]], most: int
) -> None:
    chunks = tuple(
        chunk(slot, begin, *ids, num_logits=min(most, len(ids)))
        for slot, (begin, ids) in pieces.items()
    )
    found = computed(StaticStep(model(), store()), chunks)
    expected = model().forward(chunks, store())
    assert found.shape == expected.shape
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-4)


@settings(deadline=None, max_examples=30)
@given(singles, st.booleans())
def test_padding_changes_nothing_bit_for_bit(
    answers: dict[int, tuple[int, int]], is_in_place: bool
) -> None:
    """Nothing outside the tokens' own places, and no logits, whatever was computed before."""
    chunks = tuple(chunk(slot, begin, id_) for slot, (begin, id_) in answers.items())
    shape = StepShape(NUM_SLOTS if is_in_place else 8, WINDOW, is_in_place)
    cache = store()
    before = contents(cache, WINDOW).clone()
    fresh = computed(StaticStep(model(), cache), chunks, shape)
    after = contents(cache, WINDOW)
    for each in chunks:
        before[:, each.slot, :, each.start] = after[:, each.slot, :, each.start]
    assert torch.equal(before, after)
    step = StaticStep(model(), cache)
    computed(step, tuple(chunk(slot, 7 * slot, slot) for slot in range(NUM_SLOTS)))
    refill(cache)
    for layer in range(SHAPE.num_layers):
        for tensor in cache.layer(layer):
            tensor[:, :, cache.scratch] = 1e4
    assert torch.equal(computed(step, chunks, shape), fresh)


def test_a_slot_is_used_again() -> None:
    step = StaticStep(model(), store())
    for length in (140, 3):
        ids = [(7 * number) % VOCABULARY for number in range(length)]
        for position, id_ in enumerate(ids):
            found = computed(step, (chunk(2, position, id_),))
        expected = model().forward((chunk(0, 0, *ids),), store())
        torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-4)


def test_one_sequence_that_is_no_number_spoils_nobody() -> None:
    cache = store()
    step = StaticStep(model(), cache)
    sound = computed(step, (chunk(0, 20, 3),), StepShape(4, 128, True))
    for layer in range(SHAPE.num_layers):
        for tensor in cache.layer(layer):
            tensor[1] = torch.nan
    both = computed(step, (chunk(0, 20, 3), chunk(1, 30, 4)), StepShape(4, 128, True))
    assert torch.equal(both[0], sound[0])
    assert both[1].isnan().all()


def test_the_logits_are_the_callers_own() -> None:
    step = StaticStep(model(), store())
    first = computed(step, (chunk(0, 5, 1),))
    kept = first.clone()
    computed(step, (chunk(0, 6, 2),))
    assert torch.equal(first, kept)


@pytest.mark.parametrize("is_in_place", [True, False])
@torch.inference_mode()
def test_only_the_shape_decides_what_is_computed(is_in_place: bool) -> None:
    """The same operations with the same sizes for any lengths, slots and number of rows."""
    step, shape = StaticStep(model(), store()), StepShape(4, 256, is_in_place)
    seen = []
    for chunks in (
        (chunk(0, 0, 1),),
        (chunk(3, 200, 5), chunk(1, 17, 9)),
        tuple(chunk(slot, 255 - slot, slot) for slot in range(4)),
    ):
        step.fill(shape, chunks)
        with Watch() as watch:
            step.compute(shape)
        assert not watch.questions
        seen.append(watch.kernels())
    assert seen[0]
    assert seen[0] == seen[1] == seen[2]


def test_the_budget_holds_the_buffers_and_the_largest_operations() -> None:
    step = StaticStep(model(), store())
    buffers = step._logits.nbytes
    gathered = sum(each.nbytes for each in store().gathered(0, torch.zeros(32).long(), WINDOW))
    inner = max_rows(NUM_SLOTS) * 4 * SHAPE.width * 4
    assert step_bytes(SHAPE, NUM_SLOTS, 4) >= buffers + gathered + inner
    assert step_bytes(SHAPE, NUM_SLOTS, 4) < 2 * (buffers + gathered + inner)
