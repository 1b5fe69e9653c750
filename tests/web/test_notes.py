"""Notes on the page: files come in, answers quote them, and they go again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.web.campus import Campus, Tab

pytestmark = pytest.mark.asyncio(loop_scope="module")
SYLLABUS = "# Homework\n\n## Deadlines\n\nHomework is due on Friday at noon in the Beacon system.\n"


@pytest_asyncio.fixture(loop_scope="module")
async def tab(here: Campus) -> AsyncIterator[Tab]:
    opened = await here.visit()
    await opened.turn_to("Notes")
    yield opened
    await here.forget_notes()


async def add(tab: Tab, *files: Path) -> None:
    async with tab.page.expect_file_chooser() as chooser:
        await tab.page.get_by_role("button", name="Add notes").click()
    await (await chooser.value).set_files(list(files))


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


async def test_a_note_comes_in_is_quoted_with_its_source_and_goes(tab: Tab, tmp_path: Path) -> None:
    await expect(tab.page.locator("#notes")).to_contain_text("There are no notes here yet")
    await add(tab, written(tmp_path, "homework.md", SYLLABUS))
    await expect(tab.page.locator("#notice-notes")).to_contain_text(
        "Added: homework.md (1 passage)"
    )
    await expect(tab.page.locator("#notes")).to_contain_text("homework.md")
    await tab.turn_to("Chat")
    await tab.ask("When is homework due?")
    await expect(tab.answers).to_contain_text("“Homework is due on Friday at noon in the Beacon")
    await expect(tab.answers.locator("small")).to_contain_text("[1] Homework — Deadlines")
    await tab.turn_to("Notes")
    await tab.page.get_by_label("Note to remove").click()
    await tab.page.get_by_role("option", name="homework.md").click()
    await tab.button("Remove").click()
    await expect(tab.page.locator("#notice-notes")).to_contain_text("homework.md is removed")
    await expect(tab.page.locator("#notes")).to_contain_text("There are no notes here yet")


async def test_several_files_come_at_once_and_one_that_is_none_is_refused_alone(
    tab: Tab, tmp_path: Path
) -> None:
    good = written(tmp_path, "<b>good.md", SYLLABUS)
    bad = written(tmp_path, "program.exe", "MZ")
    await add(tab, good, bad)
    notice = tab.page.locator("#notice-notes p")
    await expect(notice).to_have_count(2)
    await expect(notice.nth(1)).to_contain_text("Refused:")
    assert await tab.page.locator("#notes b").count() == 0


async def test_a_file_that_is_too_large_is_refused_with_its_size(tab: Tab, tmp_path: Path) -> None:
    await add(tab, written(tmp_path, "large.md", "word " * 2_300_000))
    await expect(tab.page.locator("#notice-notes")).to_contain_text("at most 10.0 MiB")


async def test_removing_nothing_is_refused_in_a_sentence(tab: Tab) -> None:
    await tab.button("Remove").click()
    await expect(tab.page.locator("#notice-notes")).to_contain_text("Please choose the note")
