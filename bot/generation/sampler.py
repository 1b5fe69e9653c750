"""From logits to the next token of every sequence in the batch.

In this order: repetition penalty, no-repeat n-grams, temperature, top-k, top-p, and a draw
with numbers that depend on the request's seed and step alone. Rows never look at each other.
"""

import torch
from torch import Tensor

from bot.domain.sampling import SamplingParams
from bot.generation.randomness import as_tensor, exponentials, stream
from bot.generation.request import Sequence

NUM_CANDIDATES = 1024
"""Most likely tokens that top-p looks at before it sorts the whole vocabulary."""


def sample(logits: Tensor, sequences: list[Sequence]) -> list[int]:
    """The next token id of each sequence.

    `logits` is (B, V) in float32, row i belonging to `sequences[i]`; it is changed in place.
    Greedy rows (temperature 0) take the largest logit, the smallest id where several tie.
    """
    params = [sequence.request.sampling for sequence in sequences]
    penalise(logits, sequences)
    tokens = logits.argmax(dim=-1)  # (B,)
    rows = [row for row, p in enumerate(params) if p.temperature > 0]
    if rows:
        chosen = [params[row] for row in rows]
        streams = [stream(params[row].seed, len(sequences[row].generated)) for row in rows]
        tokens[rows] = draw(filtered_weights(logits[rows], chosen), as_tensor(streams))
    return [int(token) for token in tokens.tolist()]


def penalise(logits: Tensor, sequences: list[Sequence]) -> None:
    """Change logits (B, V) in place so that the sequences' tokens repeat less."""
    _penalise_repetition(logits, sequences)
    _ban_repeated_ngrams(logits, sequences)


def filtered_weights(logits: Tensor, params: list[SamplingParams]) -> Tensor:
    """Unnormalised probabilities (B, V) in float64 after temperature, top-k and top-p.

    Tokens outside the filters weigh exactly 0. The filters cut at a *value*: tokens that tie
    with the last one kept are kept too, so the result does not depend on a sort's order.
    """
    device = logits.device
    temperature = torch.tensor([p.temperature for p in params], device=device)
    scaled = logits.double() / temperature.double()[:, None]  # (B, V)
    weights = torch.exp(scaled - scaled.max(dim=-1, keepdim=True).values)  # largest is 1
    vocabulary = weights.shape[-1]
    ks = [min(p.top_k, vocabulary) for p in params]
    if any(0 < k < vocabulary for k in ks):
        largest = torch.topk(weights, max(ks), dim=-1).values  # (B, max k)
        last_kept = torch.tensor([(k or 1) - 1 for k in ks], device=device)[:, None]
        floor = largest.gather(1, last_kept)  # (B, 1)
        floor[[row for row, k in enumerate(ks) if k == 0]] = 0.0
        weights = torch.where(weights < floor, 0.0, weights)
    if any(p.top_p < 1 for p in params):
        top_p = torch.tensor([p.top_p for p in params], dtype=torch.float64, device=device)
        weights = torch.where(weights < _nucleus_floor(weights, top_p), 0.0, weights)
    return weights


def draw(weights: Tensor, streams: Tensor) -> Tensor:
    """A token (B,) of each row, with probability proportional to its weight.

    `weights` is (B, V) float64, not all zero in any row; `streams` (B,) int64. An
    exponential race, which is the Gumbel-max trick without logarithms of weights: candidate
    i arrives at time Eᵢ / wᵢ with Eᵢ exponentially distributed, and the first one wins with
    probability wᵢ / Σw. Each candidate has its own noise, so the last bits of a sum, which
    depend on the batch, only matter where two arrive at nearly the same time. (Where one
    number is looked up in the cumulative sums, every bit of every weight moves every border:
    with bfloat16 hardly any seeded answer then survives another batch size.)
    """
    rows, ids = weights.nonzero(as_tuple=True)
    speeds = weights.new_zeros(weights.shape)
    noise = exponentials(streams.to(weights.device)[rows], ids)
    speeds[rows, ids] = weights[rows, ids] / noise
    return speeds.argmax(dim=-1)


def _nucleus_floor(weights: Tensor, top_p: Tensor) -> Tensor:
    """The weight (B, 1) of the least likely token in each row's nucleus.

    The nucleus (Holtzman et al. 2020) is the smallest set of most likely tokens with
    probability `top_p` together. Where the candidates do not reach that, all are sorted.
    """
    goal = top_p[:, None] * weights.sum(dim=-1, keepdim=True)  # (B, 1)
    vocabulary = weights.shape[-1]
    candidates = torch.topk(weights, min(NUM_CANDIDATES, vocabulary), dim=-1).values
    floor, is_reached = _floor_among(candidates, goal)
    if not bool(is_reached.all()) and vocabulary > NUM_CANDIDATES:
        missing = ~is_reached.squeeze(1)
        ordered = weights[missing].sort(dim=-1, descending=True).values
        floor[missing] = _floor_among(ordered, goal[missing])[0]
    # A row that switches the filter off keeps everything, whatever the sums round to.
    return torch.where(top_p[:, None] >= 1, 0.0, floor)


def _floor_among(ordered: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
    """Of weights (B, K) in falling order: the first at which their sum reaches `goal`."""
    cumulative = ordered.cumsum(dim=-1)
    is_reached = cumulative[:, -1:] >= goal
    index = torch.searchsorted(cumulative, goal, right=False).clamp(max=ordered.shape[1] - 1)
    return ordered.gather(1, index), is_reached


def _penalise_repetition(logits: Tensor, sequences: list[Sequence]) -> None:
    """Divide positive and multiply negative logits of tokens seen before (CTRL, 2019)."""
    rows: list[int] = []
    ids: list[int] = []
    penalties: list[float] = []
    for row, sequence in enumerate(sequences):
        penalty = sequence.request.sampling.repetition_penalty
        if penalty != 1:
            seen = set(_history(sequence))
            rows += [row] * len(seen)
            ids += seen
            penalties += [penalty] * len(seen)
    if rows:
        old = logits[rows, ids]
        factor = torch.tensor(penalties, device=logits.device)
        logits[rows, ids] = torch.where(old > 0, old / factor, old * factor)


def _ban_repeated_ngrams(logits: Tensor, sequences: list[Sequence]) -> None:
    """Forbid every token that would complete an n-gram seen before (Paulus et al. 2017).

    Where that forbids the whole vocabulary nothing is forbidden.
    """
    rows: list[int] = []
    ids: list[int] = []
    for row, sequence in enumerate(sequences):
        n = sequence.request.sampling.no_repeat_ngram
        if n:
            banned = _completions(_history(sequence), n)
            if len(banned) < logits.shape[-1]:
                rows += [row] * len(banned)
                ids += banned
    if rows:
        logits[rows, ids] = -torch.inf


def _completions(history: tuple[int, ...], n: int) -> set[int]:
    """The tokens that followed earlier occurrences of the last n - 1 tokens."""
    if len(history) < n:
        return set()
    context = history[len(history) - n + 1 :]
    return {
        history[end] for end in range(n - 1, len(history)) if history[end - n + 1 : end] == context
    }


def _history(sequence: Sequence) -> tuple[int, ...]:
    """The tokens that count as repeated: the generated ones, on demand the prompt too."""
    if sequence.request.sampling.penalise_prompt:
        return sequence.tokens(0, sequence.num_tokens)
    return tuple(sequence.generated)
