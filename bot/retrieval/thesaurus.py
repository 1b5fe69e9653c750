"""Other names for what a question asks about."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of
from bot.retrieval import course_words, plain_words
from bot.retrieval.irregular import FORMS
from bot.retrieval.synonyms import GROUPS, NUMBERED
from bot.retrieval.weak_words import WEAK_WORDS

ALIAS_WEIGHT = 0.7
"""A topic's further names are less exact than an acronym: "patience" for early stopping."""
CONTAINED_WEIGHT = 0.9
GENERIC_ALIAS_WEIGHT = 0.35
"""Of one plain word: what is asked about a neuron is seldom found by "unit"."""
MOST_NUMBERED = 3
"""Words of a name with its number: "problem set 2"."""
CLOSE_WEIGHT, NEAR_WEIGHT = 0.75, 0.5

BESIDE_NUMBER_WEIGHT = 0.6
"""Of what a short name before a number stands for: "temp 0" is on the temperature."""

_LETTERS_DIGITS = re.compile(r"([^\W\d]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Variant:
    """A word or phrase that may stand for a term; `weight` is how sure that is, up to 1."""

    words: tuple[str, ...]
    weight: float


class Thesaurus:
    """Names by the keys of their words."""

    def __init__(self, aliases: Iterable[Sequence[str]] = ()) -> None:
        """`aliases` holds for each topic its title and then its further names."""
        self._names: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
        for group in GROUPS + FORMS:
            names = [tuple(words_of(name)) for name in group]
            for one in names:
                for other in names:
                    self._connect(one, other, 1.0)
        for title, *others in aliases:
            main = tuple(words_of(title))
            self._connect(main, main, 1.0)
            for name in others:
                words = tuple(words_of(name))
                self._connect(words, words, 1.0)
                if set(main) < set(words):
                    # "dropout rate" holds "dropout": it is found by that, and says more.
                    self._connect(words, main, CONTAINED_WEIGHT)
                    continue
                self._connect(words, main, ALIAS_WEIGHT)
                is_generic = len(words) == 1 and name.islower()
                self._connect(main, words, GENERIC_ALIAS_WEIGHT if is_generic else ALIAS_WEIGHT)
        for groups, weight in (
            (course_words.CLOSE + plain_words.CLOSE, CLOSE_WEIGHT),
            (course_words.NEAR + plain_words.NEAR, NEAR_WEIGHT),
        ):
            for group in groups:
                phrases = [tuple(words_of(each)) for each in group]
                for one, other in itertools.product(phrases, phrases):
                    self._connect(one, other, 1.0 if one == other else weight)
        self._of_course = {
            tuple(map(key, words_of(each)))
            for group in (*course_words.CLOSE, *NUMBERED)
            for each in group
        }
        self._longest = max(map(len, self._names))
        self.reach = max(self._longest, MOST_NUMBERED)
        """Words that a name may have: what stands further on changes none that begins here."""
        self._numbered = {
            tuple(words_of(name)): [tuple(words_of(other)) for other in group]
            for group in NUMBERED
            for name in group
        }

    def name_at(self, words: Sequence[str], start: int) -> tuple[int, tuple[Variant, ...]]:
        """How many words from `start` on are a name, the longest there is, and its variants.

        The words as they stand come first. A name of no words is none.
        """
        num_numbered, forms = self._numbered_at(words, start)
        some = words[start : start + self._longest]
        keys = tuple(map(key, some))
        for num in range(len(some), num_numbered and num_numbered - 1, -1):
            others = self._names.get(keys[:num])
            if others is not None and not (num == 1 and some[0] in STOP_WORDS):
                weights = {tuple(some[:num]): 1.0}
                if num == num_numbered:
                    weights |= forms
                for name, weight in others.items():
                    weights.setdefault(name, weight)
                return num, tuple(Variant(name, weight) for name, weight in weights.items())
        return num_numbered, tuple(Variant(form, weight) for form, weight in forms.items())

    def is_of_course(self, words: Sequence[str]) -> bool:
        """Whether they are about a course, its rules or its machines."""
        keys = tuple(map(key, words))
        return keys in self._of_course or bool(
            _numbered_name(words, 0)[2] and keys[:1] in self._of_course
        )

    def knows(self, word: str) -> bool:
        """Whether a word is one that people use, whatever the notes hold."""
        return (key(word),) in self._names or word in STOP_WORDS or word in WEAK_WORDS

    def _connect(self, one: tuple[str, ...], other: tuple[str, ...], weight: float) -> None:
        names = self._names.setdefault(tuple(map(key, one)), {})
        names[other] = max(weight, names.get(other, 0.0))

    def _numbered_at(
        self, words: Sequence[str], start: int
    ) -> tuple[int, dict[tuple[str, ...], float]]:
        """ "hw2", "hw 2" and "homework 2" are one thing; so are "gpt2" and "gpt 2"."""
        name, number, num = _numbered_name(words, start)
        if not num:
            return 0, {}
        forms = [tuple(words[start : start + num])]
        for other in self._numbered.get(name, [name]):
            forms.append((*other, number))
            if len(other) == 1:
                forms.append((other[0] + number,))
        weights = dict.fromkeys(forms, 1.0)
        if num > 1 and name not in self._numbered:
            others = self._names.get(tuple(map(key, name)), {})
            for other, weight in others.items():
                if weight == 1.0 and len("".join(other)) > len("".join(name)):
                    weights.setdefault(other, BESIDE_NUMBER_WEIGHT)
        return num, weights


def _numbered_name(words: Sequence[str], start: int) -> tuple[tuple[str, ...], str, int]:
    """A name, its number, and how many words both take; 0 where there is no such thing."""
    joined = _LETTERS_DIGITS.fullmatch(words[start])
    if joined:
        return (joined[1],), joined[2], 1
    for num in (2, 1):
        name, rest = tuple(words[start : start + num]), words[start + num : start + num + 1]
        is_name = all(word.isalpha() and word not in STOP_WORDS for word in name)
        if is_name and rest and rest[0].isdecimal() and (num == 1 or name == ("problem", "set")):
            return name, rest[0], num + 1
    return (), "", 0
