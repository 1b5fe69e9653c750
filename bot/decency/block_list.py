"""A server's own list of words and phrases that are not to be shown."""

from collections.abc import Iterable, Sequence

from bot.decency.folding import seen, unstretched, words


class BlockList:
    """Words and phrases in folded form; whole words match, in whatever disguise."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._stretched: set[str] = set()
        self._phrases: dict[str, list[list[str]]] = {}
        for entry in entries:
            tokens = words(seen(entry))
            if len(tokens) == 1:
                self._words.add(tokens[0])
                self._stretched.add(_single(tokens[0]))
            elif tokens:
                self._phrases.setdefault(tokens[0], []).append(tokens)

    def occurs_in(self, tokens: Sequence[str]) -> bool:
        """Whether an entry stands in a text of these words (of `folding.words`)."""
        present = frozenset(tokens)
        if not self._words.isdisjoint(present):
            return True
        if self._phrases.keys() & present and self._has_phrase(tokens):
            return True
        folded = " ".join(present)
        return unstretched(folded) != folded and any(
            unstretched(token) != token and _single(token) in self._stretched for token in present
        )

    def _has_phrase(self, tokens: Sequence[str]) -> bool:
        return any(
            list(tokens[position : position + len(phrase)]) == phrase
            for position, token in enumerate(tokens)
            for phrase in self._phrases.get(token, ())
        )


def _single(word: str) -> str:
    """The word with each letter of a run written once."""
    return "".join(
        letter for index, letter in enumerate(word) if index == 0 or word[index - 1] != letter
    )
