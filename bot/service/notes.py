"""The use case *notes*: what a server's answers are taken from."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.asked import asked
from bot.domain.conversation import Asker
from bot.domain.errors import BotError, NoteRefused, NotFound
from bot.domain.note import NewNote, Note
from bot.domain.note_limits import NoteLimits
from bot.domain.note_name import note_name
from bot.domain.passage import Found, Passage
from bot.service.access import require_assistant
from bot.service.defaults import Defaults
from bot.service.grounding import NUM_HITS
from bot.service.ports import Clock, NoteReader, Retriever, Store

MAX_READINGS = 2
"""Files that are read at once; each is read in a process of its own."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it arrives; `link` leads to the message that brought it."""

    name: str
    content: bytes
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: a note, or the sentence that refuses it."""

    name: str
    note: Note | None = None
    is_unchanged: bool = False
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class CourseMaterial:
    """Notes with their passages, and what assistants endorsed or wrote instead of an answer.

    The questions that were answered are not in it: they are messages of people.
    """

    notes: tuple[tuple[Note, Sequence[Passage]], ...]
    answers: tuple[str, ...]


class NotesService:
    """Notes of a server. Adding and removing is for admins and teaching assistants."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        retriever: Retriever,
        reader: NoteReader,
        defaults: Defaults,
        limits: NoteLimits,
    ) -> None:
        self._store = store
        self._clock = clock
        self._retriever = retriever
        self._reader = reader
        self._defaults = defaults
        self._readings = asyncio.Semaphore(MAX_READINGS)
        self.limits = limits

    async def require_assistant(self, asker: Asker, server: str, deed: str) -> None:
        """Refuse early, before files are fetched.

        Raises:
            NotAllowed: neither an admin nor a teaching assistant.
        """
        async with self._store.reading() as transaction:
            require_assistant(asker, await transaction.servers.get(server), deed)

    def refused(self, name: str, num_bytes: int) -> Added | None:
        """What becomes of a file that is too large, before it is fetched; None of others."""
        most = self.limits.max_file_bytes
        if num_bytes <= most:
            return None
        return Added(
            name,
            refusal=f"{name} has {_megabytes(num_bytes)}, but a note may have at most "
            f"{_megabytes(most)}; please split it.",
        )

    async def add(self, asker: Asker, server: str, files: Sequence[NewFile]) -> list[Added]:
        """Store every file that can be read; one that cannot leaves nothing behind.

        A file of a name that is there already takes the old one's place.

        Raises:
            NotAllowed: neither an admin nor a teaching assistant.
        """
        await self.require_assistant(asker, server, "add notes")
        return [await self._add(asker, server, file) for file in files]

    async def _add(self, asker: Asker, server: str, file: NewFile) -> Added:
        name = file.name
        try:
            name = note_name(file.name)
            refused = self.refused(name, len(file.content))
            if refused is not None:
                return refused
            digest = hashlib.sha256(file.content).hexdigest()
            async with self._store.reading() as transaction:
                old = await transaction.notes.get(server, name)
            if old is not None and old.content_hash == digest:
                return Added(name, old, is_unchanged=True)
            async with self._readings:
                document, pieces = await self._reader.read(name, file.content)
            new = NewNote(
                name=name,
                title=document.title,
                content_hash=digest,
                num_bytes=len(file.content),
                added_by=asker.id,
                added_by_name=asker.name,
                added_at=self._clock.now(),
                link=file.link,
            )
            async with self._store.transaction() as transaction:
                totals = await transaction.notes.totals(server)
                replaced = await transaction.notes.get(server, name)
                num_notes = totals.num_notes + (replaced is None)
                num_bytes = totals.num_bytes + len(file.content)
                num_passages = totals.num_passages + len(pieces)
                if replaced is not None:
                    num_bytes -= replaced.num_bytes
                    num_passages -= replaced.num_passages
                self._check(num_notes, num_bytes, num_passages)
                return Added(name, await transaction.notes.put(server, new, pieces))
        except BotError as refusal:
            return Added(name, refusal=refusal.text)

    def _check(self, num_notes: int, num_bytes: int, num_passages: int) -> None:
        limits = self.limits
        if num_notes > limits.max_notes:
            raise NoteRefused(
                f"This server holds {limits.max_notes} notes already; remove one with "
                "/notes remove first."
            )
        if num_bytes > limits.max_bytes or num_passages > limits.max_passages:
            raise NoteRefused(
                f"This server's notes would pass {_megabytes(limits.max_bytes)} or "
                f"{limits.max_passages:,} passages; remove some with /notes remove first."
            )

    async def list(self, server: str) -> Sequence[Note]:
        """The server's notes by name."""
        async with self._store.reading() as transaction:
            return await transaction.notes.all(server)

    async def show(self, server: str, name: str) -> tuple[Note, Sequence[Passage]]:
        """A note and its passages.

        Raises:
            NotFound: there is no note of that name.
        """
        async with self._store.reading() as transaction:
            note = await transaction.notes.get(server, name)
            if note is None:
                raise _unknown(name)
            return note, await transaction.notes.passages(server, name)

    async def course_material(self, asker: Asker, server: str) -> CourseMaterial:
        """All that admins and teaching assistants gave a server, for files outside of it.

        Raises:
            NotAllowed: see `add`.
        """
        await self.require_assistant(asker, server, "export notes")
        async with self._store.reading() as transaction:
            notes = [
                (note, await transaction.notes.passages(server, note.name))
                for note in await transaction.notes.all(server)
            ]
            return CourseMaterial(tuple(notes), tuple(await transaction.notes.answers(server)))

    async def remove(self, asker: Asker, server: str, name: str) -> None:
        """Forget a note; answers that quote it keep their quotes.

        Raises:
            NotAllowed, NotFound: see `add` and `show`.
        """
        async with self._store.transaction() as transaction:
            require_assistant(asker, await transaction.servers.get(server), "remove notes")
            if not await transaction.notes.remove(server, name):
                raise _unknown(name)

    async def search(self, server: str, text: str, earlier: Sequence[str] = ()) -> Found:
        """What an answer to `text` would be taken from."""
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(server)
            return await self._retriever.search(
                transaction.passages,
                server,
                asked(text),
                earlier,
                limit=NUM_HITS,
                with_handbook=self._defaults.handbook_for(settings),
            )


def _unknown(name: str) -> NotFound:
    return NotFound(f'There is no note "{name}"; /notes list shows their names.')


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 2**20:.1f} MiB"
