"""Whether two questions ask for the same, so that one answer does for both.

An endorsed answer is given before anything else is tried, so a wrong match is worse than a missed
one: what is missed is still found as a passage. Both questions must hold all that the other one
asks about, and ask for the same of it: when, where, why, how many. The rules are English.
"""

import re
from collections.abc import Sequence

from bot.domain.passage import Found, Hit, Origin
from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.wanted import Field, Wanted, held_by, share_of, strength
from bot.domain.words import folded, words_of

ENOUGH_SAID = 0.9
"""The share of the new question that the old one must hold, or its answer."""
ENOUGH_ASKED = 0.65
"""The share of it that must stand in the old question itself."""
SURELY = 0.9
"""From how surely a term counts as said: an acronym is, what is merely related is not."""

_WHAT = "what"
_FIRST = r"^(?!.*\b(what|which|how|why)\b.*\b{0}\b).*\b{0}\b"
"""As the question's own word, not as in "what happens when …"."""
_ASPECTS: tuple[tuple[str, str], ...] = (
    ("when", _FIRST.replace("{0}", "whens?")),
    ("when", r"\b(what|which) (day|date|time|week|month)\b|\b(date|day|time) of\b"),
    ("where", _FIRST.replace("{0}", "wheres?")),
    ("where", r"\b(what|which) (room|place|building|hall|link|url)\b|\b(room|place) of\b"),
    ("why", r"\bwhy\b|\bhow come\b|\bwhat( \w+)* for$|\b(purpose|reason|point) (of|for|in)\b"),
    ("who", r"^(\w+ ){0,3}who(m|s|se)?\b"),
    ("number", r"\bhow (many|much)\b|\bnumber of\b"),
    ("degree", r"\bhow (long|often|far|big|large|high|small|late|early|old|fast)\b"),
    ("difference", r"\b(differen\w+|differs?|versus|vs|compared?|better|worse)\b"),
    ("example", r"\b(examples?|instance)\b"),
    ("choice", r"^(\w+ ){0,3}which\b|\bshould (i|we|you) (use|choose|take|pick)\b"),
    (_WHAT, r"\b(explain|describe|define|definition|meaning|means?|works?|idea|tell me)\b"),
    (_WHAT, r"\bwh?ats?\b|\bi dont (get|understand)\b"),
    ("how", r"\bhows?\b"),
    ("must", r"\b(must|need|ha(ve|s) to|required|mandatory|compulsory|obligatory)\b"),
    ("may", r"\b(may|can|could|allowed|permitted|ok|okay|fine)\b"),
    ("whether", r"^(\w+ )?(is|are|was|were|do|does|did|will|would|should|shall|isnt|arent)\b"),
)
_MATCHERS = tuple((name, re.compile(pattern)) for name, pattern in _ASPECTS)
_LIGHT = {
    aspect: frozenset(map(key, words.split()))
    for aspect, words in (
        ("when", "day date time week month place hold held"),
        ("where", "room place building hall link url located hold held"),
        ("number", "number amount"),
        ("why", "purpose reason point"),
        (_WHAT, "meaning definition term concept"),
        ("may", "allowed permitted fine"),
        ("must", "required mandatory compulsory obligatory"),
    )
}
"""Words that only say what is asked of a thing."""
_STOP_KEYS = frozenset(map(key, STOP_WORDS)) | STOP_WORDS
_TURNS = frozenset("without before after until unless except less least only".split())
_DENIAL = re.compile(
    r"\b(not?|never|neither|nor|cannot)\b"
    r"|\b(is|are|was|were|do|does|did|ca|could|should|would|wo|have|has|had|must|need)n['’]?t\b"
)
_CONFUSED = re.compile(r"\bi (do not|don['’]?t) (get|understand|know)\b")
_POINTING = frozenset(
    "it its they them their this that these those he she him her former latter".split()
)
_GOING_ON = re.compile(r"\s*(and|but|also|(what|how) about|or)\b", re.IGNORECASE)


def already_answered(question: str, found: Found) -> Hit | None:
    """The endorsed answer to this very question: the one that fits best, of several the newest."""
    same = [
        hit
        for hit in found.hits
        if hit.passage.origin is Origin.ANSWER
        and is_same(question, found.wanted, hit.passage.heading, hit.passage.text)
    ]
    wanted = set(words_of(question))
    return max(
        same,
        key=lambda hit: (wanted == set(words_of(hit.passage.heading)), hit.passage.id),
        default=None,
    )


def is_same(question: str, wanted: Sequence[Wanted], old: str, answer: str) -> bool:
    """Whether an old question with its answer asks for what the new one wants.

    `wanted` are the new question's terms with other words for them, and those of the questions
    before that it goes on with.
    """
    aspect = aspect_of(question)
    if aspect != aspect_of(old) or _turns(question) != _turns(old):
        return False
    asked, said = Field.of(old), Field.of(answer)
    light = _LIGHT.get(aspect, frozenset())
    heavy = [term for term in wanted if not light.issuperset(term.variants[0][0])]
    if not heavy or not _numbers(question) <= set(asked.places):
        return False
    held: set[str] = set()
    kept: list[Wanted] = []
    for term in heavy:
        sure = [variant for variant in term.variants if variant[1] >= SURELY]
        in_old = strength(sure, asked)
        if in_old.surely >= SURELY:
            kept.append(term)
            held |= in_old.parts
    total = sum(term.weight for term in heavy)
    if sum(term.weight for term in kept) < ENOUGH_ASKED * total:
        return False
    rest = [term for term in heavy if term not in kept]
    spoken = share_of(rest, held_by(said, rest)) * sum(term.weight for term in rest)
    if sum(term.weight for term in kept) + spoken < ENOUGH_SAID * total:
        return False
    return asked.places.keys() - _STOP_KEYS - light <= held


def aspect_of(question: str) -> str:
    """What a question asks of its subject: when, why, how many …; a subject alone, what it is."""
    words = " ".join(words_of(question.replace("'", "").replace("’", "")))
    return next((name for name, matcher in _MATCHERS if matcher.search(words)), _WHAT)


def stands_alone(question: str) -> bool:
    """Whether a question says by itself what it is about, without the one before it."""
    words = words_of(question)
    content = [place for place, word in enumerate(words) if word not in STOP_WORDS]
    if not content:
        return False
    if len(content) <= 2 and _POINTING.intersection(words[: content[0]]):
        return False
    return len(content) > 3 or _GOING_ON.match(question) is None


def _turns(question: str) -> frozenset[str]:
    """The small words that turn a question round."""
    turning = _TURNS.intersection(words_of(question))
    text = _CONFUSED.sub("", folded(question))
    return turning | {"not"} if _DENIAL.search(text) else turning


def _numbers(question: str) -> set[str]:
    return {word for word in words_of(question) if word.isdecimal()}
