"""Puts the handbook where it is searched, when it has changed."""

import hashlib
from collections.abc import Sequence

from bot.domain.handbook import Topic, pieces_of
from bot.domain.note import HANDBOOK, NewNote
from bot.service.ports import Clock, Store

FACT = "handbook"
AUTHOR = "Lectern"


async def store_handbook(store: Store, topics: Sequence[Topic], clock: Clock) -> bool:
    """Store all topics in one transaction; False where they are stored already."""
    pieces = [pieces_of(topic) for topic in topics]
    hashes = [_hash((topic.title, *some)) for topic, some in zip(topics, pieces, strict=True)]
    whole = _hash((*(topic.slug for topic in topics), *hashes))
    async with store.reading() as transaction:
        if await transaction.facts.get(FACT) == whole:
            return False
    async with store.transaction() as transaction:
        gone = {note.name for note in await transaction.notes.all(HANDBOOK)}
        for topic, some, content_hash in zip(topics, pieces, hashes, strict=True):
            new = NewNote(
                name=topic.slug,
                title=topic.title,
                content_hash=content_hash,
                num_bytes=sum(len(f"{each.heading}{each.text}".encode()) for each in some),
                added_by="",
                added_by_name=AUTHOR,
                added_at=clock.now(),
            )
            await transaction.notes.put(HANDBOOK, new, some)
            gone.discard(topic.slug)
        for name in gone:
            await transaction.notes.remove(HANDBOOK, name)
        await transaction.facts.put(FACT, whole)
    return True


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
