"""The sampler against plain references, one row at a time."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import (
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from bot.domain.sampling import SamplingParams
from bot.generation import sampler
from bot.generation.randomness import as_tensor, mix, stream
from bot.generation.request import Request, Sequence
from bot.generation.sampler import draw, filtered_weights, sample

VOCABULARY = 60
GOLDEN = 0x9E3779B97F4A7C15


def sequence(params: SamplingParams, generated: list[int], prompt: tuple[int, ...]) -> Sequence:
    return Sequence(Request(0, prompt, params), generated=list(generated))


def logits_of(seed: int, size: int = VOCABULARY) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed)) * 2


def reference(logits: torch.Tensor, params: SamplingParams, generated: list[int]) -> int:
    """The documented rule for one row in plain Python: lists, loops and `math`."""
    scores = logits.double().tolist()
    for token in set(generated):
        factor = params.repetition_penalty
        scores[token] = scores[token] / factor if scores[token] > 0 else scores[token] * factor
    n = params.no_repeat_ngram
    if n:
        grams = {tuple(generated[i : i + n]) for i in range(len(generated) - n + 1)}
        tail = tuple(generated[len(generated) - n + 1 :])
        for token in range(len(scores)):
            if (*tail, token) in grams:
                scores[token] = -math.inf
    if params.temperature == 0:
        return scores.index(max(scores))
    weights = [math.exp((score - max(scores)) / params.temperature) for score in scores]
    if params.top_k:
        floor = sorted(weights, reverse=True)[min(params.top_k, len(weights)) - 1]
        weights = [weight if weight >= floor else 0.0 for weight in weights]
    if params.top_p < 1:
        total, reached = sum(weights), 0.0
        for weight in sorted(weights, reverse=True):
            reached += weight
            if reached >= params.top_p * total:
                break
        weights = [other if other >= weight else 0.0 for other in weights]
    start = stream(params.seed, len(generated))
    arrivals = [
        -math.log(((mix((start + (token + 1) * GOLDEN) % 2**64) >> 11) + 0.5) * 2**-53) / weight
        if weight
        else math.inf
        for token, weight in enumerate(weights)
    ]
    return arrivals.index(min(arrivals))


rows = st.builds(
    SamplingParams,
    temperature=st.sampled_from([0.0, 0.3, 1.0, 2.5]),
    top_k=st.sampled_from([0, 1, 5, 59, 60, 1000]),
    top_p=st.sampled_from([0.05, 0.5, 0.9, 0.999, 1.0]),
    repetition_penalty=st.sampled_from([1.0, 1.3, 2.0]),
    no_repeat_ngram=st.sampled_from([0, 1, 2, 3]),
    seed=st.integers(0, 2**63 - 1),
)
histories = st.lists(st.integers(0, 7), max_size=20)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(rows, histories, st.integers(0, 99)), min_size=1, max_size=6))
def test_a_batch_samples_what_the_plain_rule_samples_for_each_row(
    batch: list[tuple[SamplingParams, list[int], int]],
) -> None:
    logits = torch.stack([logits_of(seed) for _, _, seed in batch])
    sequences = [sequence(params, history, (1, 2)) for params, history, _ in batch]
    expected = [reference(logits_of(seed), params, history) for params, history, seed in batch]
    assert sample(logits, sequences) == expected


@settings(max_examples=60, deadline=None)
@given(rows, histories, st.lists(rows, max_size=4), st.integers(0, 99))
def test_the_neighbours_do_not_matter(
    params: SamplingParams, history: list[int], neighbours: list[SamplingParams], seed: int
) -> None:
    alone = sample(logits_of(seed)[None], [sequence(params, history, ())])[0]
    logits = torch.stack([*(logits_of(50 + i) for i in range(len(neighbours))), logits_of(seed)])
    sequences = [sequence(other, [3, 1, 3], ()) for other in neighbours]
    assert sample(logits, [*sequences, sequence(params, history, ())])[-1] == alone


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 99), st.integers(1, VOCABULARY), st.floats(0.01, 1.0))
def test_only_the_most_likely_tokens_keep_a_weight(seed: int, top_k: int, top_p: float) -> None:
    logits = logits_of(seed)
    params = SamplingParams(temperature=0.8, top_k=top_k, top_p=top_p)
    kept = filtered_weights(logits[None], [params])[0].nonzero().squeeze(1).tolist()
    order = logits.argsort(descending=True).tolist()
    assert sorted(kept) == sorted(order[: len(kept)])
    assert 1 <= len(kept) <= top_k


@pytest.mark.parametrize("seed", range(10))
def test_the_filters_keep_what_transformers_keeps(seed: int) -> None:
    history = [3, 1, 4, 1, 5, 3, 1]
    params = SamplingParams(
        temperature=0.7, top_k=20, top_p=0.8, repetition_penalty=1.4, no_repeat_ngram=3
    )
    ids, expected = torch.tensor([history]), logits_of(seed)[None]
    for processor in (
        RepetitionPenaltyLogitsProcessor(1.4),
        NoRepeatNGramLogitsProcessor(3),
        TemperatureLogitsWarper(0.7),
        TopKLogitsWarper(20),
        TopPLogitsWarper(0.8),
    ):
        expected = processor(ids, expected)
    logits = logits_of(seed)[None]
    sampler._penalise_repetition(logits, [sequence(params, history, ())])
    sampler._ban_repeated_ngrams(logits, [sequence(params, history, ())])
    weights = filtered_weights(logits, [params])
    probabilities = weights / weights.sum()
    torch.testing.assert_close(probabilities, expected.double().softmax(-1), atol=1e-6, rtol=1e-5)


def test_draws_follow_the_distribution() -> None:
    weights = torch.tensor([[0.1, 0.0, 0.4, 0.2, 0.3]], dtype=torch.float64)
    num_draws = 20_000
    streams = as_tensor([stream(7, step) for step in range(num_draws)])
    counts = Counter(draw(weights.expand(num_draws, -1).contiguous(), streams).tolist())
    assert counts[1] == 0
    expected = {0: 0.1, 2: 0.4, 3: 0.2, 4: 0.3}
    chi_square = sum(
        (counts[token] - num_draws * p) ** 2 / (num_draws * p) for token, p in expected.items()
    )
    assert chi_square < 16.3  # 3 degrees of freedom: exceeded by chance once in a thousand


def test_a_seeds_draws_do_not_change_with_the_last_bits_of_the_logits() -> None:
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(400, 2000, generator=generator) * 2
    noisy = logits + torch.randn(400, 2000, generator=generator) * 1e-4
    params = [SamplingParams(temperature=0.8, seed=seed) for seed in range(400)]
    streams = as_tensor([stream(each.seed, 0) for each in params])
    same = draw(filtered_weights(logits, params), streams) == draw(
        filtered_weights(noisy, params), streams
    )
    assert int(same.sum()) >= 398


def test_a_flat_distribution_over_a_large_vocabulary_is_sorted_whole() -> None:
    vocabulary = 5000
    logits = logits_of(1, vocabulary) * 0.01
    params = SamplingParams(temperature=1.0, top_p=0.9)
    weights = filtered_weights(logits[None], [params])[0]
    num_kept = int((weights > 0).sum())
    probabilities = logits.double().softmax(0).sort(descending=True).values.cumsum(0)
    assert num_kept == int((probabilities < 0.9).sum()) + 1 > sampler.NUM_CANDIDATES


def test_tokens_that_tie_with_the_last_one_are_kept() -> None:
    logits = torch.tensor([[2.0, 1.0, 1.0, 0.0]])
    weights = filtered_weights(logits, [SamplingParams(temperature=1.0, top_k=2)])
    assert (weights > 0).tolist() == [[True, True, True, False]]


def test_greedy_takes_the_first_of_equals() -> None:
    assert sample(torch.tensor([[1.0, 3.0, 3.0]]), [sequence(SamplingParams(), [], ())]) == [1]


def test_the_prompt_may_be_quoted_unless_it_is_to_be_penalised() -> None:
    logits = torch.tensor([[1.0, 0.9, 0.0]])
    quoting = SamplingParams(repetition_penalty=1.5, no_repeat_ngram=1)
    assert sample(logits.clone(), [sequence(quoting, [], (0,))]) == [0]
    strict = SamplingParams(repetition_penalty=1.5, penalise_prompt=True)
    assert sample(logits.clone(), [sequence(strict, [], (0,))]) == [1]


def test_a_ban_of_the_whole_vocabulary_is_no_ban() -> None:
    params = SamplingParams(no_repeat_ngram=1)
    assert sample(torch.tensor([[1.0, 2.0]]), [sequence(params, [0, 1], ())]) == [1]
