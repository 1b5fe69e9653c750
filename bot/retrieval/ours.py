"""Whether a question asks how this course has it, and not how it is in general."""

from collections.abc import Sequence

OURS = 0.5
"""The share of such a question that counts as being about the course, at least."""
_OWNERS = frozenset(("our", "ours"))
_PLACES = frozenset(("course", "class", "lecture", "lectures"))
_THIS = frozenset(("this", "the", "your"))


def is_ours(words: Sequence[str]) -> bool:
    """By the words of the question in their order: "our word for", "in this course", "here"."""
    if _OWNERS.intersection(words) or "here" in words[-1:]:
        return True
    return any(
        one == "in" and two in _THIS and three in _PLACES
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    )
