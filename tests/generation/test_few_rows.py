"""Steps of few tokens in compiled code, against the same layers one operator at a time."""

from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model_spec import ModelShape
from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.compiled.team import can_compile
from bot.generation.gpt2 import GPT2
from bot.generation.hardware import cpu_flags
from bot.generation.int8_weight import Int8Weight
from bot.generation.kv_cache import KVCache
from bot.generation.model_config import ModelConfig
from bot.generation.ragged import FEW_ROWS
from bot.generation.request import Request, Sequence
from bot.generation.weight import Weights, WidenedWeight
from tests.models import VOCABULARY, make_model

pytestmark = pytest.mark.skipif(
    not can_compile(cpu_flags()), reason="there is no compiled code for this processor or system"
)
NUM_SLOTS, WINDOW = 6, 64
# The weights of each kind, the type of the cache, and the width. In bytes, no side is a multiple
# of 64, the panel of the weights, and the inner layer ends within 16 outputs.
KINDS = (
    (Int8Weight, torch.float32, 90),
    (Int8Weight, torch.bfloat16, 90),
    (WidenedWeight, torch.bfloat16, 80),
)
Kind = tuple[type[Int8Weight] | type[WidenedWeight], torch.dtype, int]


@cache
def models(kind: Kind) -> tuple[GPT2, GPT2]:
    """The same model, compiled and not."""
    pack, dtype, width = kind
    reference = make_model(3, n_layer=2, n_embd=width, n_head=5, n_positions=WINDOW)
    found = Weights({}, {}, pack)
    for name, numbers in reference.transformer.state_dict().items():
        if numbers.dim() == 2 and not name.startswith(("wte", "wpe")):
            found.matrices[name] = pack(numbers.t().contiguous())
        else:
            found.tensors[name] = numbers
    config = ModelConfig(shape(kind), 4 * width, 1e-5, 0)
    compiled, plain = GPT2(config, found, dtype, is_compiled=True), GPT2(config, found, dtype)
    assert compiled._few_rows is not None
    return compiled, plain


def chunk(slot: int, start: int, tokens: list[int], num_logits: int = 1) -> Chunk:
    sequence = Sequence(Request(slot, (0,) * (start + len(tokens)), SamplingParams()))
    return Chunk(sequence, slot, start, tuple(tokens), num_logits)


def shape(kind: Kind) -> ModelShape:
    return ModelShape(2, kind[2], 5, VOCABULARY, WINDOW)


def store_of(kind: Kind) -> KVCache:
    return KVCache(shape(kind), NUM_SLOTS, kind[1], torch.device("cpu"))


tokens_of = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=20)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.integers(0, NUM_SLOTS - 1), st.tuples(tokens_of, tokens_of), min_size=1),
)
def test_any_batch_gives_what_the_operators_give(
    kind: Kind, texts: dict[int, tuple[list[int], list[int]]]
) -> None:
    compiled, plain = models(kind)
    ours, theirs = store_of(kind), store_of(kind)
    first = tuple(chunk(slot, 0, text, 0) for slot, (text, _) in texts.items())
    second = tuple(chunk(slot, len(text), more, len(more)) for slot, (text, more) in texts.items())
    for step in (first, second):
        found, expected = compiled.forward(step, ours), plain.forward(step, theirs)
        assert found.shape == expected.shape
        # Rounding to bytes now and then falls to the other side; a wrong byte would show.
        assert (found - expected).norm() <= 2e-2 * expected.norm()
        for each in step:
            states = [store.states((each.slot,), 0, each.stop).float() for store in (ours, theirs)]
            assert (states[0] - states[1]).norm() <= 2e-2 * states[1].norm()


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_does_not_depend_on_its_neighbours(kind: Kind) -> None:
    compiled, _ = models(kind)
    store = store_of(kind)
    alone = compiled.forward((chunk(2, 0, [5, 6, 7], 3),), store)
    others = [chunk(slot, 0, [slot] * 4, 4) for slot in (0, 1, 3, 4)]
    together = compiled.forward((chunk(2, 0, [5, 6, 7], 3), *others), store)
    assert torch.equal(together[:3], alone)


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_that_is_no_number_spoils_nobody(kind: Kind) -> None:
    compiled, _ = models(kind)
    store = store_of(kind)
    sound = compiled.forward((chunk(0, 0, [1, 2], 1),), store)
    table = compiled._position_embedding
    kept = table[40].clone()
    try:
        table[40] = torch.nan
        logits = compiled.forward((chunk(0, 0, [1, 2], 1), chunk(1, 40, [3], 1)), store)
    finally:
        table[40] = kept
    assert torch.equal(logits[0], sound[0])
    assert logits[1].isnan().all()


@pytest.mark.parametrize("kind", KINDS)
def test_more_rows_than_it_takes_go_the_ordinary_way(kind: Kind) -> None:
    compiled, plain = models(kind)
    ours, theirs = store_of(kind), store_of(kind)
    long = chunk(1, 0, [9] * (FEW_ROWS + 1), 1)
    for step in ((chunk(0, 0, [4] * 5, 0),), (long, chunk(0, 5, [8, 7], 2))):
        found, expected = compiled.forward(step, ours), plain.forward(step, theirs)
    assert (found - expected).norm() <= 2e-2 * expected.norm()


def test_bytes_that_lie_differently_are_noticed() -> None:
    compiled, _ = models(KINDS[0])
    few = compiled._few_rows
    assert few is not None
    few.check()
    weight = few._kept[1].weight
    assert isinstance(weight, Int8Weight)
    other = Int8Weight(torch.randn(weight.num_outputs, weight.num_inputs))
    kept = few._calls["weights"][1]
    few._calls["weights"][1] = torch.ops.mkldnn.data_ptr(other.packed)
    try:
        with pytest.raises(ValueError, match="linear layer 1"):
            few.check()
    finally:
        few._calls["weights"][1] = kept


@pytest.mark.parametrize("num_threads", [2, 3, 7])
def test_the_number_of_threads_changes_nothing(num_threads: int) -> None:
    for kind in KINDS:
        compiled, _ = models(kind)
        step = (chunk(0, 0, [1, 2, 3, 4, 5], 5), chunk(3, 0, [6], 1))
        expected = compiled.forward(step, store_of(kind))
        before = torch.get_num_threads()
        torch.set_num_threads(num_threads)
        try:
            found = compiled.forward(step, store_of(kind))
        finally:
            torch.set_num_threads(before)
        assert torch.equal(found, expected)
