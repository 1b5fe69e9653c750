"""Whose wish holds: the server's over the template's over the operator's over the size's."""

import pytest

from bot.domain.conversation import Length
from bot.domain.decoding import LARGE, SMALL, Method
from bot.domain.model_spec import GPT2, GPT2_XL, ModelShape
from bot.domain.sampling import SamplingParams
from bot.domain.server_settings import ServerSettings
from bot.domain.template import ALPACA, BASE, STARTER, Template
from bot.service.defaults import Defaults


def sampling(
    template: Template | None = BASE,
    shape: ModelShape | None = GPT2,
    defaults: Defaults | None = None,
    length: Length | None = None,
    **here: float,
) -> SamplingParams:
    return (defaults or Defaults()).sampling_for(
        ServerSettings(**here),  # type: ignore[arg-type]
        seed=7,
        length=length,
        template=template,
        shape=shape,
    )


def test_without_any_wish_the_size_decides() -> None:
    assert sampling().temperature == SMALL.temperature
    assert sampling().num_drafts == SMALL.num_drafts
    assert sampling(shape=GPT2_XL).num_candidates == LARGE.num_candidates
    assert not sampling().is_contrastive


def test_the_operators_values_replace_those_of_the_size() -> None:
    defaults = Defaults(sampling={"temperature": 0.3, "top_k": 9})
    found = sampling(defaults=defaults)
    assert (found.temperature, found.top_k) == (0.3, 9)
    assert found.repetition_penalty == SMALL.repetition_penalty


@pytest.mark.parametrize(("method", "is_searched"), [("contrastive", True), ("sample", False)])
def test_the_operator_may_force_a_method(method: str, is_searched: bool) -> None:
    defaults = Defaults(method=Method(method))
    for shape in (GPT2, GPT2_XL):
        assert sampling(shape=shape, defaults=defaults).is_contrastive is is_searched


def test_the_starter_keeps_its_own_whatever_the_operator_says() -> None:
    found = sampling(STARTER, defaults=Defaults(sampling={"temperature": 0.9}))
    assert (found.temperature, found.repetition_penalty, found.num_drafts) == (0.2, 1.0, 1)
    assert found.stop == STARTER.stop


def test_a_server_that_sets_a_temperature_has_its_answers_sampled() -> None:
    found = sampling(shape=GPT2_XL, temperature=0.9)
    assert (found.temperature, found.is_contrastive) == (0.9, False)
    assert not sampling(shape=GPT2_XL, top_p=0.5).is_contrastive
    assert sampling(STARTER, temperature=0.0).temperature == 0.0


def test_a_raw_continuation_is_sampled_once_by_every_model() -> None:
    found = sampling(None, GPT2_XL)
    assert (found.is_contrastive, found.num_drafts, found.stop) == (False, 1, ())


@pytest.mark.parametrize("template", [BASE, ALPACA])
def test_stop_rules_and_room_are_those_of_the_template_and_the_length(template: Template) -> None:
    found = sampling(template, length=Length.LONG)
    assert (found.stop, found.max_new_tokens) == (template.stop, 320)
    assert sampling(template).stop == template.stop_for(Length.NORMAL)
