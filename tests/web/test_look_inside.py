"""Every picture of the look inside, opened in a real browser."""

import dataclasses

import pytest
from playwright.async_api import expect

from bot.domain.look import Look, View
from bot.domain.view_words import alt_text
from tests.lookers import view_of
from tests.web.campus import Campus, Tab

pytestmark = pytest.mark.asyncio(loop_scope="module")
VIEWS = {
    "Tokens": View.TOKENS,
    "Next token": View.NEXT,
    "Surprise": View.SURPRISE,
    "Attention": View.ATTENTION,
    "Layers": View.LAYERS,
    "Temperature": View.TEMPERATURE,
}


async def asked(campus: Campus, **options: object) -> Tab:
    """Somebody asked something and looks inside the answer."""
    tab = await campus.visit(**options)
    await tab.ask("What is dropout?")
    await tab.ended()
    await tab.turn_to("Look inside")
    return tab


async def drawn(tab: Tab) -> str:
    """What the picture that is there shows, in words; it is a picture indeed."""
    image = tab.page.locator("#picture img")
    await expect(image).to_be_visible()
    assert await image.evaluate("(each) => each.decode().then(() => each.naturalWidth)") > 300
    return str(await image.get_attribute("alt"))


@pytest.mark.parametrize("name", VIEWS)
async def test_every_view_of_an_answer_is_a_picture_with_words(here: Campus, name: str) -> None:
    tab = await asked(here)
    await tab.page.get_by_role("radio", name=name).check()
    assert len(await drawn(tab)) > 20
    assert len(await tab.page.locator("#picture figcaption p").first.inner_text()) > 40
    await expect(tab.page.locator("#picture figcaption")).to_contain_text("Seen in small.")
    assert here.explainer.looks[-1] == Look(VIEWS[name])
    assert here.explainer.specimens[-1].model == "small"


async def test_heads_and_layers_can_be_walked_through(here: Campus) -> None:
    tab = await asked(here)
    await tab.page.get_by_role("radio", name="Attention").check()
    await drawn(tab)
    layer = tab.page.get_by_label("Layer", exact=True)
    await expect(layer).to_have_value("2")  # people count from 1
    await layer.click()
    await tab.page.get_by_role("option", name="12", exact=True).click()
    await expect(layer).to_have_value("2")  # where the scripted view stands
    assert here.explainer.looks[-1] == Look(View.ATTENTION, layer=11)


async def test_the_token_can_be_chosen(here: Campus) -> None:
    here.explainer.found = dataclasses.replace(view_of(View.NEXT), position=2, num_tokens=5)
    tab = await asked(here)
    await tab.page.get_by_role("radio", name="Next token").check()
    await drawn(tab)
    number = tab.page.get_by_label("number input for Token")
    await expect(number).to_have_value("3")
    await number.fill("5")
    await expect(number).to_have_value("3")  # where the scripted view stands
    assert here.explainer.looks[-1] == Look(View.NEXT, position=4)


async def test_a_text_of_one_token_has_nothing_to_choose(here: Campus) -> None:
    tab = await asked(here)
    await tab.page.get_by_role("radio", name="Next token").check()
    await drawn(tab)
    await expect(tab.page.get_by_label("number input for Token")).to_be_hidden()


async def test_any_text_can_be_looked_at(here: Campus) -> None:
    tab = await here.visit()
    await tab.turn_to("Look inside")
    await tab.page.get_by_label("Text (empty").fill("The cat sat")
    await tab.page.get_by_role("radio", name="Surprise").check()
    await drawn(tab)
    assert here.explainer.specimens[-1].prompt == "The cat sat"


async def test_turning_the_pages_of_a_text_is_charged_once(here: Campus) -> None:
    tab = await here.visit()
    await tab.turn_to("Look inside")
    await tab.page.get_by_label("Text (empty").fill("The dog ran")
    for _ in range(2):
        for name in VIEWS:
            await tab.page.get_by_role("radio", name=name).check()
            image = tab.page.locator("#picture img")
            await expect(image).to_have_attribute("alt", alt_text(view_of(VIEWS[name])))
    await expect(tab.page.locator("#notice-look")).to_have_text("")
    assert here.explainer.specimens[-1].prompt == "The dog ran"


async def test_where_there_is_no_answer_yet_a_sentence_says_so(here: Campus) -> None:
    tab = await here.visit()
    await tab.turn_to("Look inside")
    await tab.page.get_by_role("radio", name="Tokens").check()
    await expect(tab.page.locator("#notice-look")).to_contain_text("ask something first")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_picture_is_made_for_the_colours_of_the_page(here: Campus, scheme: str) -> None:
    tab = await asked(here, color_scheme=scheme, viewport={"width": 390, "height": 844})
    await tab.page.get_by_role("radio", name="Tokens").check()
    await drawn(tab)
    assert here.themes[-1] == scheme
    assert await tab.is_narrow()
