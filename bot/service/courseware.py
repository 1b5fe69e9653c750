"""What is taught: the lessons, their questions as cards, and when those are asked again."""

from dataclasses import dataclass, field

from bot.domain.deck import Deck
from bot.domain.syllabus import Syllabus
from bot.service.study_ports import Schedule


@dataclass(frozen=True, slots=True)
class Courseware:
    """Made of one handbook; without a `schedule` nothing is remembered of anybody."""

    syllabus: Syllabus = field(default_factory=Syllabus)
    deck: Deck = field(default_factory=Deck)
    schedule: Schedule | None = None
