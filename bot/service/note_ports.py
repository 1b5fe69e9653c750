"""The door to the stored notes; a part of `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.document import Document, Piece
from bot.domain.note import NewNote, Note, NoteTotals
from bot.domain.passage import Found, Passage
from bot.domain.search import PassageSearch


class Notes(Protocol):
    """What a server's answers may be taken from: its notes and its endorsed answers."""

    async def put(self, server: str, new: NewNote, pieces: Sequence[Piece]) -> Note:
        """Store a note, or replace the one of that name; the same content changes nothing."""
        ...

    async def get(self, server: str, name: str) -> Note | None:
        """One note."""
        ...

    async def all(self, server: str) -> Sequence[Note]:
        """The server's notes in order of their names."""
        ...

    async def passages(self, server: str, name: str) -> Sequence[Passage]:
        """The passages of a note in reading order."""
        ...

    async def answers(self, server: str) -> Sequence[str]:
        """The endorsed answers of a server, oldest first, in the words that assistants approved."""
        ...

    async def remove(self, server: str, name: str) -> bool:
        """Remove a note; False if there is none."""
        ...

    async def totals(self, server: str) -> NoteTotals:
        """What the server's notes amount to."""
        ...

    async def put_answer(
        self, server: str, answer_id: int, question: str, text: str, link: str | None
    ) -> None:
        """Let an endorsed answer be found, or replace what it said before."""
        ...

    async def remove_answer(self, server: str, answer_id: int) -> bool:
        """Let an answer be found no more; False if it was not."""
        ...

    async def clear(self, server: str) -> None:
        """Forget all notes and endorsed answers of a server."""
        ...


class NoteReader(Protocol):
    """Reads files, whatever is in them."""

    async def read(self, name: str, content: bytes) -> tuple[Document, tuple[Piece, ...]]:
        """The document in a file and its pieces.

        Raises:
            NoteRefused: the file cannot be read; says why and what to do.
        """
        ...


class Retriever(Protocol):
    """Finds passages for questions."""

    async def search(
        self,
        passages: PassageSearch,
        server: str,
        question: str,
        earlier: Sequence[str] = (),
        *,
        limit: int = 8,
        with_handbook: bool = True,
    ) -> Found:
        """The best passages; `earlier` are the thread's questions before, oldest first."""
        ...
