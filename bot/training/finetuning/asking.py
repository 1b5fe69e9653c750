"""How people may ask for a passage that nobody has asked for yet.

Somebody who asks shares words with the passage that answers, seldom many, and uses them in small
letters, in another order, with other names and typing mistakes. So a question is made of a few
of the passage's words, the rarer ones more often, or of a stretch of it. Every time it is
another one, so that what is learned is which words lead to which passage.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.words import words_of
from bot.retrieval.thesaurus import Thesaurus
from bot.training.finetuning.material import Example
from bot.training.wording import carelessly

FRAMES = (
    "what is {}?",
    "What is {}?",
    "what's {}",
    "what are {}",
    "when is {}?",
    "when {}",
    "where is {}?",
    "where {}",
    "who is {}?",
    "who {}",
    "how {}",
    "how do I {}?",
    "how many {}?",
    "how much {}",
    "how long {}",
    "which {}?",
    "why {}?",
    "can I {}?",
    "can we {}",
    "do I need {}?",
    "do we have {}",
    "does {}",
    "is {}?",
    "are {}",
    "is there {}?",
    "what about {}?",
    "what if {}",
    "what happens if {}?",
    "what do I do about {}",
    "should I {}?",
    "tell me about {}",
    "i don't get {}",
    "{}?",
    "{}",
)
JOINTS = (" ", " ", " ", " the ", " of ", " for ", " in ", " with ", " a ", " and ", " my ")
SHARE_OF_STRETCHES, SHARE_OF_HEADINGS = 0.3, 0.08
SHARE_OF_OTHER_NAMES, SHARE_OF_OTHER_ENDINGS = 0.15, 0.2
MAX_CLUES = 5
_WORD = re.compile(r"[\w'’.:-]+")


class Asking:
    """Words questions; `examples` are all that are learned, by whose words rarity is counted."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._counts = Counter(clue for example in examples for clue in example.clues)
        self._thesaurus = Thesaurus()

    def question(self, example: Example, chance: random.Random, *, as_asked: bool = False) -> str:
        """A question for an example; as it was asked, or one of the many it could have been."""
        if example.questions:
            chosen = chance.choice(example.questions)
            return chosen if as_asked else carelessly(chosen, chance)
        draw = chance.random()
        if draw < SHARE_OF_HEADINGS and example.heading:
            words = example.heading
        elif draw < SHARE_OF_HEADINGS + SHARE_OF_STRETCHES:
            words = _stretch(example.answer, chance)
        else:
            words = self._of_clues(example, chance)
        return carelessly(chance.choice(FRAMES).format(words or example.heading), chance)

    def _of_clues(self, example: Example, chance: random.Random) -> str:
        clues = example.clues
        in_heading = set(words_of(example.heading))
        weights = [(1 + 0.5 * (clue in in_heading)) / self._counts[clue] ** 0.5 for clue in clues]
        chosen = _drawn(range(len(clues)), weights, chance.randint(2, MAX_CLUES), chance)
        if chance.random() < 0.5:
            chosen.sort()
        words = [self._varied(clues[index], chance) for index in chosen]
        joined = words[0]
        for word in words[1:]:
            joined += chance.choice(JOINTS) + word
        return joined

    def _varied(self, word: str, chance: random.Random) -> str:
        """The word, another name for it, or its singular or plural."""
        if chance.random() < SHARE_OF_OTHER_NAMES:
            _, variants = self._thesaurus.name_at([word], 0)
            if variants:
                return " ".join(chance.choice(variants).words)
        if chance.random() < SHARE_OF_OTHER_ENDINGS and word.isalpha() and len(word) > 3:
            return word[:-1] if word.endswith("s") else f"{word}s"
        return word


def _stretch(text: str, chance: random.Random) -> str:
    words = _WORD.findall(text)
    length = min(chance.randint(3, 8), len(words))
    start = chance.randrange(len(words) - length + 1)
    return " ".join(words[start : start + length]).strip(".:-")


def _drawn(
    items: Sequence[int], weights: Sequence[float], number: int, chance: random.Random
) -> list[int]:
    """`number` of the items without repetition, by weight (Efraimidis and Spirakis 2006)."""
    keyed = [
        (chance.random() ** (1 / weight), item) for item, weight in zip(items, weights, strict=True)
    ]
    return [item for _, item in sorted(keyed, reverse=True)[:number]]
