"""Stop strings: an answer ends before the first of them, and never shows a part of one."""


class StopStrings:
    """Watches one growing text for its `stop` strings.

    A text that ends with the beginning of a stop string is shown without that end until it
    is clear whether the rest follows.
    """

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = stop
        self._longest = max((len(string) for string in stop), default=0)
        self._text = ""
        self._num_shown = 0
        self.is_stopped = False

    @property
    def shown(self) -> str:
        """The text that is safe to show."""
        return self._text[: self._num_shown]

    @property
    def whole(self) -> str:
        """All text before a stop string, with an end that was held back."""
        return self.shown if self.is_stopped else self._text

    def add(self, text: str) -> None:
        """Append to the text; after a stop nothing is appended."""
        if self.is_stopped or not text:
            return
        # A stop string that was not there before ends in the new part.
        start = max(0, len(self._text) - self._longest + 1)
        self._text += text
        found = [self._text.find(string, start) for string in self._stop]
        found = [place for place in found if place >= 0]
        if found:
            self.is_stopped = True
            self._num_shown = min(found)
        else:
            self._num_shown = len(self._text) - self._num_held()

    def _num_held(self) -> int:
        """Length of the longest end of the text that begins a stop string."""
        longest = min(self._longest - 1, len(self._text))
        for length in range(longest, 0, -1):
            if any(string.startswith(self._text[-length:]) for string in self._stop):
                return length
        return 0
