"""Whether a question goes on with the one before it."""

import re

from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import folded, words_of
from bot.retrieval.weak_words import WEAK_WORDS

PRONOUNS = frozenset(
    "it its itself they them their theirs this that these those such former latter".split()
)
"""Words that stand for what an earlier question was about."""
REFERRING = PRONOUNS | frozenset(
    "he she him her his hers one ones other others another else both same second third first"
    " there then instead opposite".split()
)
"""Words that point to something, often to what was said before."""
ATTRIBUTES = frozenset(
    "advantage advantages alternative alternatives benefit benefits consequence consequences cost"
    " costs default disadvantage disadvantages downside downsides drawback drawbacks formula"
    " limitation limitations limits price range risk risks size symptom symptoms upside upsides"
    " variant variants".split()
)
"""What anything may have: they do not say of what."""
MAX_OPEN = 4
"""A question with more terms than this says all by itself."""

MAX_BARE = 5
"""Words of a question that may ask without saying of what."""
_COMPLETE = frozenset("the a an is are was were do does did my our".split())
_OPENING = re.compile(r"\W*(and|but|also|so|then|or|plus|(what|how) about|what if|ok|isn.?t)\b")
_DEFINING = re.compile(
    r"\W*(and |but |also |so )?(what|who)('?s| is| are| was) (an? |the )?(?!about)"
)
_OF_THAT = re.compile(r"\b(about|for|from|in|of|on|to|with) (it|that|them|this)\W*$")
_OF_SEVERAL = re.compile(
    r"\b(of|between) the (two|three|four)\b|\bthe two\b|\b(which|what) ones?\b"
)
_DUMMY = re.compile(
    r"\b(is|was|does|do|can|would|will|should) (it|that|this) (\w+ )?"
    r"(mean|make|matter|sense|ok|okay|dangerous|possible|allowed|better|true|worth|bad|good|enough|safe|"
    r"normal|necessary|help)\b"
)


def goes_on(question: str, num_terms: int) -> bool:
    """Whether a question leaves something unsaid that an earlier one said."""
    text = folded(question).strip()
    if num_terms == 0:
        return True
    words = words_of(text)
    content = [place for place, word in enumerate(words) if word not in STOP_WORDS]
    if all(words[place] in ATTRIBUTES or words[place] in WEAK_WORDS for place in content):
        return True
    if num_terms <= MAX_OPEN and (_OF_THAT.search(text) or _OF_SEVERAL.search(text)):
        return True
    first = content[0] if content else len(words)
    if num_terms <= 2 and PRONOUNS.intersection(words[:first]):
        return True
    if _DEFINING.match(text) is not None and not _OPENING.match(text):
        return num_terms <= 1 and bool(REFERRING.intersection(words))
    if num_terms <= MAX_OPEN and _OPENING.match(text):
        return True
    if num_terms <= MAX_OPEN and REFERRING.intersection(words):
        return not _DUMMY.search(text) or num_terms <= 1
    return num_terms <= 2 and _is_bare(words)


def _is_bare(words: list[str]) -> bool:
    """Whether it asks without saying of what: "with which seed?", "how long?".

    "When is the exam?" says it: its subject stands behind a verb and an article.
    """
    asks = {"which", "how", "why", "when", "where", "who"}.intersection(words[:2])
    return bool(asks) and len(words) <= MAX_BARE and not _COMPLETE.intersection(words)
