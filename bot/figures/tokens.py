"""The tokens of a LaTeX source, taken from left to right."""

import re

from bot.domain.errors import UnsupportedFormula

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)


def unsupported(what: str) -> UnsupportedFormula:
    """The refusal of a formula because of `what`."""
    return UnsupportedFormula(f"This formula cannot be drawn because of {what}: read its source.")


class Tokens:
    """Commands, numbers, stretches of white space and single characters."""

    def __init__(self, source: str) -> None:
        self._waiting: list[str] = _TOKEN.findall(source)
        self._waiting.reverse()

    def take(self) -> str | None:
        """The next token; None at the end."""
        return self._waiting.pop() if self._waiting else None

    def peek(self) -> str:
        """The next token that is no white space, which is skipped; "" at the end."""
        while self._waiting and self._waiting[-1].isspace():
            self._waiting.pop()
        return self._waiting[-1] if self._waiting else ""

    def skip(self, *words: str) -> bool:
        """Skip the next token if it is one of `words`; say whether it was."""
        if self.peek() not in words:
            return False
        self._waiting.pop()
        return True

    def require(self, word: str) -> None:
        """Skip `word`.

        Raises:
            UnsupportedFormula: something else comes next.
        """
        if not self.skip(word):
            raise unsupported(f"a missing {word}")

    def symbol(self) -> str:
        """The next command or character, one digit of a number; "" at the end."""
        word = self.peek()
        if word:
            self._waiting.pop()
        if word[:1].isdigit() and len(word) > 1:
            self._waiting.append(word[1:])
            return word[0]
        return word

    def option(self) -> str:
        """What comes next in square brackets, without them; "" if nothing does."""
        if self.peek() != "[":
            return ""
        end = next((i for i, word in enumerate(reversed(self._waiting)) if word == "]"), 0)
        if not end:
            return ""
        taken = [self._waiting.pop() for _ in range(end + 1)]
        return "".join(taken[1:-1])

    def group(self) -> str:
        """What the braces that come next enclose, verbatim.

        Raises:
            UnsupportedFormula: there are none, or they do not close.
        """
        self.require("{")
        words: list[str] = []
        depth = 1
        while (word := self.take()) is not None:
            depth += (word == "{") - (word == "}")
            if not depth:
                return "".join(words)
            words.append(word)
        raise unsupported("a missing }")
