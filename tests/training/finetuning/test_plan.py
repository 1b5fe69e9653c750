"""The plan of a run: numbers by size and method, and those that cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import GPT2, ModelShape
from bot.training.finetuning.plan import Plan, TuningMethod, Wishes, plan_for

TINY = ModelShape(4, 256, 4, vocabulary=4_096, window=256)
LARGE = ModelShape(36, 1280, 20)


def test_a_tiny_base_reads_single_conversations_often() -> None:
    tiny, small = (plan_for(shape, Wishes()) for shape in (TINY, GPT2))
    assert (tiny.is_packed, small.is_packed) == (False, True)
    assert tiny.row_length <= TINY.window
    assert small.row_length == 1024
    assert tiny.epochs > small.epochs
    assert tiny.wordings > small.wordings


def test_larger_bases_and_full_training_take_smaller_steps() -> None:
    lora = Wishes(TuningMethod.LORA)
    full_rates = [plan_for(shape, Wishes()).learning_rate for shape in (TINY, GPT2, LARGE)]
    lora_rates = [plan_for(shape, lora).learning_rate for shape in (TINY, GPT2, LARGE)]
    assert full_rates == sorted(full_rates, reverse=True)
    assert lora_rates == sorted(lora_rates, reverse=True)
    assert all(one < other for one, other in zip(full_rates, lora_rates, strict=True))


def test_what_is_wished_for_is_taken() -> None:
    wishes = Wishes(
        epochs=2, learning_rate=1e-4, batch=6, row_length=64, wordings=3, validation=0.0, seed=1
    )
    plan = plan_for(GPT2, wishes)
    assert (plan.epochs, plan.learning_rate, plan.batch) == (2, 1e-4, 6)
    assert (plan.row_length, plan.wordings, plan.validation, plan.seed) == (64, 3, 0.0, 1)
    assert Plan.of_dict(plan.as_dict() | {"news": 1}) == plan


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"row_length": 2048}, "--context must be between 32 and 1,024"),
        ({"row_length": 8}, "--context"),
        ({"learning_rate": 0.0}, "--learning-rate"),
        ({"learning_rate": 1.0}, "--learning-rate"),
        ({"epochs": 0}, "--epochs"),
        ({"batch": 0}, "--batch"),
        ({"wordings": 0}, "--wordings must be 1 to 100"),
        ({"wordings": 101}, "--wordings must be 1 to 100"),
        ({"validation": 0.6}, "--validation"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_their_option(
    wish: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidParameter, match=told):
        plan_for(GPT2, replace(Wishes(), **wish))
