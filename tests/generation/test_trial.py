"""Trials: the clock decides on a layout, once."""

from dataclasses import replace
from itertools import cycle

import pytest
import torch

from bot.domain.model_spec import ModelShape
from bot.generation.catalog import Catalog
from bot.generation.layout import Layout, Machine
from bot.generation.pool import Pool, PoolOptions
from bot.generation.trial import SPECIMEN, Trial, candidates, run_trial, signature, timed

CPU = torch.device("cpu")
VNNI = frozenset({"sse2", "avx512_vnni"})
ALL = frozenset({Layout.INT8, Layout.PACKED})
AUTO = Machine(CPU, "float32", "auto", VNNI, ALL)


def trial_of(**seconds: float) -> Trial:
    names = {"float32": Layout.FLOAT32, "packed": Layout.PACKED, "int8": Layout.INT8}
    return Trial("here", {names[name]: value for name, value in seconds.items()})


@pytest.mark.parametrize(
    ("trial", "fastest"),
    [
        (trial_of(float32=9.0, int8=3.0), Layout.INT8),
        (trial_of(float32=3.0, int8=9.0), Layout.FLOAT32),
        (trial_of(packed=3.0, int8=2.8), Layout.PACKED),
        (trial_of(packed=3.0, int8=2.7), Layout.INT8),
        (trial_of(packed=3.0), Layout.PACKED),
    ],
)
def test_the_fastest_layout_is_taken_and_of_nearly_equal_ones_the_exact_one(
    trial: Trial, fastest: Layout
) -> None:
    assert trial.fastest is fastest


def test_the_machine_follows_the_trial_and_not_its_expectation() -> None:
    assert AUTO.layout(SPECIMEN) is Layout.INT8
    assert replace(AUTO, fastest=Layout.FLOAT32).layout(SPECIMEN) is Layout.FLOAT32
    assert replace(AUTO, fastest=Layout.INT8).layout(SPECIMEN) is Layout.INT8


def test_a_trial_is_wanted_for_large_models_of_auto_on_a_processor_only() -> None:
    small = ModelShape(6, 192, 6, 3072)
    assert AUTO.wants_trial(SPECIMEN)
    assert not AUTO.wants_trial(small)
    assert not replace(AUTO, quantization="none").wants_trial(SPECIMEN)
    assert not replace(AUTO, quantization="int8").wants_trial(SPECIMEN)
    assert not replace(AUTO, fastest=Layout.INT8).wants_trial(SPECIMEN)
    assert not replace(AUTO, device=torch.device("cuda")).wants_trial(SPECIMEN)


def test_only_layouts_within_the_measured_precision_are_tried_the_most_exact_first() -> None:
    assert list(candidates(AUTO)) == [Layout.FLOAT32, Layout.INT8]
    half = replace(AUTO, dtype="bfloat16", flags=VNNI | {"avx512_bf16"})
    assert list(candidates(half)) == [Layout.PACKED, Layout.INT8]
    old = replace(AUTO, flags=frozenset({"sse2", "avx2"}))
    assert list(candidates(old)) == [Layout.FLOAT32]


def test_steps_are_timed_in_turns_and_a_disturbance_does_not_decide() -> None:
    now, order = 0.0, []
    costs = {Layout.FLOAT32: cycle([5.0]), Layout.INT8: cycle([90.0, 1.0, 1.0])}

    def step_of(layout: Layout) -> None:
        nonlocal now
        order.append(layout)
        now += next(costs[layout])

    steps = {layout: lambda layout=layout: step_of(layout) for layout in costs}
    seconds = timed(steps, lambda: now)  # type: ignore[arg-type]
    assert seconds == {Layout.FLOAT32: 5.0, Layout.INT8: 1.0}
    assert order[:6] == [Layout.FLOAT32, Layout.INT8] * 3


def test_a_trial_computes_real_steps_and_leaves_the_threads_as_they_were() -> None:
    machine = Machine.here("cpu", "auto", "auto")
    before = torch.get_num_threads()
    trial = run_trial(machine, 1, shape=ModelShape(2, 64, 4, 300, 128))
    assert torch.get_num_threads() == before
    assert list(trial.seconds) == list(candidates(machine))
    assert all(seconds > 0 for seconds in trial.seconds.values())
    assert trial.signature == signature(machine, 1)


def test_a_trial_survives_being_kept_and_a_strange_text_is_none() -> None:
    trial = trial_of(float32=0.25, int8=0.125)
    assert Trial.of_text(trial.as_text()) == trial
    for text in (
        "",
        "{}",
        "[]",
        "1",
        '{"signature": "x", "seconds": {"int4": 1}}',
        '{"seconds": 1}',
    ):
        assert Trial.of_text(text) is None


def test_a_pool_believes_a_trial_of_this_machine_only(catalog: Catalog) -> None:
    options = PoolOptions(device="cpu", dtype="float32", quantization="auto", num_threads=1)
    machine = Machine.here("cpu", "float32", "auto")
    expected = Pool(catalog, options).layout("gpt2")
    slow = {Layout.FLOAT32: 1.0, Layout.INT8: 2.0}
    here, elsewhere = Trial(signature(machine, 1), slow), Trial("another machine", slow)
    assert Pool(catalog, options, here).layout("gpt2") is Layout.FLOAT32
    assert Pool(catalog, options, elsewhere).layout("gpt2") is expected


async def test_a_pool_asks_the_clock_at_the_first_load_and_tells_what_it_said(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.generation.layout.SMALLEST_FOR_INT8", 0)
    monkeypatch.setattr(Machine, "takes_int8_well", True)
    tried = []

    def quick_trial(machine: Machine, num_threads: int) -> Trial:
        tried.append(machine)
        seconds = {Layout.FLOAT32: 1.0, Layout.INT8: 2.0}
        return Trial(signature(machine, num_threads), seconds)

    monkeypatch.setattr("bot.generation.pool.run_trial", quick_trial)
    told: list[Trial] = []
    options = PoolOptions(device="cpu", dtype="float32", quantization="auto", num_threads=1)
    pool = Pool(catalog, options, on_trial=told.append)
    try:
        assert pool.layout("tiny") is Layout.INT8  # expected
        async with pool.lease("tiny") as lease, pool.lease("two"):
            assert lease.layout == "float32"
    finally:
        await pool.close()
    assert (len(tried), len(told)) == (1, 1)
    again = Pool(catalog, options, told[0], told.append)
    try:
        async with again.lease("tiny") as lease:
            assert lease.layout == "float32"
    finally:
        await again.close()
    assert (len(tried), len(told)) == (1, 1)
