"""The medoid of a few texts: the one that agrees most with the others.

A wrong turn that a sampled answer takes is mostly its own, while what a model knows comes back
in most samples. So the text nearest to all others is a better choice than the likeliest one,
which among many samples tends to be short, or to loop.
"""

from collections.abc import Sequence

from bot.domain.terms import terms_of


def agreements(texts: Sequence[str]) -> tuple[float, ...]:
    """How far each text agrees with the others, 0 to 1: the mean of its overlaps with them.

    A single text has none to agree with: 0.
    """
    terms = [frozenset(terms_of(text)) for text in texts]
    return tuple(
        sum(overlap(mine, theirs) for other, theirs in enumerate(terms) if other != number)
        / max(len(terms) - 1, 1)
        for number, mine in enumerate(terms)
    )


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Terms in both as a share of the terms in either (Jaccard 1901); of nothing it is 0."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def medoid(texts: Sequence[str], tolerance: float = 0.0) -> int:
    """The number of the first text that agrees as much as the best one, less `tolerance`.

    Raises:
        ValueError: there are no texts.
    """
    if not texts:
        raise ValueError("Nothing has no medoid.")
    found = agreements(texts)
    enough = max(found) - tolerance
    return next(number for number, agreement in enumerate(found) if agreement >= enough)
