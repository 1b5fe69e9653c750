"""The deck: every question of the handbook as a card, and a choice of answers for each.

The wrong answers are right ones of other questions, about topics nearby, so that they read alike.
What they are about is blanked out of all of them: an answer that names its topic gives itself away.
"""

import hashlib
import math
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.handbook import Pair, Topic
from bot.domain.same_question import aspect_of
from bot.domain.stop_words import STOP_WORDS
from bot.domain.terms import terms_of
from bot.domain.words import words_of

NUM_OPTIONS = 4
NUM_CANDIDATES = 12
"""From how many near ones the wrong answers are drawn."""
TOO_ALIKE = 0.2
"""The share of words from which on two answers may both be right."""
BLANK = "▁▁▁"
_YES_NO = re.compile(r"^(Yes|No), ")
_TOKEN = re.compile(r"[^\W_]+")
_BLANKS = re.compile(rf"{BLANK}(?:[ -]{BLANK})+")
_MARKS = re.compile(r"[$`\\\n.,:;]")
_BEGINNING = 3
_KIN, _FORM = 1.5, 0.5
"""How much nearer an answer to the same kind of question is, and to one that begins alike."""


@dataclass(frozen=True, slots=True)
class Card:
    """A question with its answer. The id stays while the question's words do."""

    id: str
    topic: str
    title: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Quiz:
    """A card with a choice of answers, of which `right` is the index of the right one."""

    card: Card
    options: tuple[str, ...]
    right: int

    @property
    def checksum(self) -> str:
        """Four characters that change when the options or their order do."""
        return _digest("\n".join((*self.options, str(self.right))), 4)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A card, and what its answer is compared by: what it asks, and what it says of its topic."""

    card: Card
    aspect: str
    terms: frozenset[str]


class Deck:
    """All cards of a handbook."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._topics = {topic.slug: topic for topic in topics}
        self._entries = {
            entry.card.id: entry
            for topic in self._topics.values()
            for entry in (_entry(topic, pair) for pair in topic.pairs)
        }
        self._names = {slug: _pattern(topic) for slug, topic in self._topics.items()}
        self._speaking: dict[str, frozenset[str]] = {}

    def card(self, card_id: str) -> Card | None:
        """The card of an id."""
        entry = self._entries.get(card_id)
        return entry.card if entry is not None else None

    def cards(self, topics: Sequence[str] = ()) -> tuple[Card, ...]:
        """The cards of some topics in the handbook's order, or all."""
        entries = self._entries.values()
        return tuple(e.card for e in entries if not topics or e.card.topic in topics)

    def quiz(self, card: Card, seed: int) -> Quiz:
        """A choice of answers; the same seed gives the same choice in the same order."""
        entry, rng = self._entries[card.id], random.Random(f"{seed}:{card.id}")
        candidates = self._candidates(entry)
        first, rest = candidates[:NUM_CANDIDATES], candidates[NUM_CANDIDATES:]
        rng.shuffle(first)
        chosen: list[_Entry] = []
        for candidate in first + rest:
            topics = {each.card.topic for each in chosen}
            is_new = not any(_overlap(candidate, each) >= TOO_ALIKE for each in chosen)
            if is_new and candidate.card.topic not in topics:
                chosen.append(candidate)
            if len(chosen) == NUM_OPTIONS - 1:
                break
        options = [entry, *chosen]
        rng.shuffle(options)
        texts = tuple(self._blanked(each.card, card) for each in options)
        return Quiz(card, texts, options.index(entry))

    def _candidates(self, asked: _Entry) -> list[_Entry]:
        """Answers that are wrong here: of near topics, the most plausible first, then others."""
        steps = self._steps(self._topics[asked.card.topic])
        speaking = self._speaking_of(asked.card.topic)
        said = f"{asked.card.question} {asked.card.answer}"
        named = {slug for slug in steps if self._names[slug].search(said)}
        rated = [
            (steps[other.card.topic] + _distance(asked, other), other.card.id, other)
            for other in self._entries.values()
            if other.card.topic in steps
            and other.card.topic not in named
            and other.card.id not in speaking
        ]
        near = [other for _, _, other in sorted(rated)[: 5 * NUM_CANDIDATES]]
        return [other for other in near if _overlap(asked, other) < TOO_ALIKE]

    def _speaking_of(self, slug: str) -> frozenset[str]:
        """The cards whose answers name a topic, and so may be right of it."""
        if slug not in self._speaking:
            name = self._names[slug]
            self._speaking[slug] = frozenset(
                each.card.id for each in self._entries.values() if name.search(each.card.answer)
            )
        return self._speaking[slug]

    def _steps(self, topic: Topic) -> dict[str, float]:
        """Other topics by how far they are: named by one of the two, of the same area, or not.

        One whose name holds this one's is left out: self-attention is attention, too.
        """
        steps: dict[str, float] = {}
        for other in self._topics.values():
            if other is topic or _is_kind_of(topic, other) or _is_kind_of(other, topic):
                continue
            is_named = other.slug in topic.see_also or topic.slug in other.see_also
            steps[other.slug] = 0.0 if is_named else 0.5 if other.area == topic.area else 3.0
        return steps

    def _blanked(self, card: Card, asked: Card) -> str:
        """An answer as an option, without what it is about."""
        text = _YES_NO.sub("", card.answer)
        subject = _subject(card.question, text)
        for pattern in (self._names[card.topic], self._names[asked.topic], subject):
            if pattern is not None:
                text = pattern.sub(BLANK, text)
        text = _BLANKS.sub(BLANK, text)
        return text[:1].upper() + text[1:]


def _entry(topic: Topic, pair: Pair) -> _Entry:
    digest = _digest(f"{topic.slug}\n{pair.question}", 8)
    card = Card(digest, topic.slug, topic.title, pair.question, pair.answer)
    said = _pattern(topic).sub("", pair.answer)
    return _Entry(card, aspect_of(pair.question), frozenset(terms_of(said)))


def _distance(asked: _Entry, other: _Entry) -> float:
    """How implausible an answer is by its length, and by the kind of question it answers."""
    is_like = _form(asked.card.question) == _form(other.card.question)
    length = abs(math.log(len(other.card.answer) / len(asked.card.answer)))
    return length + (0 if other.aspect == asked.aspect else _KIN) + (0 if is_like else _FORM)


def _form(question: str) -> list[str]:
    """How a question begins, such as "what is"."""
    return words_of(question)[:2]


def _pattern(topic: Topic) -> re.Pattern[str]:
    names = sorted((topic.title, *topic.aliases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?:e?s)?(?!\w)", re.IGNORECASE)


def _is_kind_of(one: Topic, other: Topic) -> bool:
    """Whether a topic's title is held by the other's, such as attention by self-attention."""
    return set(words_of(one.title)) <= set(words_of(other.title))


def _overlap(one: _Entry, other: _Entry) -> float:
    return len(one.terms & other.terms) / max(len(one.terms | other.terms), 1)


def _subject(question: str, answer: str) -> re.Pattern[str] | None:
    """What an answer repeats of its own question: the longest run of words of both."""
    asked = [match[0].lower() for match in _TOKEN.finditer(question)]
    said = list(_TOKEN.finditer(answer))
    best, most = "", 0
    for start in range(len(said)):
        for end in range(start + 1, len(said) + 1):
            run = [match[0].lower() for match in said[start:end]]
            if not any(asked[at : at + len(run)] == run for at in range(len(asked))):
                break
            text = answer[said[start].start() : said[end - 1].end()]
            heavy = sum(word not in STOP_WORDS for word in run)
            is_whole = not STOP_WORDS.intersection((run[0], run[-1])) and not _MARKS.search(text)
            # One word alone is what the answer is about only where it begins with it.
            if heavy > most and is_whole and (heavy > 1 or start < _BEGINNING):
                best, most = text, heavy
    if not best:
        return None
    return re.compile(rf"(?<!\w){re.escape(best)}(?!\w)", re.IGNORECASE)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
