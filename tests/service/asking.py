"""Short words for tests that ask."""

import itertools
from dataclasses import replace
from typing import Any

from bot.domain.conversation import Asker, Conversation, Place, Question
from bot.service.live_answer import LiveAnswer
from bot.service.services import Services
from bot.service.snapshot import Snapshot

ADA = Asker("1", "Ada")
BOB = Asker("2", "Bob")
ADMIN = Asker("9", "Root", is_manager=True)
CHANNEL = Conversation("guild", "general")
_sources = itertools.count(1)


def question(text: str = "What is dropout?", asker: Asker = ADA, **more: Any) -> Question:
    """A question with a fresh source."""
    base = Question(f"test:{next(_sources)}", asker, CHANNEL, text, place=Place("c1", "nonce"))
    return replace(base, **more)


async def last_snapshot(live: LiveAnswer) -> Snapshot:
    """Read to the end."""
    last = None
    async for snapshot in live.snapshots():
        last = snapshot
    assert last is not None
    return last


async def ask(services: Services, text: str = "What is dropout?", **more: Any) -> Snapshot:
    """Ask and read to the end."""
    async with services.ask.ask(question(text, **more)) as live:
        return await last_snapshot(live)
