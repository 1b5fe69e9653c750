"""The preflight's formulas: what fits is taken, what cannot is refused with what can."""

from dataclasses import replace

import pytest

from bot.domain.errors import InvalidParameter, NotEnoughMemory
from bot.domain.model_spec import GPT2, GPT2_MEDIUM, GPT2_XL, ModelShape
from bot.training.finetuning.memory import estimate, fitted, num_trained
from bot.training.finetuning.plan import Plan, TuningMethod, Wishes, plan_for

PROGRAM = 500_000_000
TINY = ModelShape(6, 192, 6, 3072)


def plan(shape: ModelShape, method: str = "full") -> Plan:
    return plan_for(shape, Wishes(TuningMethod(method)))


def test_full_fine_tuning_keeps_four_numbers_a_weight() -> None:
    needed = estimate(GPT2_XL, plan(GPT2_XL), 1.0, 0)
    assert needed.weights + needed.gradients + needed.optimiser == 16 * GPT2_XL.num_parameters


def test_lora_trains_less_than_a_hundredth() -> None:
    assert num_trained(GPT2_XL, plan(GPT2_XL, "lora")) < 0.01 * GPT2_XL.num_parameters


def test_as_many_rows_at_once_as_fit_and_recomputing_only_where_one_must() -> None:
    plenty = fitted(GPT2, plan(GPT2), 1.0, PROGRAM, 200 * 10**9, "cpu")
    assert (plenty.rows_at_once, plenty.recomputes) == (4, False)
    less = fitted(GPT2, plan(GPT2), 1.0, PROGRAM, 5 * 10**9, "cpu")
    assert less.rows_at_once < 4
    least = fitted(GPT2_MEDIUM, plan(GPT2_MEDIUM), 1.0, PROGRAM, 9 * 10**9, "cpu")
    assert least.recomputes
    for chosen, memory in ((less, 5e9), (least, 9e9)):
        shape = GPT2 if chosen is less else GPT2_MEDIUM
        assert estimate(shape, chosen, 1.0, PROGRAM).total < memory
        assert chosen.rows_at_once * chosen.accumulation == chosen.batch


def test_what_cannot_fit_is_refused_with_what_can() -> None:
    with pytest.raises(NotEnoughMemory, match="--method lora` needs") as refusal:
        fitted(GPT2_XL, plan(GPT2_XL), 1.0, PROGRAM, 16 * 10**9, "cpu")
    assert "at least 2" in refusal.value.text
    with pytest.raises(NotEnoughMemory, match="`--context 256` needs"):
        fitted(GPT2, plan(GPT2, "lora"), 1.0, PROGRAM, 1_900_000_000, "cpu")
    with pytest.raises(NotEnoughMemory, match="smaller base"):
        fitted(GPT2_XL, plan(GPT2_XL, "lora"), 1.0, PROGRAM, 3 * 10**9, "cpu")


def test_sizes_and_methods_have_their_rates() -> None:
    assert plan(GPT2).learning_rate == 5e-5
    assert plan(GPT2_XL).learning_rate == 1e-5
    assert plan(GPT2, "lora").learning_rate == 2e-4
    assert plan(GPT2_XL, "lora").learning_rate == 1e-4
    assert plan(GPT2).row_length == 1024
    assert plan(TINY).epochs > plan(GPT2).epochs


def test_a_tiny_run_learns_single_questions_and_is_asked_single_ones() -> None:
    assert not plan(TINY).is_packed
    assert plan(TINY).template_of_run("starter") == "course"
    assert plan(TINY).template_of_run("alpaca") == "alpaca"
    assert plan(GPT2).is_packed
    assert plan(GPT2).template_of_run("starter") == "starter"


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(learning_rate=2.0),
        Wishes(epochs=0),
        Wishes(batch=-1),
        Wishes(row_length=5_000),
        Wishes(validation=0.9),
    ],
)
def test_numbers_that_cannot_be_are_refused(wishes: Wishes) -> None:
    with pytest.raises(InvalidParameter):
        plan_for(GPT2, wishes)


def test_a_plan_survives_its_file() -> None:
    kept = replace(plan(GPT2, "lora"), recomputes=True)
    assert Plan.of_dict(kept.as_dict() | {"of another version": 1}) == kept
