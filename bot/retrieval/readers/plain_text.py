"""Plain text: paragraphs between empty lines."""

from bot.domain.document import Document
from bot.retrieval.decoding import decode
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.outline import Outline


def read_plain_text(name: str, content: bytes, limits: ReadingLimits) -> Document:
    """The document of a text file; it has one section and no headings.

    Raises:
        NoteRefused: it is no text, or too long.
    """
    outline = Outline(name, limits)
    outline.add(decode(name, content))
    return outline.document()
