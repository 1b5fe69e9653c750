"""The doors to whoever judges what is decent; re-exported by `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.decency import DecencyLevel, Verdict


class Watch(Protocol):
    """Judges one text while it grows."""

    @property
    def verdict(self) -> Verdict:
        """About what was fed so far; once indecent it stays so."""
        ...

    def feed(self, text: str) -> str:
        """The part of the text so far that may be shown, in whole words."""
        ...

    def finish(self, text: str) -> str:
        """The same for the whole text, nothing held back."""
        ...


class Decency(Protocol):
    """Judges texts and questions; `blocked` are the words of the server's own list."""

    def judge(self, text: str, level: DecencyLevel, blocked: Sequence[str] = ()) -> Verdict:
        """Whether a text may be shown."""
        ...

    def watch(self, level: DecencyLevel, blocked: Sequence[str] = ()) -> Watch:
        """A watch over a new text."""
        ...

    def aims_at_people(self, question: str) -> bool:
        """Whether it asks to insult, harass, threaten or sexualise somebody."""
        ...

    def needs_help(self, question: str) -> bool:
        """Whether the person who asks speaks of harming themselves."""
        ...
