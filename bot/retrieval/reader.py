"""Fulfils the services' NoteReader: files become pieces in a process of their own."""

from bot.domain.document import Document, Piece
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.reader_process import read_pieces


class Reader:
    """Reads files within limits."""

    def __init__(self, limits: ReadingLimits | None = None) -> None:
        self._limits = limits or ReadingLimits()

    async def read(self, name: str, content: bytes) -> tuple[Document, tuple[Piece, ...]]:
        """The document in a file and its pieces.

        Raises:
            NoteRefused: the file cannot be read; says why and what to do.
        """
        return await read_pieces(name, content, self._limits)
