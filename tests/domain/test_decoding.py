"""What suits each size: small ones are drafted more often, large ones searched."""

import pytest

from bot.domain.decoding import Decoding, Method, decoding_for
from bot.domain.model_spec import (
    DISTILGPT2,
    GPT2,
    GPT2_LARGE,
    GPT2_MEDIUM,
    GPT2_XL,
    ModelShape,
)
from bot.domain.sampling import SamplingParams

SHAPES = [None, ModelShape(4, 256, 4, 4096), DISTILGPT2, GPT2, GPT2_MEDIUM, GPT2_LARGE, GPT2_XL]


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_size_has_valid_parameters(shape: ModelShape | None, method: Method) -> None:
    sampling = SamplingParams(**decoding_for(shape, method).values())  # type: ignore[arg-type]
    assert 0.6 <= sampling.temperature <= 0.7
    assert 1.1 <= sampling.repetition_penalty <= 1.15


@pytest.mark.parametrize("shape", SHAPES)
def test_only_large_and_xl_are_searched_by_themselves(shape: ModelShape | None) -> None:
    is_large = shape in (GPT2_LARGE, GPT2_XL)
    assert (decoding_for(shape).num_candidates > 0) is is_large


@pytest.mark.parametrize("shape", SHAPES)
def test_the_method_may_be_forced(shape: ModelShape | None) -> None:
    assert decoding_for(shape, Method.CONTRASTIVE).num_candidates > 0
    assert decoding_for(shape, Method.SAMPLE).num_candidates == 0


def test_small_models_write_more_drafts_than_large_ones() -> None:
    drafts = [decoding_for(shape).num_drafts for shape in SHAPES[2:]]
    assert drafts == sorted(drafts, reverse=True)


def test_of_an_unknown_size_nothing_special_is_done() -> None:
    assert decoding_for(None) == Decoding(num_drafts=1)
