"""The page on scripted models, and people with browsers of their own in front of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from bot.domain.charts import Sheet
from bot.domain.conversation import Asker
from bot.domain.theme import Theme
from bot.domain.views import AnyView
from bot.figures.studio import Studio
from bot.parts import SystemClock
from bot.service.services import Services
from bot.storage.database import Database
from bot.web.page_settings import PageSettings
from bot.web.server import serving
from tests.bugs import reporting_to
from tests.lookers import ScriptedExplainer
from tests.scripted_models import Script, ScriptedPool
from tests.scripted_services import scripted_services
from tests.web.chromium import PATIENCE_MS

SERVER = "terminal"


@dataclass
class NotedPainter:
    """Draws real pictures, and notes for which theme."""

    studio: Studio
    themes: list[str] = field(default_factory=list)

    async def view(self, view: AnyView, theme: Theme = Theme.DARK) -> bytes:
        """Draw a view."""
        self.themes.append(theme.value)
        return await self.studio.view(view, theme)

    async def sheet(self, sheet: Sheet, theme: Theme = Theme.DARK) -> bytes:
        """Draw charts."""
        return await self.studio.sheet(sheet, theme)


@dataclass
class Tab:
    """A page that is open, by what a person sees of it; `outside` is what it asked others for."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, context: BrowserContext, address: str) -> "Tab":
        """Open the page and wait until it can be used."""
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        tab = cls(page, address)
        page.on("request", lambda request: tab._note_request(request.url))
        page.on("response", lambda response: tab._note_response(response.status, response.url))
        page.on("pageerror", lambda error: tab.failures.append(str(error)))
        await page.goto(address)
        return tab

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def _note_response(self, status: int, url: str) -> None:
        if status >= 400:
            self.failures.append(f"{status} {url}")

    @property
    def question(self) -> Locator:
        """Where questions are typed."""
        return self.page.get_by_label("Question", exact=True)

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.locator("#chat")

    @property
    def answers(self) -> Locator:
        """The answers, oldest first."""
        return self.log.locator(".bot.message")

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def ready(self) -> "Tab":
        """Wait until the page knows who answers."""
        await expect(self.page.get_by_label("Model", exact=True)).not_to_have_value("")
        return self

    async def ask(self, text: str) -> None:
        """Type a question and press Enter."""
        await self.question.fill(text)
        await self.question.press("Enter")

    async def ended(self) -> None:
        """Wait until an answer can be regenerated."""
        await expect(self.button("Regenerate")).to_be_enabled()

    async def turn_to(self, name: str) -> None:
        """Open one of the parts of the page."""
        await self.page.get_by_role("tab", name=name).click()

    async def is_narrow(self) -> bool:
        """Whether nothing sticks out of the window to its side."""
        code = "document.documentElement.scrollWidth <= window.innerWidth"
        return bool(await self.page.evaluate(code))


@dataclass
class Campus:
    """The page at its address; everybody who comes has a browser of their own."""

    address: str
    browser: Browser
    services: Services
    pool: ScriptedPool
    explainer: ScriptedExplainer
    themes: list[str]
    bugs: list[BaseException]
    stack: AsyncExitStack

    async def person(self, **options: Any) -> BrowserContext:
        """Somebody with a browser that was never here."""
        context = await self.browser.new_context(**options)
        self.stack.push_async_callback(context.close)
        return context

    async def visit(self, **options: Any) -> Tab:
        """Somebody opens the page."""
        return await (await Tab.open(await self.person(**options), self.address)).ready()

    def says(self, *scripts: Script) -> None:
        """What the model does from now on; the last script stays."""
        self.pool.scripts = list(scripts)

    async def forget_notes(self) -> None:
        """Remove all notes."""
        operator = Asker("operator", "operator", is_manager=True)
        for note in await self.services.notes.list(SERVER):
            await self.services.notes.remove(operator, SERVER, note.name)


@asynccontextmanager
async def campus(
    folder: Path,
    browser: Browser,
    passwords: Mapping[str, str] | None = None,
    assistants: tuple[str, ...] = (),
) -> AsyncIterator[Campus]:
    """The page over a real database and scripted models."""
    bugs: list[BaseException] = []
    pool = ScriptedPool()
    ids = count(1)
    explainer = ScriptedExplainer()
    settings = PageSettings(SERVER, port=0, passwords=passwords, assistants=assistants)
    async with (
        Database.open(f"sqlite+aiosqlite:///{folder}/lectern.db") as database,
        Studio() as studio,
        AsyncExitStack() as stack,
    ):
        painter = NotedPainter(studio)
        services = scripted_services(
            database, pool, SystemClock(), bugs, explainer=explainer, painter=painter
        )
        new_id = lambda: f"id{next(ids)}"  # noqa: E731
        async with serving(services, settings, reporting_to(bugs), new_id) as address:
            yield Campus(address, browser, services, pool, explainer, painter.themes, bugs, stack)
