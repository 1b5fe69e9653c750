"""Notes for tests of the services: what they hold, and how they get there."""

import itertools
from collections.abc import Mapping

from bot.domain.conversation import Asker
from bot.domain.document import Piece
from bot.service.notes import Added, NewFile
from bot.service.services import Services
from bot.storage.database import Database
from tests.service.asking import ADMIN
from tests.storage.notes import new_note

ASSISTANT = Asker("5", "Tess", roles=frozenset({"77"}))
DROPOUT = "Dropout switches units off at random. At test time all units are kept."
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
