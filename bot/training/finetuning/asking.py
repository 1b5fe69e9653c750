"""How people may ask for a passage that nobody has asked for yet.

Somebody who asks shares words with the passage that answers, seldom many, and uses them in small
letters, in another order, with other names and typing mistakes. So a question is made of a few
of the passage's words, the rarer ones more often, and of words that say little. Every time it is
another one, so that what is learned is which words lead to which passage. A question that would
lead to another passage teaches nothing, so that a few are tried.
"""

import random
from collections.abc import Iterable, Sequence

from bot.retrieval.thesaurus import Thesaurus
from bot.training.finetuning.cues import Cue, Pointing, cues_of, keys_of
from bot.training.finetuning.frames import framed, frames_for
from bot.training.finetuning.material import Example
from bot.training.wording import carelessly

NUM_CUES = (1, 2, 2, 3, 3, 3, 4, 4, 5, 6)
"""How many words of a passage a question has; each number is as likely as it stands here."""
MOST_TRIED = 4
SHARE_OF_OTHER_NAMES, SHARE_OF_OTHER_ENDINGS = 0.5, 0.2
SHARE_IN_ORDER = 0.5
RARITY_POWER = 1.5
"""How much rarer words are preferred."""


class Asking:
    """Words questions; `examples` are all that are learned, by whose words rarity is counted."""

    def __init__(self, examples: Iterable[Example]) -> None:
        thesaurus = Thesaurus()
        derived = list(dict.fromkeys(example for example in examples if not example.questions))
        self._numbers = {example: number for number, example in enumerate(derived)}
        self._cues = [cues_of(example, thesaurus) for example in derived]
        self._pointing = Pointing(self._cues)
        self._weights = [
            [cue.nearness * self._pointing.rarity(cue) ** RARITY_POWER for cue in cues]
            for cues in self._cues
        ]
        self._frames = [frames_for(example.answer) for example in derived]

    def question(self, example: Example, chance: random.Random, *, as_asked: bool = False) -> str:
        """A question for an example; as it was asked, or one of the many it could have been."""
        if example.questions:
            chosen = chance.choice(example.questions)
            return chosen if as_asked else carelessly(chosen, chance)
        number = self._numbers[example]
        best, best_lead = [example.heading], float("-inf")
        for _ in range(MOST_TRIED):
            words = self._words(number, chance)
            lead = self._pointing.lead(number, keys_of(w for each in words for w in each.split()))
            if lead > best_lead:
                best, best_lead = words, lead
            if lead >= 0:
                break
        return carelessly(framed(best, self._frames[number], chance), chance)

    def _words(self, number: int, chance: random.Random) -> list[str]:
        cues = self._cues[number]
        chosen = _drawn(cues, self._weights[number], chance.choice(NUM_CUES), chance)
        if chance.random() < SHARE_IN_ORDER:
            chosen.sort()
        return [_varied(cues[place], chance) for place in chosen]


def _varied(cue: Cue, chance: random.Random) -> str:
    """The words, another name for them, or their singular or plural."""
    if cue.others and chance.random() < SHARE_OF_OTHER_NAMES:
        names = [name for name, _ in cue.others]
        return chance.choices(names, [sureness**2 for _, sureness in cue.others])[0]
    words = cue.words
    if chance.random() < SHARE_OF_OTHER_ENDINGS and words.isalpha() and len(words) > 3:
        return words[:-1] if words.endswith("s") else f"{words}s"
    return words


def _drawn(
    cues: Sequence[Cue], weights: Sequence[float], number: int, chance: random.Random
) -> list[int]:
    """Places of `number` cues of different words, by weight (Efraimidis and Spirakis 2006)."""
    keyed = [(chance.random() ** (1 / weight), place) for place, weight in enumerate(weights)]
    chosen: list[int] = []
    seen: set[str] = set()
    for _, place in sorted(keyed, reverse=True):
        if len(chosen) < number and not cues[place].keys & seen:
            chosen.append(place)
            seen |= cues[place].keys
    return chosen
