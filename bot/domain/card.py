"""The card of an answer: what it rests on, where its quotes stand, how sure it is."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.choice import Choice
from bot.domain.passage import Hit, Origin


class Basis(StrEnum):
    """What an answer rests on."""

    NOTES = "notes"
    """Sentences of the notes, quoted."""
    ANSWERED = "answered"
    """An earlier answer that a teaching assistant endorsed or wrote."""
    MEMORY = "memory"
    """The model's weights; nobody has checked it."""
    NOTHING = "nothing"
    """Neither is convincing, and the answer says so."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that an answer names, as it was when the answer was made."""

    number: int
    passage_id: int
    origin: Origin
    document: str
    title: str
    heading: str
    page: int | None
    link: str | None
    score: float
    coverage: float

    @classmethod
    def of(cls, number: int, hit: Hit) -> "Source":
        """A hit under its number in the answer."""
        passage = hit.passage
        return cls(
            number=number,
            passage_id=passage.id,
            origin=passage.origin,
            document=passage.document,
            title=passage.title,
            heading=passage.heading,
            page=passage.page,
            link=passage.link,
            score=round(hit.score, 4),
            coverage=round(hit.coverage, 4),
        )


def places(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The places that sources stand in, each once, for where nothing of them is quoted."""
    first: dict[tuple[Origin, str, str, int | None], Source] = {}
    for each in sources:
        first.setdefault((each.origin, each.document, each.heading, each.page), each)
    return tuple(
        dataclasses.replace(each, number=number) for number, each in enumerate(first.values(), 1)
    )


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand literally in the source of that number."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """How an answer came about; `confidence` is the probability that it is right."""

    basis: Basis
    confidence: float | None = None
    quotes: tuple[Quote, ...] = ()
    sources: tuple[Source, ...] = ()
    explanation: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What the confidence was computed from; see `confidence`."""
    choice: Choice = Choice()
    """Which of several drafts the text is; its seed is as many above the answer's."""
    is_off_topic: bool = False
    """Whether the answer says that its question looks like none about deep learning."""

    @property
    def can_go_on(self) -> bool:
        """Whether the text is one that a model can write on: its own words, nobody's quotes."""
        return self.basis is Basis.MEMORY

    def as_dict(self) -> dict[str, Any]:
        """For the database and for people's programs."""
        return dataclasses.asdict(self)

    @classmethod
    def of_dict(cls, stored: dict[str, Any]) -> "Card":
        """What `as_dict` gave."""
        sources = (
            Source(**{**source, "origin": Origin(source["origin"])}) for source in stored["sources"]
        )
        return cls(
            basis=Basis(stored["basis"]),
            confidence=stored["confidence"],
            quotes=tuple(Quote(**quote) for quote in stored["quotes"]),
            sources=tuple(sources),
            explanation=stored["explanation"],
            figures=stored.get("figures", {}),
            choice=Choice(**stored.get("choice", {})),
            is_off_topic=stored.get("is_off_topic", False),
        )
