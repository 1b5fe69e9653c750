"""Notes for tests of the services: what they hold, and how they get there."""

import itertools
from collections.abc import Mapping
from typing import Any

from bot.domain.answer import Answer
from bot.domain.conversation import Asker
from bot.domain.document import Piece
from bot.service.live_answer import LiveAnswer
from bot.service.notes import Added, NewFile
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from bot.storage.database import Database
from tests.scripted_models import Script
from tests.service.asking import ADMIN
from tests.storage.notes import new_note

ASSISTANT = Asker("5", "Tess", roles=frozenset({"77"}))
DROPOUT = "Dropout switches units off at random. At test time all units are kept."
ASKED = "How does dropout switch units off?"
FIRST, SECOND = DROPOUT.split(". ")[0] + ".", DROPOUT.split(". ")[1]
QUOTED = f"“{DROPOUT}” [1]"
KNOWN = "Units are kept at test time."
ADAM = "Adam adapts the step of each weight by two moments."
NOTES: Mapping[str, str] = {
    "week-1.md": f"# Regularisation\n\n{DROPOUT}\n",
    "week-2.md": f"# Optimisers\n\n{ADAM}\n",
}
_hashes = itertools.count()


async def keep(
    store: Database, text: str = DROPOUT, *, heading: str = "", server: str = "guild", **more: str
) -> None:
    """Store a note of one passage, as if it had been read."""
    new = new_note(content_hash=str(next(_hashes)), title="Week 1", **more)
    async with store.transaction() as transaction:
        await transaction.notes.put(server, new, [Piece(heading, text)])


async def add(
    services: Services, notes: Mapping[str, str] = NOTES, asker: Asker = ADMIN
) -> list[Added]:
    """Hand in files as they come over Discord."""
    files = [NewFile(name, text.encode()) for name, text in notes.items()]
    return await services.notes.add(asker, "guild", files)


async def row_of(store: Database, snapshot: Snapshot) -> Answer:
    """The row that a snapshot shows."""
    async with store.reading() as transaction:
        row = await transaction.answers.get(snapshot.answer_id)
    assert row is not None
    return row


async def until(live: LiveAnswer, text: str) -> Snapshot:
    """The first snapshot that shows a text; it may not be the last one."""
    async for snapshot in live.snapshots():
        if text in snapshot.text:
            assert not snapshot.is_final
            return snapshot
    raise AssertionError(text)


def saying(*sentences: str, **more: Any) -> list[Script]:
    """A model that says these sentences, each as one token."""
    return [Script(words=[f" {sentence}" for sentence in sentences], **more)]
