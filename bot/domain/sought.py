"""What kind of thing a question asks for, and what one looks like: a date, a name, a price.

A text on just the right matter may still not say when, who or how many. The rules are English.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.wanted import Field, Wanted, strength
from bot.domain.words import folded, words_of

Looks = Callable[[str], bool]
"""Whether a sentence has something of the kind that is asked for."""
NEAR = 4
"""Words from a number to what it counts."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CIRCUMSTANCES = (
    r" (?:to|should|shall|can|could|would|may|might)\b|.*\b(?:good|bad|better|useful|worth|sense)\b"
)
"""Behind "when" where that asks under which circumstances, not for a time."""
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of thing is asked for, and what it looks like; both in lower case."""

    asked: re.Pattern[str]
    looks: re.Pattern[str]


def _kind(asked: str, looks: str) -> _Kind:
    return _Kind(re.compile(asked), re.compile(looks))


_KINDS = (
    _kind(
        r"\bhow much\b.{0,100}\b(costs?|pay|paid|price|charged?)\b|\bprice of\b"
        r"|\bhow (many|much) (dollars?|euros?|pounds?|cents?|money|bucks)\b",
        r"[€£]|\$\d|\b(?:dollars?|euros?|cents?|pounds?|eur|usd|gbp|chf|free|fee)\b",
    ),
    _kind(r"\be-?mail( address)?\b", r"\S@\S"),
    _kind(r"\bphone number\b|\bphone\b.{0,100}\bnumber\b", r"\+?\d[\d ()/-]{5,}\d"),
    _kind(r"\b(pass ?word|pin code)\b", r"\bpass ?words?\b|\bpin\b"),
    _kind(
        rf"^(?:\W*+\w++){{0,2}}\W*+\bwhens?\b(?!{_CIRCUMSTANCES})"
        r"|\b(what|which) (time|day|date|month|year|week)\b|\b(due|deadline|until when|how late)\b",
        rf"\b\d{{1,2}}[:.]\d\d\b|\b{_DAY}\b|\b\d{{1,2}}\.? {_MONTH}\b|\b{_MONTH}\.? \d{{1,2}}\b"
        rf"|\bin {_MONTH}\b|\b(?:noon|midnight|weeks?|days?|hours?|20\d\d|19\d\d|before|after|"
        r"until|once|if|every|at the (?:start|end)|first|last|when|during|between)\b",
    ),
    _kind(
        r"\b(what|which) (room|hall|building|city|country)\b",
        r"\b(?:room|hall|building|online|campus|foyer|floor)\b|\bin [a-z]?\d",
    ),
)
_WHO = re.compile(r"^(?:\W*+\w++){0,3}\W*+\bwho(s|m|se)?\b|\bby whom\b")
_SOMEBODY = re.compile(
    r"(?<![.!?:|*]\s)(?<!^)\b[A-Z][a-zà-ÿ]+\b|\b[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+|\bBy [A-Z][a-z]+"
)
_GROUP = re.compile(
    r"\b(?:office|team|board|tutors?|lecturers?|assistants?|staff|members?|researchers|"
    r"colleagues|students?|people|everyone|everybody|nobody|groups?|we|you)\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\$[^$\n]+\$")
_HOW_MANY = re.compile(r"\bhow many\b|\bnumber of\b")
_VERBS = frozenset("is are was were do does did can could may must should will would".split())
_MEASURE = re.compile(
    r"\b(?:how (?:much|long|big|large|often|far|high|old|fast|wide|tall|deep|small)"
    r"|what (?:percentage|share|size))\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|half|third|"
    r"quarter|double|pairs?|threes|unlimited|no limit|alone)\b"
)


def looks_of(question: str, wanted: Sequence[Wanted]) -> Looks | None:
    """What an answer must look like; None where its kind cannot be told by looks."""
    text = folded(question)
    for kind in _KINDS:
        if kind.asked.search(text):
            looks = kind.looks
            return lambda sentence: looks.search(_FORMULA.sub(" ", folded(sentence))) is not None
    if _WHO.search(text):
        known = frozenset(words_of(question))
        return lambda sentence: _names(sentence, known)
    if match := _HOW_MANY.search(text):
        counted = _counted(words_of(text[match.end() :]), wanted)
        return lambda sentence: _counts(sentence, counted)
    if _MEASURE.search(text):
        return _has_number
    return None


def _has_number(sentence: str) -> bool:
    return _NUMBER.search(folded(sentence)) is not None


def _names(sentence: str, known: frozenset[str]) -> bool:
    """Whether it names somebody whom the question does not name."""
    if _GROUP.search(sentence):
        return True
    names = (words_of(match.group()) for match in _SOMEBODY.finditer(sentence))
    return any(not known.issuperset(words) for words in names)


def _counted(words: Sequence[str], wanted: Sequence[Wanted]) -> Wanted | None:
    """The term of what is counted: the first content word behind "how many".

    None where no noun is there, as in "how many can I bring".
    """
    if words[:1] and (words[0] in _VERBS or words[0].startswith("percent")):
        return None
    noun = next((key(word) for word in words if word not in STOP_WORDS), None)
    return next((term for term in wanted if noun in term.variants[0][0]), None)


def _counts(sentence: str, counted: Wanted | None) -> bool:
    """Whether a number stands near what is counted; anywhere where that has no name.

    What the first row of a table names is counted by a number in any row.
    """
    if counted is None:
        return _has_number(sentence)
    places = strength(counted.variants, Field.of(sentence)).places
    words = words_of(sentence)
    if sentence.startswith("|"):
        return bool(places) and any(word[0].isdigit() for word in words)
    return any(
        _has_number(" ".join(words[max(0, place - NEAR) : place + NEAR + 1])) for place in places
    )
