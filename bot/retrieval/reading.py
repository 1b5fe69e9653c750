"""Reading: a file's name and bytes become a document, or one sentence that says why not."""

from collections.abc import Callable
from pathlib import PurePosixPath

from bot.domain.document import Document
from bot.domain.errors import NoteRefused
from bot.domain.note_name import note_name
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.readers.docx import read_docx
from bot.retrieval.readers.html import read_html
from bot.retrieval.readers.markdown import read_markdown
from bot.retrieval.readers.notebook import read_notebook
from bot.retrieval.readers.pdf import read_pdf
from bot.retrieval.readers.plain_text import read_plain_text

Reader = Callable[[str, bytes, ReadingLimits], Document]

READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain_text,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".ipynb": read_notebook,
    ".docx": read_docx,
}
_KINDS = ".md, .txt, .html, .pdf, .ipynb or .docx"
_PDF = b"%PDF-"
_SEARCHED = 1024  # bytes in front of which a PDF may have others
_ZIP = b"PK\x03\x04"
_BINARY = (_PDF, _ZIP, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"{\\rtf")


def read(name: str, content: bytes, limits: ReadingLimits | None = None) -> Document:
    """The document in a file. Its ending chooses the reader, and its bytes must agree.

    Raises:
        NoteRefused: the file cannot be read; says why and what to do.
    """
    limits = limits or ReadingLimits()
    name = note_name(name)
    reader = READERS.get(PurePosixPath(name).suffix.lower())
    if reader is None:
        raise NoteRefused(f'I cannot read "{name}"; please upload {_KINDS}.')
    limits.check_size(name, len(content))
    _check_kind(name, content, reader)
    return reader(name, content, limits)


def _check_kind(name: str, content: bytes, reader: Reader) -> None:
    """Refuse a file whose bytes are of another kind than its name says."""
    is_pdf = _PDF in content[:_SEARCHED]
    if reader is read_pdf:
        if not is_pdf:
            raise NoteRefused(
                f'"{name}" is no PDF although its name says so; please export it again.'
            )
    elif reader is not read_docx and content.startswith(_BINARY):
        raise NoteRefused(
            f'"{name}" is not the text that its name promises; please upload {_KINDS} under its '
            "own ending."
        )
