"""The terms of a text: its content words, folded so that forms of one word are the same."""

from bot.domain.words import words_of

STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being between "
    "both but by can cannot could did do does doing done down during each either else ever every "
    "few for from further get gets give gives got had has have having he her here him his how i "
    "if in into is it its itself just know like ll made make makes many may me might more most "
    "much must my need needs no nor not now of off on once one only onto or other our out over "
    "own per please s same shall she should so some such t tell than thanks that the their them "
    "then there these they this those through to too two under until up upon us use used uses "
    "using ve very via want was way we well were what when where whether which while who whom "
    "whose why will with within without would yes yet you your".split()
)
_ENDINGS = (
    ("izations", "iz"),
    ("ization", "iz"),
    ("izing", "iz"),
    ("izers", "iz"),
    ("izer", "iz"),
    ("ized", "iz"),
    ("izes", "iz"),
    ("ize", "iz"),
    ("ations", "at"),
    ("ation", "at"),
    ("ating", "at"),
    ("ated", "at"),
    ("ates", "at"),
    ("ate", "at"),
    ("ions", ""),
    ("ion", ""),
    ("ings", ""),
    ("ing", ""),
    ("ers", ""),
    ("er", ""),
    ("ed", ""),
    ("ies", "i"),
    ("es", ""),
    ("ly", ""),
    ("e", ""),
    ("y", "i"),
)
_BRITISH = (
    ("isation", "ization"),
    ("ising", "izing"),
    ("iser", "izer"),
    ("ised", "ized"),
    ("ises", "izes"),
    ("yse", "yze"),
    ("our", "or"),
    ("ise", "ize"),
)
_NO_PLURAL = ("ss", "us", "is", "as")
_SHORTEST_STEM = 4


def terms_of(text: str) -> tuple[str, ...]:
    """The stems of the content words, in order of their first use."""
    return tuple(dict.fromkeys(stem(word) for word in words_of(text) if word not in STOP_WORDS))


def stem(word: str) -> str:
    """A folded word without the ending that its form gives it, in American spelling.

    Light on purpose: it only has to map forms of one word to one name, not to a word.
    """
    if not word.isalpha() or (word.endswith(_NO_PLURAL) and len(word) <= _SHORTEST_STEM):
        return word
    if len(word) <= _SHORTEST_STEM:
        return word.removesuffix("s")
    for british, american in _BRITISH:
        if word.endswith((british, f"{british}s")):
            place = word.rindex(british)
            word = word[:place] + american + word[place + len(british) :]
            break
    if word.endswith("s") and not word.endswith((*_NO_PLURAL, "es")):
        word = word[:-1]
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(rest) >= _SHORTEST_STEM:
            return _undoubled(word.removesuffix(ending) + rest)
    return word


def _undoubled(word: str) -> str:
    """`dropp` as `drop`; ll and ss often belong to the word itself."""
    is_double = word[-1:] == word[-2:-1] and word[-1:] not in "aeiouls"
    return word[:-1] if is_double else word
