"""Layouts: which one, how much memory."""

import pytest
import torch

from bot.domain.errors import ConfigurationError
from bot.domain.model_spec import GPT2_XL, ModelShape
from bot.generation.cuda_graphs import SideStreams
from bot.generation.int8_weight import Int8Weight
from bot.generation.layout import Layout, Machine
from bot.generation.ragged import FEW_ROWS
from bot.generation.speculation import DEAR_ROW_COST, ROW_COST
from bot.generation.static_step import step_bytes
from bot.generation.step_shape import MAX_GATHERED_ROWS
from bot.generation.weight import DenseWeight, PackedWeight, WidenedWeight

CPU, GPU = torch.device("cpu"), torch.device("cuda")
STARTER = ModelShape(6, 192, 6, 3072)
VNNI = frozenset({"sse2", "avx512_vnni"})
BF16 = VNNI | {"avx512_bf16"}
OLD = frozenset({"sse2", "avx2"})
ALL = frozenset({Layout.INT8, Layout.PACKED})
NONE: frozenset[Layout] = frozenset()


@pytest.mark.parametrize(
    ("machine", "shape", "layout"),
    [
        (Machine(CPU, "float32", "none", BF16, ALL), GPT2_XL, Layout.FLOAT32),
        (Machine(CPU, "bfloat16", "none", BF16, ALL), GPT2_XL, Layout.PACKED),
        (Machine(CPU, "bfloat16", "none", BF16, NONE), GPT2_XL, Layout.BFLOAT16),
        (Machine(CPU, "bfloat16", "none", VNNI, ALL), GPT2_XL, Layout.BFLOAT16),
        (Machine(CPU, "float32", "auto", VNNI, ALL), GPT2_XL, Layout.INT8),
        (Machine(CPU, "float32", "auto", VNNI, NONE), GPT2_XL, Layout.FLOAT32),
        (Machine(CPU, "bfloat16", "auto", BF16, ALL), GPT2_XL, Layout.INT8),
        (Machine(CPU, "float32", "auto", OLD, ALL), GPT2_XL, Layout.FLOAT32),
        (Machine(CPU, "float32", "auto", VNNI, ALL), STARTER, Layout.FLOAT32),
        (Machine(CPU, "bfloat16", "auto", BF16, ALL), STARTER, Layout.PACKED),
        (Machine(CPU, "float32", "int8", OLD, ALL), STARTER, Layout.INT8),
        (Machine(GPU, "bfloat16", "auto", BF16, ALL), GPT2_XL, Layout.BFLOAT16),
    ],
)
def test_the_layout_follows_from_the_machine_and_the_model(
    machine: Machine, shape: ModelShape, layout: Layout
) -> None:
    assert machine.layout(shape) is layout


def test_the_kernels_are_tried_when_the_machine_is_described_and_not_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A layout is asked for on the event loop, where nothing may be computed."""
    machine = Machine.here("cpu", "bfloat16", "auto")

    def fail() -> bool:
        raise AssertionError("computed")

    monkeypatch.setattr(Int8Weight, "is_available", fail)
    monkeypatch.setattr(PackedWeight, "is_available", fail)
    assert machine.needed_bytes(GPT2_XL, 8, 0) > machine.layout(GPT2_XL).weight_bytes(GPT2_XL)


def test_a_kernel_is_tried_once() -> None:
    for kind in (Int8Weight, PackedWeight):
        before = kind.is_available.cache_info().misses
        assert kind.is_available() is kind.is_available()
        assert kind.is_available.cache_info().misses <= max(before, 1)


def test_bytes_are_halved_where_sums_of_two_products_could_overflow() -> None:
    assert Machine(CPU, "float32", "int8", OLD).is_narrow
    assert not Machine(CPU, "float32", "int8", VNNI).is_narrow
    assert not Machine(CPU, "float32", "int8", frozenset({"asimd"})).is_narrow


def test_gpt2_xl_fits_the_goals() -> None:
    assert Layout.INT8.weight_bytes(GPT2_XL) < 1.9e9
    assert Layout.PACKED.weight_bytes(GPT2_XL) < 3.4e9
    assert Layout.FLOAT32.weight_bytes(GPT2_XL) == 4 * GPT2_XL.num_parameters


def test_the_memory_is_what_the_weights_take() -> None:
    """Matrices packed as a checkpoint packs them, and the head beside the embedding."""
    shape = ModelShape(2, 64, 4, 300, 128)
    matrices = [(192, 64), (64, 64), (256, 64), (64, 256)] * shape.num_layers
    for layout in Layout:
        if layout is Layout.PACKED and not PackedWeight.is_available():
            continue
        pack = Machine(CPU, "float32", flags=VNNI).packer(layout)
        packed = sum(pack(torch.ones(size, dtype=layout.dtype)).num_bytes for size in matrices)
        embedding = torch.ones(300, 64, dtype=layout.dtype)
        head = pack(embedding)
        others = shape.num_parameters - 12 * shape.width**2 * shape.num_layers
        total = packed + others * embedding.element_size()
        total += 0 if isinstance(head, DenseWeight | WidenedWeight) else head.num_bytes
        assert total == pytest.approx(layout.weight_bytes(shape), rel=0.02)


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_an_unknown_quantization_is_refused(device: str) -> None:
    with pytest.raises(ConfigurationError, match=r"generation\.quantization must be none, int8"):
        Machine.here(device, "auto", "int4")


def test_guesses_are_dear_where_a_few_rows_have_no_fast_kernel() -> None:
    assert Machine(CPU, "float32", "none", VNNI, ALL).price(GPT2_XL).row_cost == DEAR_ROW_COST
    assert Machine(CPU, "float32", "auto", VNNI, ALL).price(GPT2_XL).row_cost == ROW_COST
    assert Machine(CPU, "float32", "auto", VNNI, ALL).price(STARTER).row_cost == ROW_COST
    assert Machine(GPU, "bfloat16", "auto", BF16, ALL).price(GPT2_XL).row_cost == ROW_COST


def test_few_tokens_are_compiled_where_there_is_a_compiler_and_they_are_worth_it() -> None:
    able = Machine(CPU, "float32", "auto", VNNI, ALL, can_compile=True)
    unable = Machine(CPU, "float32", "auto", VNNI, ALL)
    assert able.compiles(GPT2_XL)
    assert not able.compiles(STARTER)
    assert Machine(CPU, "float32", "int8", VNNI, ALL, can_compile=True).compiles(STARTER)
    assert not unable.compiles(GPT2_XL)
    assert able.cache_dtype(GPT2_XL) == torch.bfloat16
    assert unable.cache_dtype(GPT2_XL) == torch.float32
    assert able.cache_dtype(STARTER) == torch.float32


def test_attention_multiplies_halves_where_the_processor_has_instructions_for_it() -> None:
    assert Machine(CPU, "float32", "int8", BF16).multiplies_halves
    assert not Machine(CPU, "bfloat16", "none", VNNI).multiplies_halves
    assert not Machine(GPU, "bfloat16", "none", BF16).multiplies_halves


def test_guesses_stop_where_a_step_would_no_longer_be_compiled() -> None:
    able = Machine(CPU, "float32", "auto", VNNI, ALL, can_compile=True)
    assert able.price(GPT2_XL).max_rows == FEW_ROWS
    assert able.price(STARTER).max_rows > 128
    exact = Machine(CPU, "float32", "none", VNNI, ALL, can_compile=True)
    assert exact.price(GPT2_XL).max_rows > 128  # only its attention is compiled


def test_small_steps_are_captured_on_a_gpu_and_counted_in_its_memory() -> None:
    able = Machine(GPU, "bfloat16", "auto", streams=SideStreams(GPU))
    unable = Machine(GPU, "bfloat16", "auto")
    assert able.price(GPT2_XL).max_rows == MAX_GATHERED_ROWS
    more = able.needed_bytes(GPT2_XL, 8, 0) - unable.needed_bytes(GPT2_XL, 8, 0)
    assert more == step_bytes(GPT2_XL, 8, 2) + 8 * GPT2_XL.cache_bytes_per_token("bfloat16")
    assert 200e6 < more < 300e6
    assert Machine.here("cpu", "auto", "auto").streams is None
