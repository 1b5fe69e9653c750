"""The page as a whole: its width, its keys, its colours, and that it needs nobody else."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.scripted_models import Script
from tests.web.campus import Campus

pytestmark = pytest.mark.asyncio(loop_scope="module")
NARROW = {"width": 390, "height": 844}
TABS = ("Chat", "Look inside", "Text", "Notes")


async def test_the_page_fits_on_a_phone(here: Campus) -> None:
    code = f"\n```\nloss = {'layer.' * 40}x\n```\n"
    here.says(Script(("An", " extraordinarily" + "long" * 40, " word.", code, " End.")))
    tab = await here.visit(viewport=NARROW)
    await tab.ask("What is a" + "b" * 120 + "?")
    await expect(tab.answers).to_contain_text("End.")
    await tab.page.get_by_label("Choose the sampling myself").check()
    for name in TABS:
        await tab.turn_to(name)
        await expect(tab.page.get_by_role("tabpanel").locator("visible=true").first).to_be_visible()
        assert await tab.is_narrow(), name


async def test_the_keyboard_alone_is_enough(here: Campus) -> None:
    gate = asyncio.Event()
    here.says(Script(("Dropout", " zeroes", " some", " activations", "."), gate=gate), Script())
    tab = await here.visit()
    keyboard = tab.page.keyboard
    await tab.question.focus()
    await keyboard.type("What is dropout?")
    await keyboard.press("Enter")
    await expect(tab.button("Stop")).to_be_enabled()
    await keyboard.press("Tab")
    await expect(tab.button("Stop")).to_be_focused()  # the next that can be pressed now
    await keyboard.press("Space")
    await expect(tab.answers).to_contain_text("Stopped.")
    await tab.button("Regenerate").focus()
    await keyboard.press("Enter")
    await expect(tab.answers).to_contain_text("Dropout zeroes activations.")


async def test_everything_that_can_be_used_has_a_name_and_shows_its_focus(here: Campus) -> None:
    tab = await here.visit()
    await tab.page.get_by_label("Choose the sampling myself").check()
    await tab.page.locator("h1").click()
    for name in TABS:
        await tab.turn_to(name)
        nameless = await tab.page.evaluate(
            """() => [...document.querySelectorAll('button, input, textarea, a[href]')]
                .filter((each) => each.offsetParent && each.type !== 'file')
                .filter((each) => !(each.innerText.trim() || each.ariaLabel || each.title
                    || each.labels?.length || each.closest('label')))
                .map((each) => each.outerHTML.slice(0, 200))"""
        )
        assert nameless == []
    await tab.page.keyboard.press("Tab")
    width = await tab.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert width == "3px"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_light_or_dark_as_the_system_is_until_somebody_chooses(
    here: Campus, scheme: str
) -> None:
    tab = await here.visit(color_scheme=scheme)
    is_dark = "document.body.classList.contains('dark')"
    assert await tab.page.evaluate(is_dark) == (scheme == "dark")
    await tab.button("Dark or light").click()
    assert await tab.page.evaluate(is_dark) != (scheme == "dark")
    await tab.page.reload()
    await tab.ready()
    assert await tab.page.evaluate(is_dark) != (scheme == "dark")


async def test_the_page_asks_nobody_else_for_anything(here: Campus) -> None:
    tab = await here.visit()
    await tab.ask("What is dropout?")
    await expect(tab.answers).to_have_count(1)
    for name in TABS:
        await tab.turn_to(name)
    assert tab.outside == []
    assert tab.failures == []
    assert await tab.page.get_by_text("Gradio").count() == 0
    assert await tab.page.title() == "Lectern"


@pytest.mark.parametrize(
    "path",
    [
        "docs",
        "openapi.json",
        "gradio_api/info",
        "gradio_api/openapi.json",
        "gradio_api/run/asked",
        "gradio_api/call/asked",
        "gradio_api/file=/etc/passwd",
        "gradio_api/proxy=https://example.org",
        "monitoring",
        "gradio_api/runs",
        "svelte/x.js",
    ],
)
async def test_what_the_page_does_not_need_is_closed(here: Campus, path: str) -> None:
    context = await here.person()
    response = await context.request.get(here.address + path)
    assert response.status == 404
    assert await response.text() == "There is nothing here."


async def test_another_name_of_this_machine_sees_nothing(here: Campus) -> None:
    context = await here.person()
    response = await context.request.get(here.address, headers={"Host": "evil.example"})
    assert response.status == 421


async def test_the_browsers_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    here: Campus,
) -> None:
    tab = await here.visit()
    (cookie,) = await tab.page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert await tab.page.evaluate("document.cookie") == ""
