"""What is looked at in a passage to see whether it answers a question, and how much each counts."""

import math
import operator
from typing import NamedTuple


class Traits(NamedTuple):
    """What is looked at in a passage, each from 0 to 1."""

    anywhere: float
    """The share of the question's terms that its title, heading or text holds."""
    in_heading: float
    in_title: float
    often: float
    """How often the text holds them."""
    focus: float
    """The share of the title's words that the question has."""
    alike: float
    """How much of heading and question is the same."""
    same: float
    """Whether heading and question have the same terms, and ask for them alike."""
    manner: float
    """Whether both ask why, how, when …"""
    nearness: float
    """The share of neighbouring terms that stand near each other."""
    kind: float
    """Whether the text has what is asked for: a time, a place, a number …"""
    lead: float
    """The share of terms that a paragraph of the text begins with."""
    own: float
    """Of a server's passage the share of terms that are about courses; 0 of the handbook's."""
    leaning: float
    """How surely its document is what the question before was about."""
    bm25: float = 0.0
    """The database's own score, by the best one's."""
    elsewhere: float = 0.0
    """The share of terms that other passages of the document hold."""

    def score(self) -> float:
        """All of them, weighed."""
        return math.fsum(map(operator.mul, self, WEIGHTS))


WEIGHTS = Traits(
    anywhere=0.55,
    in_heading=0.03,
    in_title=0.1,
    often=0.07,
    focus=0.12,
    alike=0.22,
    same=0.06,
    manner=0.05,
    nearness=0.01,
    kind=0.12,
    lead=0.05,
    own=0.2,
    leaning=0.2,
    bm25=0.03,
    elsewhere=0.1,
)
