"""The plan of a classifier: what suits, and what cannot be."""

import pytest

from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import GPT2, ModelShape
from bot.training.classifying.plan import classifier_plan
from bot.training.finetuning.plan import TuningMethod, Wishes

STARTER = ModelShape(6, 192, 6, 3072)


def test_a_tiny_base_reads_few_texts_more_often_than_many() -> None:
    epochs = [classifier_plan(STARTER, Wishes(), 20, n).epochs for n in (50, 5_000, 50_000)]
    assert epochs == [12, 6, 2]
    assert classifier_plan(GPT2, Wishes(), 20, 50).epochs == 4


def test_rows_are_as_long_as_the_longest_text_and_fit_the_window() -> None:
    lengths = [classifier_plan(GPT2, Wishes(), n, 50).row_length for n in (3, 90, 5_000)]
    assert lengths == [8, 90, 1024]


def test_corrections_learn_faster_than_all_weights() -> None:
    full, lora = (classifier_plan(GPT2, Wishes(method), 20, 50) for method in TuningMethod)
    assert full.learning_rate < lora.learning_rate
    assert lora.weight_decay == 0.0


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        (Wishes(epochs=0), "--epochs must be"),
        (Wishes(batch=0), "--batch 1 to"),
        (Wishes(learning_rate=1.0), "--learning-rate must be"),
        (Wishes(row_length=4), "--context must be between 8 and 1,024"),
        (Wishes(validation=0.6), "--validation is the share"),
    ],
)
def test_numbers_that_cannot_be_are_one_sentence(wishes: Wishes, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        classifier_plan(GPT2, wishes, 20, 50)
