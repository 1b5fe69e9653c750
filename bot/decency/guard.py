"""The guard: everything that this room can say of texts and questions, in one place."""

from collections.abc import Sequence

from bot.decency.filter import DecencyFilter
from bot.decency.questions import aims_at_people, needs_help
from bot.decency.watch import Watch
from bot.domain.decency import DecencyLevel, Verdict


class Guard:
    """Fulfils the services' Decency; building one takes some 30 ms, for the word lists."""

    def __init__(self) -> None:
        self._filter = DecencyFilter()

    def judge(self, text: str, level: DecencyLevel, blocked: Sequence[str] = ()) -> Verdict:
        """Whether a text may be shown."""
        return self._filter.judge(text, level, blocked)

    def watch(self, level: DecencyLevel, blocked: Sequence[str] = ()) -> Watch:
        """A watch over a new text."""
        return Watch(self._filter, level, blocked)

    def aims_at_people(self, question: str) -> bool:
        """Whether it asks to insult, harass, threaten or sexualise somebody."""
        return aims_at_people(question)

    def needs_help(self, question: str) -> bool:
        """Whether the person who asks speaks of harming themselves."""
        return needs_help(question)
