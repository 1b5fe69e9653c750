"""Drafts: what is kept of a text is enough to write it again."""

import dataclasses
import json

import pytest

from bot.domain.draft import Draft
from bot.domain.sampling import FinishReason, SamplingParams

SAMPLING = SamplingParams(
    max_new_tokens=64, temperature=0.7, top_p=0.9, seed=2**63 - 1, stop=("\n",)
)


@pytest.mark.parametrize("reason", [FinishReason.STOP, FinishReason.CANCELLED, None])
def test_a_draft_survives_the_database(reason: FinishReason | None) -> None:
    draft = Draft(SAMPLING, " It zeroes\n units – π.", 7, reason)
    assert Draft.of_dict(json.loads(json.dumps(draft.as_dict()))) == draft


def test_what_was_kept_before_a_parameter_existed_has_its_default() -> None:
    stored = Draft(SAMPLING, "x", 1, FinishReason.STOP).as_dict()
    del stored["sampling"]["penalise_prompt"]
    assert Draft.of_dict(stored).sampling == SAMPLING


def test_a_text_is_written_again_with_its_own_sampling() -> None:
    assert Draft(SAMPLING, "x", 7, FinishReason.LENGTH).sampling_again == SAMPLING


def test_a_text_that_was_stopped_is_written_again_up_to_there() -> None:
    again = Draft(SAMPLING, "x", 7, FinishReason.CANCELLED).sampling_again
    assert again == dataclasses.replace(SAMPLING, max_new_tokens=7)
