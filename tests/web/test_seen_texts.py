"""A text that is looked at on the page is charged once, and kept for its pages."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from bot.domain.conversation import Asker, Conversation
from bot.domain.errors import RateLimited
from bot.domain.look import Look, View
from bot.domain.rate_limit import Limit
from bot.domain.theme import Theme
from bot.parts import SystemClock
from bot.service.services import Services
from bot.storage.database import Database
from bot.web.entrance import Visitor
from bot.web.seen_texts import SeenTexts
from tests.lookers import ScriptedExplainer, ScriptedPainter
from tests.scripted_models import ScriptedPool
from tests.scripted_services import scripted_services

SERVER = "terminal"
ADA = Visitor(Asker("web:ada", "ada"), Conversation(SERVER, "a"), Conversation(SERVER, "text-a"))
BOB = Visitor(Asker("web:bob", "bob"), Conversation(SERVER, "b"), Conversation(SERVER, "text-b"))


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """Services where everybody may ask once a minute."""
    async with Database.open(f"sqlite+aiosqlite:///{tmp_path}/lectern.db") as store:
        built = scripted_services(
            store,
            ScriptedPool(),
            SystemClock(),
            [],
            explainer=ScriptedExplainer(),
            painter=ScriptedPainter(),
        )
        admin = Asker("0", "admin", is_manager=True)
        await built.settings.change(admin, SERVER, person_limit=Limit(1, 60))
        yield built


@pytest.fixture
def texts(services: Services) -> SeenTexts:
    ids = count()
    return SeenTexts(services, lambda: f"id{next(ids)}")


async def look(texts: SeenTexts, text: str, view: View = View.NEXT, visitor: Visitor = ADA) -> View:
    seen = await texts.look(visitor, text, Look(view), None, Theme.DARK, lambda _progress: None)
    return seen.look.view


async def test_the_pages_of_a_text_are_free(texts: SeenTexts) -> None:
    assert [await look(texts, "The cat sat", view) for view in View] == list(View)


async def test_another_text_is_charged(texts: SeenTexts) -> None:
    await look(texts, "The cat sat")
    with pytest.raises(RateLimited):
        await look(texts, "The dog ran")
    assert await look(texts, "The cat sat") is View.NEXT


async def test_the_same_text_of_somebody_else_is_charged_to_them(texts: SeenTexts) -> None:
    await look(texts, "The cat sat")
    await look(texts, "The cat sat", visitor=BOB)
    with pytest.raises(RateLimited):
        await look(texts, "The dog ran", visitor=BOB)


async def test_a_text_that_was_deleted_is_charged_again(
    texts: SeenTexts, services: Services
) -> None:
    await look(texts, "The cat sat")
    await services.privacy.delete(ADA.asker)
    assert await look(texts, "The cat sat") is View.NEXT  # its counter was deleted, too
    assert await look(texts, "The cat sat", View.TOKENS) is View.TOKENS
