"""Raw text completion on the page: a text in, one or several texts out."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.scripted_models import Script
from tests.web.campus import Campus, Tab

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def opened(campus: Campus) -> Tab:
    tab = await campus.visit()
    await tab.turn_to("Text")
    return tab


async def complete(tab: Tab, text: str) -> None:
    await tab.page.get_by_label("Text to continue").fill(text)
    await tab.button("Complete").click()


async def test_a_text_is_continued(here: Campus) -> None:
    here.says(Script((" there", " was", " a", " net.")))
    tab = await opened(here)
    await tab.page.get_by_label("number input for New tokens").fill("20")
    await complete(tab, "Once upon a time")
    await expect(tab.page.get_by_label("Continuation")).to_have_value("there was a net.")
    assert here.pool.prompts[-1] == "Once upon a time"
    assert here.pool.samplings[-1].max_new_tokens == 20


async def test_several_samples_stand_below_each_other_with_their_seeds(here: Campus) -> None:
    here.says(Script((" one", " text.")), Script((" another", " text.")))
    tab = await opened(here)
    await tab.page.get_by_label("Seed").fill("7")
    await tab.page.get_by_label("number input for Samples").fill("2")
    await complete(tab, "Once")
    await expect(tab.page.get_by_label("Continuation")).to_have_value(
        "Sample 1 · seed 7\none text.\n\nSample 2 · seed 8\nanother text."
    )


async def test_it_can_be_stopped_and_is_there_after_a_reload(here: Campus) -> None:
    here.says(Script((" there", " was", " a", " net."), gate=asyncio.Event()))
    tab = await opened(here)
    await complete(tab, "Once upon a time")
    await expect(tab.page.get_by_label("Continuation")).to_have_value("there")
    await tab.page.locator("#stop-text").click()
    await expect(tab.button("Complete")).to_be_enabled()
    await tab.page.reload()
    await tab.turn_to("Text")
    await expect(tab.page.get_by_label("Text to continue")).to_have_value("Once upon a time")
    await expect(tab.page.get_by_label("Continuation")).to_have_value("there was")


async def test_no_text_is_refused_in_a_sentence(here: Campus) -> None:
    tab = await opened(here)
    await complete(tab, "")
    await expect(tab.page.locator("#notice-text")).to_contain_text("please write a beginning")
