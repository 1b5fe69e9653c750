"""The outline: headings and blocks as a reader meets them, gathered into a document."""

from bot.domain.document import Document, Section
from bot.domain.errors import NoteRefused
from bot.retrieval.cleaning import clean, one_line
from bot.retrieval.limits import ReadingLimits

MAX_HEADING = 120
_TOP = 1


class Outline:
    """Gathers one document.

    `page` is the page on which the following blocks stand, where the format has pages.
    """

    def __init__(self, name: str, limits: ReadingLimits) -> None:
        self.page: int | None = None
        self._name = name
        self._limits = limits
        self._path: tuple[tuple[int, str], ...] = ()
        self._headings: list[tuple[int, str]] = []
        self._starts_with_text = False
        self._num_characters = 0
        self._sections: list[tuple[tuple[str, ...], int | None, list[str]]] = []

    def open(self, level: int, heading: str) -> None:
        """A heading; 1 is the highest level. What follows stands under it."""
        text = one_line(heading, MAX_HEADING)
        if not text:
            return
        self._headings.append((level, text))
        outer = tuple(entry for entry in self._path if entry[0] < level)
        self._path = (*outer, (level, text))

    def add(self, block: str) -> None:
        """A paragraph, a list, a table or a fenced block of code.

        Raises:
            NoteRefused: the document has too much text.
        """
        text = clean(block).strip("\n").rstrip()
        if not text.strip():
            return
        self._starts_with_text |= not self._headings
        self._num_characters += len(text)
        self._limits.check_characters(self._name, self._num_characters)
        path = tuple(heading for _, heading in self._path)
        if not self._sections or self._sections[-1][:2] != (path, self.page):
            self._sections.append((path, self.page, []))
        self._sections[-1][2].append(text)

    def document(self, title: str = "", second_title: str = "") -> Document:
        """The document.

        Its title is `title`, or its only heading of the highest level where that opens it (it
        is then no part of the other headings' paths), or `second_title`, or the file's name.

        Raises:
            NoteRefused: no text was found.
        """
        if not self._sections:
            raise NoteRefused(
                f'I find no text in "{self._name}"; please upload a file with text in it.'
            )
        given, opening = one_line(title, MAX_HEADING), self._opening_heading()
        is_title = bool(opening) and (not given or given.casefold() == opening.casefold())
        skipped = 1 if is_title else 0
        sections = tuple(
            Section(" > ".join(path[skipped:]), "\n\n".join(texts), page)
            for path, page, texts in self._sections
        )
        second = one_line(second_title, MAX_HEADING)
        return Document(given or opening or second or self._name, sections)

    def _opening_heading(self) -> str:
        """The document's own title: its only heading of the highest level, before all else."""
        if not self._headings or self._starts_with_text:
            return ""
        level, text = self._headings[0]
        is_only = sum(other <= level for other, _ in self._headings) == 1
        return text if level <= _TOP and is_only else ""


def fenced(code: str, language: str = "") -> str:
    """Code in a fence that nothing in it closes."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.strip(chr(10)).rstrip()}\n{fence}"
