"""Guessed tokens make answers come in fewer steps and change none of them."""

from collections import Counter

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelShape
from bot.domain.sampling import FinishReason
from bot.generation.chunk import Chunk
from bot.generation.engine import Engine
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import PrefixCache
from bot.generation.request import TokenEvent
from tests.generation.engines import drain, engine, engine_over, generated, prompts, request
from tests.models import VOCABULARY

PERIOD = 12
COUNTED = (1, 2, 3, 4)


class Markov:
    """Next tokens that depend on the last one alone: n is mostly followed by n + 1.

    Tokens below `PERIOD` go round in a circle, so that the text repeats itself.
    """

    def __init__(self, sureness: float) -> None:
        self.logits = torch.zeros(VOCABULARY, VOCABULARY)
        self.logits[:, PERIOD:] = -torch.inf
        for token in range(PERIOD):
            self.logits[token, (token + 1) % PERIOD] = sureness
        self.num_steps = 0
        self.num_rows = 0

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
        self.num_steps += 1
        self.num_rows += sum(len(chunk.tokens) for chunk in chunks)
        rows = [token for c in chunks for token in c.tokens[len(c.tokens) - c.num_logits :]]
        return self.logits[rows].clamp_min(-1e4)


def answers_of(asked: Engine, *wishes: tuple[int, ...], **params: object) -> dict[int, list[int]]:
    answers: dict[int, list[int]] = {}
    for id_, prompt in enumerate(wishes):
        asked.add(request(id_, prompt, **({"seed": id_} | params)))
    drain(asked, answers)
    return answers


def repetitive(count: int) -> list[tuple[int, ...]]:
    """Prompts that repeat a few tokens, so that something is always guessed."""
    return [tuple(1 + token % 3 for token in prompt) for prompt in prompts(count, 50)]


def test_greedy_answers_stay_transformers(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    wishes = repetitive(12)
    expected = {id_: generated(tiny_model, prompt) for id_, prompt in enumerate(wishes)}
    assert answers_of(engine(model, speculates=True), *wishes) == expected
    with_prefixes = engine(model, speculates=True, prefixes=PrefixCache(16))
    assert answers_of(with_prefixes, *wishes) == expected


@pytest.mark.parametrize(
    "params",
    [
        {"temperature": 1.0},
        {"temperature": 0.7, "top_p": 0.9, "repetition_penalty": 1.3},
        {"temperature": 0.9, "top_k": 5, "no_repeat_ngram": 2},
        {"repetition_penalty": 1.2, "penalise_prompt": True},
    ],
)
def test_a_seeded_answer_is_the_same_with_and_without_guesses(
    model: GPT2, params: dict[str, object]
) -> None:
    wishes = repetitive(16)
    assert answers_of(engine(model, speculates=True), *wishes, **params) == answers_of(
        engine(model), *wishes, **params
    )


def test_right_guesses_save_steps() -> None:
    sure = Markov(sureness=30.0)
    (answer,) = answers_of(engine_of(sure), tuple(range(PERIOD)) * 2, max_new_tokens=64).values()
    assert answer == [number % PERIOD for number in range(64)]
    assert sure.num_steps < 64 / 4


def test_wrong_guesses_soon_end() -> None:
    unsure = Markov(sureness=0.0)
    answers_of(
        engine_of(unsure), *[tuple(range(PERIOD)) * 2] * 4, max_new_tokens=96, temperature=1.0
    )
    num_tokens = 4 * 96
    assert unsure.num_rows - 4 * 2 * PERIOD < 1.2 * num_tokens


def test_the_distribution_of_answers_is_the_models() -> None:
    """Over 3,000 seeds, the first three tokens against the chain's own probabilities."""
    chain, count = Markov(sureness=2.0), 3000
    seen: Counter[tuple[int, ...]] = Counter()
    asked = engine_of(chain)
    prompt = tuple(range(PERIOD)) * 2
    for first in range(0, count, 8):
        batch = range(first, min(first + 8, count))
        answers: dict[int, list[int]] = {}
        for seed in batch:
            asked.add(request(seed, prompt, max_new_tokens=3, temperature=1.0, seed=seed))
        drain(asked, answers)
        seen.update(tuple(answers[seed]) for seed in batch)
    probability = torch.softmax(chain.logits[:PERIOD, :PERIOD].double(), dim=-1)
    for token_1 in range(PERIOD):
        p_1 = float(probability[PERIOD - 1, token_1])
        _close(sum(n for key, n in seen.items() if key[0] == token_1), count, p_1)
    for token in COUNTED:  # guessed right twice, then wrong or right
        p_2 = float(probability[PERIOD - 1, 0] * probability[0, 1] * probability[1, token])
        _close(seen[0, 1, token], count, p_2)


def _close(found: int, count: int, probability: float) -> None:
    """Within 4.5 standard deviations of the binomial distribution."""
    deviation = (count * probability * (1 - probability)) ** 0.5
    assert abs(found - count * probability) <= 4.5 * deviation


def test_an_answer_never_exceeds_its_length() -> None:
    sure = Markov(sureness=30.0)
    for length in range(1, 12):
        (answer,) = answers_of(
            engine_of(sure), tuple(range(PERIOD)) * 2, max_new_tokens=length
        ).values()
        assert len(answer) == length


def test_an_end_of_text_among_the_guesses_ends_the_answer() -> None:
    sure = engine_of(Markov(sureness=30.0))
    sure._end_of_text_id = 5
    sure.add(request(1, tuple(range(PERIOD)) * 2))
    answers: dict[int, list[int]] = {}
    (ending,) = drain(sure, answers)
    assert answers[1] == [0, 1, 2, 3, 4]
    assert ending == TokenEvent(1, None, FinishReason.END_OF_TEXT)
    assert sure.scheduler.num_running == 0


def test_nothing_is_guessed_while_somebody_reads_a_prompt() -> None:
    scheduler = engine_of(Markov(sureness=30.0)).scheduler
    scheduler.add(request(1, tuple(range(PERIOD)) * 2))
    (prompt,) = scheduler.schedule()
    scheduler.advance(prompt, (0,))
    (alone,) = scheduler.schedule()
    assert alone.guessed
    scheduler.add(request(2, tuple(range(100))))
    first, second = scheduler.schedule()
    assert (first.guessed, first.num_logits) == ((), 1)
    assert len(second.tokens) > 1


def engine_of(chain: Markov) -> Engine:
    """An engine that guesses, over a chain instead of a GPT-2."""
    return engine_over(chain, ModelShape(1, 8, 2, VOCABULARY, 256), speculates=True)
