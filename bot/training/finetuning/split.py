"""What is learned and what is held back: whole documents, chosen by a hash of their names."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.training.finetuning.material import Example, Material, Paper


@dataclass(frozen=True, slots=True)
class Half:
    """The papers and examples on one side of the split."""

    papers: tuple[Paper, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Learned from, and held back to validate with; `held_out` are the documents' names."""

    learned: Half
    validated: Half
    held_out: tuple[str, ...]


def split(material: Material, share: float) -> Split:
    """Hold back `share` of the documents, at least one of two or more unless it is 0.

    The choice depends on the documents' names alone: another seed, another machine or a further
    document hardly changes it. Files are chosen among files, pairs among pairs.
    """
    papers = [paper.name for paper in material.papers]
    known = set(papers)
    others = {e.document for e in material.examples if e.document not in known}
    held_out = {*_chosen(papers, share), *_chosen(others, share)}
    return Split(
        _half(material, lambda name: name not in held_out),
        _half(material, lambda name: name in held_out),
        tuple(sorted(held_out & known)),
    )


def _chosen(names: Iterable[str], share: float) -> list[str]:
    ordered = sorted(set(names), key=lambda name: hashlib.sha256(name.encode()).digest())
    if share <= 0 or len(ordered) < 2:
        return []
    return ordered[: min(max(round(share * len(ordered)), 1), len(ordered) - 1)]


def _half(material: Material, belongs: Callable[[str], bool]) -> Half:
    return Half(
        tuple(paper for paper in material.papers if belongs(paper.name)),
        tuple(example for example in material.examples if belongs(example.document)),
    )
