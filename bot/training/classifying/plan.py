"""The plan of a classifier: the numbers that suit a base of some size."""

from bot.domain.model_spec import ModelShape
from bot.training.finetuning.plan import (
    TINY,
    Plan,
    TuningMethod,
    Wishes,
    check_context,
    check_numbers,
)

BATCH = 32
TINY_STEPS, MAX_TINY_EPOCHS = 900, 12
MIN_ROW = 8


def classifier_plan(shape: ModelShape, wishes: Wishes, longest: int, num_texts: int) -> Plan:
    """The plan for so many texts, of which the longest has so many tokens.

    A tiny base reads few texts more often than many. A row is as long as the longest text and no
    longer than `--context` or the base's window.

    Raises:
        InvalidParameter: a number that cannot be.
    """
    is_tiny = shape.num_parameters < TINY
    is_lora = wishes.method is TuningMethod.LORA
    context = shape.window if wishes.row_length is None else wishes.row_length
    check_context(context, MIN_ROW, shape.window)
    rate = wishes.learning_rate
    if rate is None:
        rate = _rate(is_tiny, is_lora)
    batch = BATCH if wishes.batch is None else wishes.batch
    epochs = wishes.epochs
    if epochs is None:
        often = round(TINY_STEPS * batch / max(num_texts, 1))
        epochs = min(max(often, 2), MAX_TINY_EPOCHS) if is_tiny else 4
    check_numbers(rate, epochs, batch, wishes.validation)
    return Plan(
        method=wishes.method,
        epochs=epochs,
        learning_rate=rate,
        batch=batch,
        rows_at_once=batch,
        row_length=min(max(longest, MIN_ROW), context),
        dropout=0.1,
        weight_decay=0.0 if is_lora else 0.01,
        warm_up_share=0.1,
        validation=wishes.validation,
        seed=wishes.seed,
    )


def _rate(is_tiny: bool, is_lora: bool) -> float:
    if is_tiny:
        return 2e-3 if is_lora else 5e-4
    return 3e-4 if is_lora else 5e-5
