"""A page with passwords: who gets in, who stays out, and whose chat is whose."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.web.campus import Campus, Tab, campus
from tests.web.chromium import PATIENCE_MS

pytestmark = pytest.mark.asyncio(loop_scope="module")
PASSWORDS = {"ada": "lovelace-1815", "bob": "ross-1942"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def closed(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Campus]:
    folder = Path(tmp_path_factory.mktemp("page"))
    async with campus(folder, browser, PASSWORDS, assistants=("ada",)) as opened:
        yield opened
        assert opened.bugs == []


async def log_in(page: Page, name: str, password: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.keyboard.press("Enter")


async def arrived(campus: Campus, name: str) -> Tab:
    tab = await Tab.open(await campus.person(), campus.address)
    await log_in(tab.page, name, PASSWORDS[name])
    return await tab.ready()


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "ross-1942"), ("ada", ""), ("carol", "lovelace-1815")]
)
async def test_a_wrong_password_is_refused_in_a_sentence(
    closed: Campus, name: str, password: str
) -> None:
    page = await (await closed.person()).new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(closed.address)
    await log_in(page, name, password or " ")
    await expect(page.get_by_role("alert")).to_have_text("That is not right; please try again.")


async def test_without_a_login_nothing_is_to_be_had(closed: Campus) -> None:
    context = await closed.person()
    front = await context.request.get(closed.address, max_redirects=0)
    assert (front.status, front.headers["location"]) == (303, "/login")
    for path in ("config", "theme.css", "gradio_api/queue/data", "assets/x.js"):
        assert (await context.request.get(closed.address + path)).status == 401
    joined = await context.request.post(closed.address + "gradio_api/queue/join", data={})
    assert joined.status == 401


async def test_people_get_in_ask_and_have_a_chat_of_their_own(closed: Campus) -> None:
    ada = await arrived(closed, "ada")
    await ada.ask("What is my secret?")
    await expect(ada.answers).to_have_count(1)
    bob = await arrived(closed, "bob")
    await expect(bob.answers).to_have_count(0)


async def test_a_browser_that_changes_hands_shows_nothing_of_who_was_there_before(
    closed: Campus,
) -> None:
    tab = await arrived(closed, "ada")
    await tab.ask("What is my secret?")
    await expect(tab.answers).to_have_count(1)
    await tab.ended()
    await tab.page.get_by_role("link", name="Log out").click()
    await log_in(tab.page, "bob", PASSWORDS["bob"])
    await tab.ready()
    await expect(tab.answers).to_have_count(0)
    await tab.page.get_by_role("link", name="Log out").click()
    await log_in(tab.page, "ada", PASSWORDS["ada"])
    await expect(tab.answers).to_have_count(1)


async def test_only_assistants_add_notes(closed: Campus) -> None:
    ada, bob = await arrived(closed, "ada"), await arrived(closed, "bob")
    for tab in (ada, bob):
        await tab.turn_to("Notes")
    add = "Add notes (Markdown, text, PDF, HTML, notebook, .docx)"
    await expect(ada.button(add)).to_be_enabled()
    await expect(bob.button(add)).to_be_disabled()
    await expect(bob.page.locator("#notice-notes")).to_contain_text("Only those whom")
    upload = await bob.page.context.request.post(
        closed.address + "gradio_api/upload",
        multipart={"files": {"name": "a.md", "mimeType": "text/plain", "buffer": b"# A"}},
    )
    assert upload.status == 403
