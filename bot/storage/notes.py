"""Queries on notes: what a server's answers may be taken from."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.document import Piece
from bot.domain.note import HANDBOOK, NewNote, Note, NoteTotals
from bot.domain.passage import Origin, Passage
from bot.storage.full_text import FullText
from bot.storage.tables import libraries, notes, passages
from bot.storage.vocabulary import Vocabulary, counts_of

ANSWER_TITLE = "Endorsed answer"

_GET = select(notes).where(
    notes.c.server == bindparam("of_server"), notes.c.name == bindparam("of_name")
)
_NUMBER = select(libraries.c.id).where(libraries.c.server == bindparam("of_server"))
PASSAGE_COLUMNS = tuple(passages.c[field.name] for field in dataclasses.fields(Passage))


class NoteQueries:
    """Fulfils the services' Notes.

    Passages, full-text index and vocabulary change together, in the transaction of the caller.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, server: str, new: NewNote, pieces: Sequence[Piece]) -> Note:
        """Store a note, or replace the one of that name; the same content changes nothing."""
        old = await self.get(server, new.name)
        if old is not None and old.content_hash == new.content_hash:
            return old
        library = await self._library(server)
        values = {**dataclasses.asdict(new), "num_passages": len(pieces)}
        if old is None:
            number = await self._connection.scalar(
                insert(notes).values(server=server, **values).returning(notes.c.id)
            )
        else:
            number = old.id
            await self._forget(library, passages.c.note_id == number)
            await self._connection.execute(update(notes).where(notes.c.id == number).values(values))
        origin = Origin.HANDBOOK if server == HANDBOOK else Origin.NOTE
        rows = [
            {
                "server": server,
                "note_id": number,
                "origin": origin,
                "document": new.name,
                "title": new.title,
                "link": new.link,
                "position": position,
                **dataclasses.asdict(piece),
            }
            for position, piece in enumerate(pieces)
        ]
        await self._add(library, rows, passages.c.note_id == number)
        return Note(id=number, server=server, **values)

    async def get(self, server: str, name: str) -> Note | None:
        """One note."""
        found = await self._connection.execute(_GET, {"of_server": server, "of_name": name})
        row = found.mappings().one_or_none()
        return None if row is None else Note(**row)

    async def all(self, server: str) -> Sequence[Note]:
        """The server's notes in order of their names."""
        found = await self._connection.execute(
            select(notes).where(notes.c.server == server).order_by(notes.c.name)
        )
        return [Note(**row) for row in found.mappings()]

    async def passages(self, server: str, name: str) -> Sequence[Passage]:
        """The passages of a note in reading order."""
        found = await self._connection.execute(
            select(*PASSAGE_COLUMNS)
            .join(notes, notes.c.id == passages.c.note_id)
            .where(notes.c.server == server, notes.c.name == name)
            .order_by(passages.c.position)
        )
        return [passage_of(row) for row in found]

    async def answers(self, server: str) -> Sequence[str]:
        """The endorsed answers of a server, oldest first, in the words that assistants approved."""
        found = await self._connection.scalars(
            select(passages.c.text)
            .where(passages.c.server == server, passages.c.origin == Origin.ANSWER)
            .order_by(passages.c.id)
        )
        return list(found)

    async def remove(self, server: str, name: str) -> bool:
        """Remove a note with all that was found by it; False if there is none."""
        note = await self.get(server, name)
        if note is None:
            return False
        await self._forget(await self._library(server), passages.c.note_id == note.id)
        await self._connection.execute(delete(notes).where(notes.c.id == note.id))
        return True

    async def totals(self, server: str) -> NoteTotals:
        """What the server's notes amount to."""
        row = await self._connection.execute(
            select(
                func.count(),
                func.coalesce(func.sum(notes.c.num_bytes), 0),
                func.coalesce(func.sum(notes.c.num_passages), 0),
            ).where(notes.c.server == server)
        )
        return NoteTotals(*row.one())

    async def put_answer(
        self, server: str, answer_id: int, question: str, text: str, link: str | None
    ) -> None:
        """Let an endorsed answer be found, or replace what it said before."""
        await self.remove_answer(server, answer_id)
        row = {
            "server": server,
            "note_id": None,
            "origin": Origin.ANSWER,
            "document": str(answer_id),
            "title": ANSWER_TITLE,
            "heading": question,
            "text": text,
            "page": None,
            "link": link,
            "position": 0,
        }
        library = await self._library(server)
        await self._add(library, [row], _is_answer(server, answer_id))

    async def remove_answer(self, server: str, answer_id: int) -> bool:
        """Let an answer be found no more; False if it was not."""
        library = await self._connection.scalar(_NUMBER, {"of_server": server})
        if library is None:
            return False
        return await self._forget(library, _is_answer(server, answer_id)) > 0

    async def clear(self, server: str) -> None:
        """Forget all notes and endorsed answers of a server."""
        library = await self._connection.scalar(_NUMBER, {"of_server": server})
        if library is None:
            return
        await FullText(self._connection, library).drop()
        for table in (passages, notes, libraries):  # words and trigrams go with the library
            await self._connection.execute(delete(table).where(table.c.server == server))

    async def _library(self, server: str) -> int:
        """The number of the server's library, which is made where there is none."""
        number = await self._connection.scalar(_NUMBER, {"of_server": server})
        if number is None:
            number = await self._connection.scalar(
                upsert(libraries).values(server=server, num_passages=0).returning(libraries.c.id)
            )
            await FullText(self._connection, number).create()
        return int(number)

    async def _add(
        self, library: int, rows: Sequence[dict[str, Any]], which: ColumnElement[bool]
    ) -> None:
        """Store passages; `which` tells them from all others."""
        if not rows:
            return
        await self._connection.execute(insert(passages), rows)
        await FullText(self._connection, library).add(which)
        await Vocabulary(self._connection).add(library, counts_of(map(_said, rows)))
        await self._count(library, len(rows))

    async def _forget(self, library: int, which: ColumnElement[bool]) -> int:
        """Remove passages; returns how many there were."""
        columns = (passages.c.title, passages.c.heading, passages.c.text, passages.c.origin)
        found = await self._connection.execute(select(*columns).where(which))
        rows = [dict(row) for row in found.mappings()]
        if rows:
            await FullText(self._connection, library).forget(which)
            await Vocabulary(self._connection).take(library, counts_of(map(_said, rows)))
            await self._connection.execute(delete(passages).where(which))
            await self._count(library, -len(rows))
        return len(rows)

    async def _count(self, library: int, change: int) -> None:
        await self._connection.execute(
            update(libraries)
            .where(libraries.c.id == library)
            .values(num_passages=libraries.c.num_passages + change)
        )


def passage_of(row: Sequence[Any]) -> Passage:
    """A row of `PASSAGE_COLUMNS`."""
    number, origin, *values = row
    return Passage(number, Origin(origin), *values)


def _said(row: dict[str, Any]) -> str:
    """The words that a passage is found by."""
    title = "" if row["origin"] == Origin.ANSWER else row["title"]
    return f"{title}\n{row['heading']}\n{row['text']}"


def _is_answer(server: str, answer_id: int) -> ColumnElement[bool]:
    return (
        (passages.c.server == server)
        & (passages.c.document == str(answer_id))
        & (passages.c.origin == Origin.ANSWER)
    )
