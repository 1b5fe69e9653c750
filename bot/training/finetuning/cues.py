"""Cues: the words by which a passage may be asked for, and what else people call them."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of
from bot.retrieval.thesaurus import Thesaurus
from bot.training.finetuning.material import Example

IN_TEXT, IN_HEADING, IN_TITLE = 1.0, 0.9, 0.5
PARTLY = 0.5
"""What one word of another name counts, where that has several."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or name that stands in a passage, its `others` with how sure each is, up to 1.

    `nearness` is how much it belongs to this passage rather than to all of its document.
    """

    words: str
    others: tuple[tuple[str, float], ...]
    keys: frozenset[str]
    nearness: float


def cues_of(example: Example, thesaurus: Thesaurus) -> tuple[Cue, ...]:
    """The cues of a passage in reading order: of the title, of the heading, of the text."""
    first, _, text = example.passage.partition("\n")
    title = first.removesuffix(example.heading).rstrip(" —")
    places = ((title, IN_TITLE), (example.heading, IN_HEADING), (text, IN_TEXT))
    return tuple(cue for part, near in places for cue in _cues(part, near, thesaurus))


def keys_of(words: Iterable[str]) -> frozenset[str]:
    """Of the words that tell something."""
    return frozenset(key(word) for word in words if word not in STOP_WORDS)


def _cues(text: str, nearness: float, thesaurus: Thesaurus) -> Iterator[Cue]:
    words, start = words_of(text), 0
    while start < len(words):
        length, variants = thesaurus.name_at(words, start)
        name = words[start : start + max(length, 1)]
        start += len(name)
        if keys := keys_of(name):
            said = " ".join(name)
            others = {" ".join(each.words): each.weight for each in variants}
            # "31 may" is no name with a number, and nobody writes "may31".
            told = {o: w for o, w in others.items() if o != said and o != said.replace(" ", "")}
            yield Cue(said, tuple(told.items()), keys, nearness)


class Pointing:
    """Which of many passages words point to; what few passages hold points best."""

    def __init__(self, passages: Sequence[Sequence[Cue]]) -> None:
        self._num = len(passages)
        self._holders: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for number, cues in enumerate(passages):
            for cue in cues:
                self._hold(number, cue.keys, cue.nearness)
                for other, sureness in cue.others:
                    keys = keys_of(other.split())
                    share = 1.0 if len(keys) == 1 else PARTLY
                    self._hold(number, keys, cue.nearness * sureness * share)
        frequencies = Counter(k for cues in passages for k in {k for cue in cues for k in cue.keys})
        self._rarity = {k: math.log(1 + self._num / n) for k, n in frequencies.items()}

    def rarity(self, cue: Cue) -> float:
        """How much a cue tells: of all its words, and more than one of them only somewhat more."""
        return sum(self._rarity[each] for each in sorted(cue.keys)) / math.sqrt(len(cue.keys))

    def lead(self, number: int, keys: Iterable[str]) -> float:
        """How far a passage is behind the one that these words point to; 0 if it is that one.

        Sets have another order in every process and sums of floats depend on it: a tie must not.
        """
        scores: defaultdict[int, float] = defaultdict(float)
        for each in sorted(keys):
            holders = self._holders.get(each, {})
            weight = math.log(1 + self._num / max(len(holders), 1))
            for holder, surely in holders.items():
                scores[holder] += weight * surely
        return scores.get(number, 0.0) - max(scores.values(), default=0.0)

    def _hold(self, number: int, keys: Iterable[str], surely: float) -> None:
        for each in keys:
            holders = self._holders[each]
            holders[number] = max(holders.get(number, 0.0), surely)
