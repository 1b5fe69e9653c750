"""Which passages are worth scoring: those with rare terms, or with several frequent ones.

Scoring costs microseconds for each passage that holds any term, so a word of every third one
in 50,000 would cost more than all the rest of a search.
"""

from collections.abc import Iterable, Sequence

from bot.domain.search import Clause, Group

STRONG = 0.5
"""What a term must count to be looked for by itself."""
FEW = 150
"""Where strong terms find fewer passages than this, weak ones may find some, too."""
BUDGET = 2_500
"""Passages that are scored for one search, about."""
MAX_BESIDE, MAX_WORDS = 3, 3
"""Of a term that is looked for beside others: so many of its phrases, each of so many words.

In a large library most of a search is spent on the names of five words that a term may have.
"""


def plan(
    groups: Sequence[Group], counts: Sequence[int], weights: Sequence[float]
) -> tuple[Clause, ...]:
    """The clauses for terms that occur in so many passages each and count so much.

    Those that count little are looked for beside others only, if there are others.
    """
    strong = [
        (count, group)
        for count, group, weight in zip(counts, groups, weights, strict=True)
        if count and weight >= STRONG
    ]
    weak = [
        group
        for count, group, weight in zip(counts, groups, weights, strict=True)
        if count and weight < STRONG
    ]
    if sum(count for count, _ in strong) < FEW:
        strong = [(count, group) for count, group in zip(counts, groups, strict=True) if count]
        weak = []
    known = sorted(strong, key=lambda pair: pair[0])
    rare: list[Group] = []
    num_scored = 0
    for count, group in known:
        if num_scored + count > BUDGET:
            break
        num_scored += count
        rare.append(group)
    frequent = [group for _, group in known[len(rare) :]]
    clauses = [Clause((group,)) for group in rare]
    if rare and frequent:
        # Holds nothing new: it lets passages with a frequent or weak term besides come first.
        beside = _union(_short(group) for group in (*frequent[:3], *weak))
        clauses.append(Clause((_union(map(_short, rare)), beside)))
    elif len(frequent) > 1:
        clauses.append(Clause((frequent[0], _union(map(_short, (*frequent[1:4], *weak))))))
        clauses.append(Clause(tuple(map(_short, frequent[:2])), in_headings=True))
    elif frequent:
        clauses.append(Clause((frequent[0],), in_headings=True))
        clauses += [Clause((frequent[0], _union(map(_short, weak))))] if weak else []
    elif weak:
        clauses.append(Clause((_union(rare), _union(weak))))
    return tuple(clauses)


def fallback(groups: Sequence[Group], counts: Sequence[int]) -> tuple[Clause, ...]:
    """For when the plan found nothing: the rarest term alone, however frequent it is."""
    known = [(count, group) for count, group in zip(counts, groups, strict=True) if count]
    return (Clause((min(known)[1],)),) if known else ()


def _short(group: Group) -> Group:
    """The first and shorter phrases of a group, without those that hold another of them."""
    few = [phrase for phrase in group if len(phrase.split()) <= MAX_WORDS][:MAX_BESIDE]
    few = few or list(group[:1])
    return tuple(
        phrase
        for phrase in few
        if not any(other != phrase and f" {other} " in f" {phrase} " for other in few)
    )


def _union(groups: Iterable[Group]) -> Group:
    return tuple(dict.fromkeys(phrase for group in groups for phrase in group))
