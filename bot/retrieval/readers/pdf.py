"""PDF: the text of each page, under the headings of the file's bookmarks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import Destination

from bot.domain.document import Document
from bot.domain.errors import NoteRefused
from bot.retrieval.cleaning import clean
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.outline import Outline
from bot.retrieval.readers.pdf_lines import (
    known_words,
    paragraphs,
    plain_signs,
    without_running_lines,
    without_steps,
)

# What pypdf raises over files that break the format's rules, beside its own errors.
_DAMAGE = (
    PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    RecursionError, ArithmeticError, OSError, NotImplementedError,
)  # fmt: skip
_MAX_BOOKMARKS = 5_000
_MAX_DEPTH = 6
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|lecture|part|week)\s+)?[\dA-Z]?[\d.]*[.:)]?\s+", re.I
)


@dataclass(frozen=True, slots=True)
class _Bookmark:
    page: int  # from 0
    level: int
    title: str


def read_pdf(name: str, content: bytes, limits: ReadingLimits) -> Document:
    """The document of a PDF file, with its pages' numbers.

    Headers and footers that most pages share are dropped, and so are the earlier steps of a
    slide that is uncovered step by step.

    Raises:
        NoteRefused: it is locked, damaged, without text, or too long.
    """
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        _unlock(name, reader)
        num_pages = len(reader.pages)
    except _DAMAGE as error:
        raise _damaged(name) from error
    if num_pages > limits.max_pages:
        raise NoteRefused(
            f'"{name}" has {num_pages:,} pages and I read at most {limits.max_pages:,}; please '
            "split it."
        )
    pages = _pages(name, reader, limits)
    outline = Outline(name, limits)
    _write(outline, pages, _bookmarks(reader))
    return outline.document(second_title=_title(reader))


def _damaged(name: str) -> NoteRefused:
    return NoteRefused(
        f'"{name}" is a damaged PDF; please export it again, or open it in a browser and print '
        "it into a new PDF."
    )


def _unlock(name: str, reader: PdfReader) -> None:
    """Open a file that everybody may read although it is encrypted."""
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")
    except (DependencyError, NotImplementedError):
        opened = PasswordType.NOT_DECRYPTED
    if opened == PasswordType.NOT_DECRYPTED:
        raise NoteRefused(f'"{name}" is locked with a password; please upload a copy without one.')


def _pages(name: str, reader: PdfReader, limits: ReadingLimits) -> list[list[str]]:
    """The lines of each page. A page that is damaged is left empty, unless all of them are.

    Raises:
        NoteRefused: there is no text, or too much of it.
    """
    pages: list[list[str]] = []
    num_characters = num_damaged = 0
    for number in range(len(reader.pages)):
        try:
            text = plain_signs(clean(reader.pages[number].extract_text()))
        except _DAMAGE:
            text, num_damaged = "", num_damaged + 1
        num_characters += len(text)
        limits.check_characters(name, num_characters)
        pages.append([line.strip() for line in text.split("\n") if line.strip()])
    if num_damaged and num_damaged == len(pages):
        raise _damaged(name)
    if not any(character.isalnum() for lines in pages for line in lines for character in line):
        raise NoteRefused(
            f'"{name}" has no text in it, only pictures of its pages; please run text recognition '
            "(OCR) on it first."
        )
    return pages


def _write(outline: Outline, pages: Sequence[list[str]], bookmarks: Sequence[_Bookmark]) -> None:
    kept = without_steps(without_running_lines(pages))
    words = known_words(kept)
    for index, lines in enumerate(kept):
        outline.page = index + 1
        start = 0
        for bookmark in (entry for entry in bookmarks if entry.page == index):
            found = _line_of(bookmark.title, lines, start)
            if found is not None:
                outline.add(paragraphs(lines[start:found], words))
                start = found + 1
            outline.open(bookmark.level, bookmark.title)
        outline.add(paragraphs(lines[start:], words))


def _line_of(title: str, lines: Sequence[str], start: int) -> int | None:
    """Where a bookmark's title stands as a line of its own."""
    wanted = _bare(title)
    for index in range(start, len(lines)):
        if _bare(lines[index]) == wanted:
            return index
    return None


def _bare(line: str) -> str:
    """A heading without its number, for comparing."""
    words = " ".join(line.split())
    return (_NUMBERING.sub("", words) or words).casefold()


def _bookmarks(reader: PdfReader) -> list[_Bookmark]:
    """The bookmarks in order of their pages; none if they are damaged."""
    try:
        found = [*_walk(reader, reader.outline, 1)][:_MAX_BOOKMARKS]
    except _DAMAGE:
        return []
    return sorted(found, key=lambda bookmark: bookmark.page)


def _walk(reader: PdfReader, entries: Any, level: int) -> Iterator[_Bookmark]:
    for entry in entries:
        if isinstance(entry, list):
            if level < _MAX_DEPTH:
                yield from _walk(reader, entry, level + 1)
        elif isinstance(entry, Destination):
            page = reader.get_destination_page_number(entry)
            title = plain_signs(clean(entry.title or ""))
            if page is not None and page >= 0 and title.strip():
                yield _Bookmark(page, level, title)


def _title(reader: PdfReader) -> str:
    """The title in the file's properties, unless it is only the name of another file."""
    try:
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except _DAMAGE:
        return ""
    is_file = re.search(r"\.(?:docx?|pptx?|tex|dvi|pdf|indd|odt)$", title.strip(), re.I)
    return (
        "" if is_file or title.strip().lower() in ("untitled", "powerpoint presentation") else title
    )
