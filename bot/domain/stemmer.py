"""The stem of an English word, by Porter's rules (1980), as the full-text index takes it.

"normalised" and "normalizing" share no stem there, so spellings are made alike before: `key`.
"""

import re
from functools import lru_cache

KNOWN_WORDS = 50_000
"""Words whose keys are remembered: every passage that is looked at consists of the same ones."""

VOWELS = "aeiou"
MIN_LENGTH, MAX_LENGTH = 3, 64
"""Words outside these lengths stay as they are."""

_RUN = re.compile("v+c+")
# Each table: endings, longest first, and what takes their place.
_SECOND = (
    ("ational", "ate"), ("ization", "ize"), ("fulness", "ful"), ("iveness", "ive"),
    ("ousness", "ous"), ("biliti", "ble"), ("tional", "tion"), ("alism", "al"),
    ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("iviti", "ive"), ("ousli", "ous"),
    ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"), ("izer", "ize"),
    ("logi", "log"), ("bli", "ble"), ("eli", "e"),
)  # fmt: skip
_THIRD = (
    ("alize", "al"), ("ative", ""), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
    ("ness", ""), ("ful", ""),
)  # fmt: skip
_FOURTH = (
    "ement", "ance", "able", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti",
    "ive", "ize", "ous", "al", "er", "ic", "ou",
)  # fmt: skip

_SPELLINGS = (
    (re.compile(r"is(e|ed|er|ers|es|ing|able|ation|ations)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|er|ers|es|ing)$"), r"yz\1"),
    (re.compile(r"(?<=...)our(s|ed|ing|al|able|hood|hoods|ite)?$"), r"or\1"),
    (re.compile(r"(?<=..[nt])re(s|d)?$"), r"er\1"),
    (re.compile(r"ogue(s)?$"), r"og\1"),
)


@lru_cache(KNOWN_WORDS)
def key(word: str) -> str:
    """What all spellings and forms of a word have in common; the word is in lower case."""
    return stem(american(word))


def american(word: str) -> str:
    """One spelling for both sides of the Atlantic. Also changes words that differ on neither
    ("noise"), which does no harm as long as it is done to both words that are compared.
    """
    if len(word) > 4:
        for ending, other in _SPELLINGS:
            word, changed = ending.subn(other, word)
            if changed:
                break
    return word


@lru_cache(KNOWN_WORDS)
def spellings(word: str) -> tuple[str, ...]:
    """The word and how it may be written elsewhere; not all of them need to be words."""
    british = re.sub(r"iz(?=(e|ed|er|ers|es|ing|able|ation|ations)$)", "is", word)
    british = re.sub(r"yz(?=(e|ed|er|ers|es|ing)$)", "ys", british)
    british = re.sub(r"(?<=...)(?<=[iolb])or(?=(s|ed|ing|al|hood)?$)", "our", british)
    return tuple(dict.fromkeys((word, american(word), british)))


@lru_cache(KNOWN_WORDS)
def stem(word: str) -> str:
    """Porter's stem."""
    if not MIN_LENGTH <= len(word) <= MAX_LENGTH:
        return word
    word = _first(word)
    word = _replaced(word, _SECOND)
    word = _replaced(word, _THIRD)
    for ending in _FOURTH:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            if _measure(rest) > 1 and (ending != "ion" or rest[-1] in "st"):
                word = rest
            break
    if word.endswith("e"):
        rest = word[:-1]
        num = _measure(rest)
        if num > 1 or (num == 1 and not _ends_short(rest)):
            word = rest
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word


def _first(word: str) -> str:
    """Plurals, past and present participles, a final y."""
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if _measure(word[:-3]) > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                rest = word[: -len(ending)]
                if "v" in _shape(rest):
                    word = _mended(rest)
                break
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    return word


def _mended(rest: str) -> str:
    """What is left of a participle, as a word."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if len(rest) > 1 and rest[-1] == rest[-2] and _shape(rest)[-1] == "c" and rest[-1] not in "lsz":
        return rest[:-1]
    return rest + "e" if _measure(rest) == 1 and _ends_short(rest) else rest


def _replaced(word: str, table: tuple[tuple[str, str], ...]) -> str:
    for ending, other in table:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            return rest + other if _measure(rest) > 0 else word
    return word


def _shape(word: str) -> str:
    """v for each vowel, c for each other letter; y is a vowel behind a consonant."""
    shape = ""
    for letter in word:
        is_vowel = letter in VOWELS or (letter == "y" and shape.endswith("c"))
        shape += "v" if is_vowel else "c"
    return shape


def _measure(word: str) -> int:
    """How often a consonant follows a vowel."""
    return len(_RUN.findall(_shape(word)))


def _ends_short(word: str) -> bool:
    """Consonant, vowel, consonant, the last being none of w, x, y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"
