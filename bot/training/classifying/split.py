"""What a classifier learns and what is held back: of every label its share, documents whole."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.training.classifying.labelled import Labelled


@dataclass(frozen=True, slots=True)
class LabelledSplit:
    """Learned from, and held back; `untested` labels have all their texts in one document."""

    learned: tuple[Labelled, ...]
    validated: tuple[Labelled, ...]
    untested: tuple[str, ...]


def split(texts: Sequence[Labelled], share: float) -> LabelledSplit:
    """Hold back `share` of the texts of every label, at least one of two or more unless it is 0.

    Groups are chosen by a hash of their names: another seed, another machine or a further text
    hardly changes the choice. No label is held back altogether.
    """
    totals = Counter(each.label for each in texts)
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for each in texts:
        groups[each.group][each.label] += 1
    wanted = {label: max(round(share * total), 1) for label, total in totals.items()}
    held: Counter[str] = Counter()
    held_out: set[str] = set()
    ordered = sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest())
    for name in ordered if share > 0 else ():
        counts = groups[name]
        is_needed = any(held[label] < wanted[label] for label in counts)
        leaves_enough = all(
            held[label] + number < totals[label] and held[label] + number <= 2 * wanted[label]
            for label, number in counts.items()
        )
        if is_needed and leaves_enough:
            held_out.add(name)
            held += counts
    return LabelledSplit(
        tuple(each for each in texts if each.group not in held_out),
        tuple(each for each in texts if each.group in held_out),
        tuple(label for label in sorted(totals) if not held[label]),
    )
