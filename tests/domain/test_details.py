"""The details of an answer, as people read them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.budget import Budget
from bot.domain.card import Basis, Card, Source
from bot.domain.choice import Choice
from bot.domain.details import details_of, sampling_words
from bot.domain.draft import Draft
from bot.domain.passage import Origin
from bot.domain.prompt import PromptParts
from bot.domain.sampling import FinishReason, SamplingParams
from tests.storage.rows import answer, later

SAMPLING = SamplingParams(max_new_tokens=160, temperature=0.7, top_p=0.9, seed=7)
SOURCE = Source(1, 3, Origin.NOTE, "week-1.md", "Week 1", "Dropout", 4, None, 1.25, 0.9)
ANSWER = answer(
    id=42,
    revision="15ea56dee5df4983c59b2538573817e1667135e2",
    sampling=SAMPLING,
    prompt="…",
    text="…",
    finish_reason=FinishReason.STOP,
    num_prompt_tokens=172,
    num_new_tokens=31,
    first_token_at=later(0.5),
    finished_at=later(2.5),
    card=Card(Basis.NOTES, 0.93, sources=(SOURCE,), figures={"strength": 0.5, "coverage": 1.0}),
    layout="int8",
    budget=Budget(PromptParts(20, 0, 143, 0, 9), 64, 1024),
    drafts=(Draft(replace(SAMPLING, temperature=0.0, max_new_tokens=64), "…", 31, None),),
)


def told(**changes: Any) -> dict[str, str]:
    return {each.label: each.text for each in details_of(replace(ANSWER, **changes))}


def test_everything_about_a_quoted_answer_is_told() -> None:
    details = told()
    window = details.pop("Window")
    assert details == {
        "Answer": "#42 – /replay 42 writes it again",
        "Model": "gpt2-xl at revision 15ea56dee5df, weights in int8",
        "Sampling": "seed 7 · greedy · up to 64 tokens",
        "Rests on": "the notes, quoted · confidence 93%",
        "Figures": "strength 0.50 · coverage 1.00",
        "Passages": "[1] Week 1 — Dropout, p. 4 · score 1.25 · covers 90%",
        "Prompt": "172 of 1,024 tokens",
        "Speed": "31 tokens · the first after 0.50 s · 15.0 tokens/s · ended by: a stop rule",
    }
    assert window == ANSWER.budget.table if ANSWER.budget else False


def test_which_of_several_drafts_was_kept_is_told() -> None:
    card = Card(Basis.MEMORY, 0.7, choice=Choice(kept=1, num_drafts=3))
    drafts = (Draft(replace(SAMPLING, seed=8), "…", 31, None),)
    sampling = "seed 8 · temperature 0.7 · top-p 0.9 · up to 160 tokens · draft 2 of 3"
    assert told(card=card, drafts=drafts)["Sampling"] == sampling


@pytest.mark.parametrize(
    ("num_dropped", "words"),
    [(1, "1 earlier turn left out"), (1_000, "1,000 earlier turns left out")],
)
def test_turns_that_were_dropped_are_counted(num_dropped: int, words: str) -> None:
    assert told(num_dropped_turns=num_dropped)["Prompt"] == f"172 of 1,024 tokens, {words}"


def test_an_answer_without_a_model_has_no_prompt_and_no_sampling() -> None:
    details = told(
        revision=None, layout=None, budget=None, drafts=(), num_new_tokens=0, finish_reason=None
    )
    assert details["Prompt"] == "none"
    assert details["Speed"] == "0 tokens"
    assert not details.keys() & {"Sampling", "Window"}


def test_an_answer_from_before_details_were_kept_tells_what_is_known() -> None:
    details = told(layout=None, budget=None, drafts=(), card=None, first_token_at=None)
    assert details["Model"] == "gpt2-xl at revision 15ea56dee5df"
    assert details["Speed"] == "31 tokens · ended by: a stop rule"


@pytest.mark.parametrize(
    ("sampling", "words"),
    [
        (SamplingParams(max_new_tokens=8), "seed 0 · greedy · up to 8 tokens"),
        (
            SamplingParams(
                temperature=0.65,
                top_k=5,
                repetition_penalty=1.15,
                no_repeat_ngram=3,
                seed=2**32,
                max_new_tokens=600,
            ),
            "seed 4294967296 · temperature 0.65 · top-k 5 · repetition penalty 1.15 · "
            "no 3 tokens twice · up to 600 tokens",
        ),
        (
            SamplingParams(temperature=0.7, num_candidates=4, seed=9, max_new_tokens=160),
            "contrastive search over 4 candidates, α 0.6 · up to 160 tokens",
        ),
    ],
)
def test_sampling_is_told_without_what_is_switched_off(
    sampling: SamplingParams, words: str
) -> None:
    assert sampling_words(sampling) == words
