"""What a person's own sentence looks like to different models: pure computations for `/learn`."""

import itertools
import math
from collections import Counter
from collections.abc import Sequence

from bot.domain.charts import Bars, HeatMap, Series, Sheet
from bot.domain.words import words_of

MAX_WORDS = 10
"""More of a sentence would not be legible on a phone."""
MAX_LABEL = 14
KEPT = 0.7
"""How much of the state each step of the invented RNN keeps."""
OTHERS = ("The dog bites the man.", "The model reads the sentence.")
"""Texts to compare with, whatever the sentence is."""
_UNUSED = ("cat", "dog", "model")
Values = tuple[tuple[float | None, ...], ...]


def spoken_words(sentence: str) -> tuple[str, ...]:
    """The first words of a sentence as they stand there."""
    return tuple(_short(word) for word in sentence.split())[:MAX_WORDS]


def causal_mask(sentence: str) -> Sheet:
    """Which word may look at which, and the weights if all scores were equal."""
    return Sheet("Causal mask", (_mask(spoken_words(sentence)),))


def bag_of_words(sentence: str) -> Sheet:
    """The counts of a sentence's words, and of some that it does not have."""
    return Sheet("Bag of words", (_counts(sentence),))


def three_ways(sentence: str) -> Sheet:
    """The same sentence as counts, as the memory of an RNN, and as a transformer sees it."""
    words = spoken_words(sentence)
    return Sheet(
        "Three ways to read a sentence",
        (_counts(sentence), _fading(words), _everyone(words)),
    )


def fading(sentence: str) -> Sheet:
    """How much of each word is left in an RNN's state behind every step."""
    return Sheet("The memory of an RNN", (_fading(spoken_words(sentence)),))


def tf_idf(sentence: str) -> Sheet:
    """The words of a sentence by their counts, and weighted by how rare they are in three texts."""
    texts = [words_of(text) for text in (sentence, *OTHERS)]
    counts = _first(Counter(texts[0]))
    weights = tuple(
        round(count * math.log(len(texts) / sum(word in text for text in texts)), 2)
        for word, count in counts.items()
    )
    chart = Bars(
        "Words by weight",
        tuple(map(_short, counts)),
        (
            Series("count", tuple(map(float, counts.values()))),
            Series("TF-IDF", weights),
        ),
    )
    return Sheet("TF-IDF", (chart,))


def bigrams(sentence: str) -> Sheet:
    """How often each word of a sentence follows each, as shares of a row."""
    words = words_of(sentence)[: 2 * MAX_WORDS]
    kept = list(_first(Counter(words)))
    pairs = Counter(itertools.pairwise(words))
    rows: list[tuple[float | None, ...]] = []
    for word in kept:
        total = sum(pairs[word, other] for other in kept)
        rows.append(tuple(pairs[word, other] / total if total else None for other in kept))
    labels = tuple(map(_short, kept))
    chart = HeatMap(
        "What follows each word",
        labels,
        labels,
        tuple(rows),
        "word",
        "next word",
        "share",
    )
    return Sheet("Bigram model", (chart,))


def one_hot(sentence: str) -> Sheet:
    """Each different word of a sentence as a vector with a single 1."""
    words = tuple(map(_short, _first(Counter(words_of(sentence)))))
    values: Values = tuple(tuple(float(row == column) for column in words) for row in words)
    chart = HeatMap(
        "A place for each word",
        words,
        words,
        values,
        "word",
        "entry of its vector",
        "value",
    )
    return Sheet("One-hot vectors", (chart,))


def _counts(sentence: str) -> Bars:
    counts = dict(_first(Counter(words_of(sentence))))
    counts |= {word: 0 for word in _UNUSED if word not in counts}
    words = sorted(counts)
    values = tuple(float(counts[word]) for word in words)
    return Bars(
        "Bag of words: counts",
        tuple(map(_short, words)),
        (Series("count", values),),
        "count",
    )


def _mask(words: Sequence[str]) -> HeatMap:
    values: Values = tuple(
        tuple(round(1 / (row + 1), 3) if column <= row else None for column in range(len(words)))
        for row in range(len(words))
    )
    return HeatMap(
        "Who may look at whom",
        tuple(words),
        tuple(words),
        values,
        "word that looks",
        "word that is looked at",
        "weight at equal scores",
    )


def _fading(words: Sequence[str]) -> HeatMap:
    values: Values = tuple(
        tuple(
            round(KEPT ** (row - column), 3) if column <= row else None
            for column in range(len(words))
        )
        for row in range(len(words))
    )
    return HeatMap(
        "RNN: what is left",
        tuple(words),
        tuple(words),
        values,
        "after reading",
        "word",
        "share that is left",
    )


def _everyone(words: Sequence[str]) -> HeatMap:
    share = round(1 / max(len(words), 1), 3)
    values: Values = tuple(tuple(share for _ in words) for _ in words)
    return HeatMap(
        "Transformer: all in one step",
        tuple(words),
        tuple(words),
        values,
        "word that looks",
        "word that is looked at",
        "weight at equal scores",
    )


def _first(counts: "Counter[str]") -> dict[str, int]:
    """The first different words, so many as a picture holds."""
    return dict(list(counts.items())[:MAX_WORDS])


def _short(word: str) -> str:
    return word if len(word) <= MAX_LABEL else f"{word[: MAX_LABEL - 1]}…"
