"""The forward pass against transformers."""

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelShape
from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.int8_weight import Int8Weight
from bot.generation.kv_cache import KVCache
from bot.generation.model_config import ModelConfig
from bot.generation.request import Request, Sequence
from bot.generation.weight import DenseWeight, Pack, PackedWeight, Weights
from tests.models import VOCABULARY, make_model

SHAPE = ModelShape(2, 64, 4, VOCABULARY, 128)


def ours(
    model: GPT2LMHeadModel,
    dtype: torch.dtype = torch.float32,
    pack: Pack = DenseWeight,
    shape: ModelShape = SHAPE,
    in_halves: bool = False,
) -> GPT2:
    """Our model over transformers' weights; `in_halves` wants a cache in bfloat16."""
    weights = Weights({}, {}, pack)
    for name, numbers in model.transformer.state_dict().items():
        if numbers.dim() == 2 and not name.startswith(("wte", "wpe")):
            weights.matrices[name] = pack(numbers.t().to(dtype).contiguous())
        else:
            weights.tensors[name] = numbers.to(dtype)
    config = ModelConfig(shape, 4 * shape.width, 1e-5, 0)
    cache_dtype = torch.bfloat16 if in_halves else torch.float32
    return GPT2(config, weights, cache_dtype, in_halves=in_halves)


def chunk(ids: list[int], start: int, stop: int, slot: int) -> Chunk:
    sequence = Sequence(Request(slot, tuple(ids), SamplingParams()))
    return Chunk(sequence, slot, start, tuple(ids[start:stop]), int(stop == len(ids)))


def cache(num_slots: int, dtype: torch.dtype = torch.float32) -> KVCache:
    return KVCache(SHAPE, num_slots, dtype, torch.device("cpu"))


def random_ids(seed: int, length: int) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, VOCABULARY, (length,), generator=generator).tolist()


@torch.inference_mode()
def expected(model: GPT2LMHeadModel, ids: list[int]) -> torch.Tensor:
    return model(torch.tensor([ids])).logits[0, -1]


@pytest.mark.parametrize("length", [1, 2, 17, 128])
def test_the_logits_are_transformers(tiny_model: GPT2LMHeadModel, length: int) -> None:
    ids = random_ids(length, length)
    logits = ours(tiny_model).forward((chunk(ids, 0, length, 0),), cache(1))
    assert logits.shape == (1, VOCABULARY)
    torch.testing.assert_close(logits[0], expected(tiny_model, ids), atol=2e-4, rtol=1e-4)


def test_a_prompt_read_in_pieces_beside_others_gives_the_same_logits(
    tiny_model: GPT2LMHeadModel,
) -> None:
    model, store = ours(tiny_model), cache(4)
    long, short, other = random_ids(1, 50), random_ids(2, 9), random_ids(3, 30)
    assert model.forward((chunk(long, 0, 20, 3),), store).shape == (0, VOCABULARY)
    first = model.forward((chunk(long, 20, 21, 3), chunk(short, 0, 9, 0)), store)
    second = model.forward((chunk(other, 0, 30, 2), chunk(long, 21, 50, 3)), store)
    torch.testing.assert_close(first[0], expected(tiny_model, short), atol=2e-4, rtol=1e-4)
    torch.testing.assert_close(second[0], expected(tiny_model, other), atol=2e-4, rtol=1e-4)
    torch.testing.assert_close(second[1], expected(tiny_model, long), atol=2e-4, rtol=1e-4)


def test_a_slot_may_be_used_again(tiny_model: GPT2LMHeadModel) -> None:
    model, store = ours(tiny_model), cache(1)
    model.forward((chunk(random_ids(1, 40), 0, 40, 0),), store)
    ids = random_ids(2, 10)
    logits = model.forward((chunk(ids, 0, 10, 0),), store)
    torch.testing.assert_close(logits[0], expected(tiny_model, ids), atol=2e-4, rtol=1e-4)


def test_bfloat16_stays_near_float32(tiny_model: GPT2LMHeadModel) -> None:
    ids = random_ids(5, 60)
    model = ours(tiny_model, torch.bfloat16)
    logits = model.forward((chunk(ids, 0, 60, 0),), cache(1, torch.bfloat16))
    assert logits.dtype == torch.float32
    wanted = expected(tiny_model, ids)
    assert torch.corrcoef(torch.stack([logits[0], wanted]))[0, 1] > 0.995


@pytest.mark.parametrize("pack", [PackedWeight, Int8Weight])
def test_every_layout_stays_near_float32(
    tiny_model: GPT2LMHeadModel, pack: type[PackedWeight] | type[Int8Weight]
) -> None:
    if not pack.is_available():
        pytest.skip(f"this processor or PyTorch has no {pack.__name__}")
    ids = random_ids(5, 60)
    logits = ours(tiny_model, pack=pack).forward((chunk(ids, 0, 60, 0),), cache(1))
    wanted = expected(tiny_model, ids)
    assert torch.corrcoef(torch.stack([logits[0], wanted]))[0, 1] > 0.995


def test_another_number_of_heads_and_layers_works_too() -> None:
    reference = make_model(1, n_layer=3, n_embd=48, n_head=3, n_positions=32)
    shape = ModelShape(3, 48, 3, VOCABULARY, 32)
    model = ours(reference, shape=shape)
    store = KVCache(shape, 1, torch.float32, torch.device("cpu"))
    ids = random_ids(4, 32)
    logits = model.forward((chunk(ids, 0, 32, 0),), store)
    torch.testing.assert_close(logits[0], expected(reference, ids), atol=2e-4, rtol=1e-4)
