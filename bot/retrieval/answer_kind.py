"""What kind of thing a question asks for, and whether a text has one: a time, a place, a name …"""

import re
from dataclasses import dataclass

from bot.domain.words import folded

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|half|"
    r"third|quarter|double|no limit)\b"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how it is asked for, and what an answer of that kind looks like."""

    asked: re.Pattern[str]
    answered: re.Pattern[str]


def _kind(asked: str, answered: str, flags: int = re.IGNORECASE) -> Kind:
    return Kind(re.compile(asked), re.compile(answered, flags))


KINDS = (
    _kind(
        r"\b(when|whens|what (time|day|date|week)|which (day|date|week)|at what time|due|deadline"
        r"|until what|how late)\b",
        rf"\b\d{{1,2}}:\d\d\b|\b(?:{_DAY}|\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}|noon|midnight|"
        r"week \d+|weeks|20\d\d)\b",
    ),
    _kind(
        r"\b(where|wheres"
        r"|(what|which) (room|hall|building|folder|directory|path|channel|site|url))\b",
        r"\b(?:room|hall|building|online|campus|channel|foyer|folder|under|portal)\b|`?/\w+/|#[a-z][\w-]+|https?:",
    ),
    _kind(
        r"\b(who|whos|whom|whose|which (person|tutor|ta|prof|professor|authors?))\b",
        r"\b(?:Prof|Dr)\b|\b[A-Z][a-z]+ [A-Z][a-z]+|\bby [A-Z][a-z]+|\b[A-Z][a-z]+ and colleagues",
        0,
    ),
    _kind(
        r"\b(how (many|much|long|large|big|high|often|wide|deep|small|far|old|fast|expensive)"
        r"|(what|which) (size|number|percentage|value|score|amount|share|limit|rate|factor)"
        r"|maximum|minimum|max|min|number of|percentage|size)\b",
        _NUMBER,
    ),
    _kind(
        r"\b(why|how come|reason|what for)\b",
        r"\b(?:because|since|so that|therefore|hence|thus|would|otherwise|needs?|cannot|means)\b",
    ),
    _kind(
        r"\b(how (do|can|could|would|should|to)|what (do|can|could|should) i)\b",
        r"`|\b(?:use|call|set|pass|try|write|compute|divide|add|take|send|ask|run)\b",
    ),
    _kind(
        r"\b(difference|differ|vs|versus|compared|better|rather)\b",
        r"\b(?:while|whereas|but|unlike|than|instead|both|only|differ)\b",
    ),
)


def kinds_of(question: str) -> tuple[Kind, ...]:
    """The kinds that a question asks for; often none, seldom more than one."""
    text = folded(question)
    return tuple(kind for kind in KINDS if kind.asked.search(text))


def suits(kinds: tuple[Kind, ...], text: str) -> float:
    """The share of these kinds that a text has something of; 0 where none is asked for."""
    if not kinds:
        return 0.0
    return sum(kind.answered.search(text) is not None for kind in kinds) / len(kinds)
