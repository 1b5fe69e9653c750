"""How far an engine's answers are from the expected ones."""

import math
from time import perf_counter

import torch

from bot.generation.continuation import Continuation
from bot.generation.expectation import Expected
from bot.generation.layout import Layout
from bot.generation.scoring import Score, distributions
from bot.generation.verdict import Bounds, Check, Verdict


def judged(
    each: Continuation, wanted: tuple[int, ...], score: Score, allowed: Bounds
) -> tuple[bool, str]:
    """Whether a continuation is right, and how far it is from it."""
    if each.error_id is not None:
        return False, f"error id {each.error_id}"
    if each.tokens == wanted:
        return True, ""
    behind = nats_behind(score, each.prompt, wanted, each.tokens)
    return behind <= allowed.nats_behind, f"differs by {behind:.2g} nats"


def nats_behind(
    score: Score, prompt: tuple[int, ...], wanted: tuple[int, ...], got: tuple[int, ...]
) -> float:
    """How much less likely than the likeliest token the worst one of a continuation is.

    Rounding may let the second likeliest token win where two nearly tie; from there on the
    texts differ. That is looked at for every wanted token after those before it, and for
    the first one that came instead.
    """
    rows = distributions(score, prompt + wanted[:-1])[len(prompt) - 1 :]  # (n, V)
    best = rows.max(dim=-1).values
    behind = [best - rows[torch.arange(len(wanted)), torch.tensor(wanted)]]
    pairs = enumerate(zip(wanted, got, strict=False))
    first = next((place for place, (one, other) in pairs if one != other), None)
    if first is None:  # it ended too early
        return math.inf
    behind.append(best[first : first + 1] - rows[first, got[first]])
    return float(torch.cat(behind).max())


def compared(layout: Layout, score: Score, expected: Expected, allowed: Bounds) -> Check:
    """KL(reference ‖ ours) and agreement on the likeliest token, over all prompts' positions."""
    start, divergences, agreements = perf_counter(), [], []
    for prompt, theirs in expected.distributions.items():
        ours = distributions(score, prompt).cpu()
        divergences.append((theirs.exp() * (theirs - ours)).sum(dim=-1))
        agreements.append(ours.argmax(dim=-1) == theirs.argmax(dim=-1))
    divergence = float(torch.cat(divergences).mean())
    agreement = float(torch.cat(agreements).float().mean())
    return Check(
        layout,
        f"next token at {sum(map(len, divergences))} positions",
        f"KL ≤ {allowed.divergence:g}, top-1 ≥ {allowed.agreement:.1%}",
        f"KL {divergence:.1e}, top-1 {agreement:.1%}",
        Verdict.of(divergence <= allowed.divergence and agreement >= allowed.agreement),
        perf_counter() - start,
    )
