"""Which sentences of a model its passages support."""

import pytest

from bot.domain.support import is_supported

PASSAGE = (
    "Dropout sets each activation to zero with probability p while a network is trained. "
    "GPT-2 uses a rate of 0.1, and Kingma and Ba proposed Adam in 2014."
)
QUESTION = "Why does dropout help in ResNet-50?"


@pytest.mark.parametrize(
    "sentence",
    [
        "Dropout sets activations to zero during training.",
        "The rate in GPT-2 is 0.1.",
        "Adam was proposed by Kingma in 2014.",
        "Each activation of ResNet-50 is zero with probability p.",
    ],
)
def test_a_sentence_of_words_that_the_passages_hold_is_supported(sentence: str) -> None:
    assert is_supported(sentence, [PASSAGE], QUESTION)


@pytest.mark.parametrize(
    "sentence",
    [
        "The rate in GPT-2 is 0.2.",
        "Dropout was proposed by Hinton.",
        "Dropout makes the convolution kernels of an image classifier orthogonal.",
        "It is what it is.",
        "",
        "Adam was proposed in 2015.",
    ],
)
def test_a_foreign_number_name_or_claim_is_not(sentence: str) -> None:
    assert not is_supported(sentence, [PASSAGE], QUESTION)


def test_repeating_the_question_is_no_support() -> None:
    assert not is_supported("Why does batch norm help?", [PASSAGE], "Why does batch norm help?")
