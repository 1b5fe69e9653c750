"""The chat, as people use it: in a real browser, over a real database."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.scripted_models import Script
from tests.web.campus import Campus, Tab

pytestmark = pytest.mark.asyncio(loop_scope="module")
STARTED, WHOLE = "Dropout zeroes", "Dropout zeroes activations."


def slow(gate: asyncio.Event) -> Script:
    """An answer that shows its beginning and waits for a gate before the rest."""
    return Script(("Dropout", " zeroes", " some", " activations", "."), gate=gate)


async def begun(campus: Campus, gate: asyncio.Event) -> Tab:
    """A page on which the beginning of an answer can be read."""
    campus.says(slow(gate))
    tab = await campus.visit()
    await tab.ask("What is dropout?")
    await expect(tab.answers.last).to_contain_text("Dropout")
    return tab


async def test_an_answer_comes_with_the_mark_of_what_it_rests_on(here: Campus) -> None:
    tab = await here.visit()
    await tab.ask("What is dropout?")
    await expect(tab.answers).to_contain_text(WHOLE)
    await expect(tab.answers).to_contain_text("From the model's memory, unchecked.")
    await expect(tab.question).to_have_value("")
    await expect(tab.question).to_be_focused()


async def test_an_answer_can_be_read_while_it_is_written(here: Campus) -> None:
    gate = asyncio.Event()
    tab = await begun(here, gate)
    await expect(tab.answers).not_to_contain_text("activations")
    await expect(tab.button("Stop")).to_be_enabled()
    gate.set()
    await expect(tab.answers).to_contain_text("Dropout zeroes some activations.")
    await expect(tab.button("Stop")).to_be_disabled()


@pytest.mark.parametrize("how", ["button", "Escape"])
async def test_an_answer_can_be_stopped_and_what_was_written_stays(here: Campus, how: str) -> None:
    tab = await begun(here, asyncio.Event())
    if how == "button":
        await tab.button("Stop").click()
    else:
        await expect(tab.button("Stop")).to_be_enabled()
        await tab.page.keyboard.press("Escape")
    await expect(tab.answers).to_contain_text("Stopped.")
    await expect(tab.answers).to_contain_text("Dropout")
    await tab.ended()


async def test_regenerating_puts_another_answer_in_the_old_ones_place(here: Campus) -> None:
    here.says(Script(("First", " answer.")), Script(("Second", " answer.")))
    tab = await here.visit()
    await tab.ask("What is dropout?")
    await expect(tab.answers).to_contain_text("First answer.")
    await tab.button("Regenerate").click()
    await expect(tab.answers).to_contain_text("Second answer.")
    await expect(tab.answers).to_have_count(1)
    await expect(tab.log).not_to_contain_text("First answer.")


async def test_an_answer_that_was_cut_off_goes_on(here: Campus) -> None:
    gate = asyncio.Event()
    tab = await begun(here, gate)
    await expect(tab.button("Continue")).to_be_disabled()
    await tab.button("Stop").click()
    await expect(tab.answers).to_contain_text("Stopped.")
    here.says(Script((" more", " words.")))
    await tab.button("Continue").click()
    await expect(tab.answers).to_contain_text("more words.")
    await expect(tab.answers).to_contain_text("Dropout")
    await expect(tab.answers).to_have_count(1)


async def test_a_reload_in_the_middle_of_an_answer_loses_nothing(here: Campus) -> None:
    gate = asyncio.Event()
    tab = await begun(here, gate)
    await tab.page.reload()
    await expect(tab.answers).to_contain_text("Dropout")
    await expect(tab.button("Stop")).to_be_enabled()
    gate.set()
    await expect(tab.answers).to_contain_text("Dropout zeroes some activations.")
    await tab.page.reload()
    await expect(tab.answers).to_contain_text("Dropout zeroes some activations.")
    await expect(tab.log).to_contain_text("What is dropout?")


async def test_an_answer_goes_on_when_its_page_is_closed(here: Campus) -> None:
    gate = asyncio.Event()
    tab = await begun(here, gate)
    context = tab.page.context
    await tab.page.close()
    gate.set()
    again = await Tab.open(context, here.address)
    await expect(again.answers).to_contain_text("Dropout zeroes some activations.")


async def test_a_second_page_is_told_that_an_answer_is_being_written(here: Campus) -> None:
    tab = await begun(here, gate := asyncio.Event())
    second = await (await Tab.open(tab.page.context, here.address)).ready()
    await expect(second.answers).to_contain_text("Dropout")
    await second.ask("And what is a gate?")
    await expect(second.page.locator("#notice")).to_contain_text("still being written")
    await expect(second.question).to_have_value("And what is a gate?")
    gate.set()
    await expect(second.answers).to_contain_text("some activations.")


async def test_nobody_sees_what_another_person_asked(here: Campus) -> None:
    ada, bob = await here.visit(), await here.visit()
    await ada.ask("What is my secret?")
    await expect(ada.answers).to_contain_text(WHOLE)
    await bob.page.reload()
    await bob.ready()
    await expect(bob.answers).to_have_count(0)
    await expect(bob.button("Regenerate")).to_be_disabled()


async def test_a_new_chat_forgets_the_old_one(here: Campus) -> None:
    tab = await here.visit()
    await tab.ask("What is dropout?")
    await expect(tab.answers).to_have_count(1)
    await tab.ended()
    await tab.button("New chat").click()
    await expect(tab.answers).to_have_count(0)
    await tab.page.reload()
    await tab.ready()
    await expect(tab.answers).to_have_count(0)


async def test_the_chosen_model_answers_and_says_how_far_its_loading_is(here: Campus) -> None:
    here.pool.load_gate = asyncio.Event()
    here.pool.loaded.discard("large")
    tab = await here.visit()
    model = tab.page.get_by_label("Model", exact=True)
    await model.click()
    await tab.page.get_by_role("option", name="large").click()
    await expect(tab.page.locator("#about-model")).to_contain_text("loads with the next question")
    await tab.ask("What is dropout?")
    await expect(tab.answers).to_contain_text("Loading large: 25%")
    here.pool.load_gate.set()
    await expect(tab.answers).to_contain_text(WHOLE)
    assert "large" in here.pool.loaded
    here.pool.load_gate = None


async def test_the_chosen_sampling_and_seed_are_used(here: Campus) -> None:
    tab = await here.visit()
    await tab.page.get_by_label("Seed").fill("42")
    await tab.page.get_by_label("Choose the sampling myself").check()
    for label, value in (("Temperature", "1.5"), ("Top-p", "0.5"), ("Top-k", "30")):
        await tab.page.get_by_label(f"number input for {label}").fill(value)
    await tab.ask("What is dropout?")
    await expect(tab.answers).to_contain_text(WHOLE)
    used = here.pool.samplings[-1]
    assert (used.seed, used.temperature, used.top_p, used.top_k) == (42, 1.5, 0.5, 30)


@pytest.mark.parametrize("seed", ["-1", "many", "99999999999999999999"])
async def test_a_seed_that_is_none_is_refused_in_a_sentence(here: Campus, seed: str) -> None:
    tab = await here.visit()
    await tab.page.get_by_label("Seed").fill(seed)
    await tab.ask("What is dropout?")
    await expect(tab.page.locator("#notice")).to_contain_text("seed must be a whole number")
    await expect(tab.answers).to_have_count(0)


async def test_an_empty_question_is_refused_in_a_sentence(here: Campus) -> None:
    tab = await here.visit()
    await tab.ask("   ")
    await expect(tab.page.locator("#notice p")).to_have_count(1)
    await expect(tab.answers).to_have_count(0)


async def test_the_limits_of_the_bot_hold_here(here: Campus) -> None:
    tab = await here.visit()
    for number in range(1, 7):
        await tab.ask(f"What is number {number}?")
        await expect(tab.answers).to_have_count(number)
        await expect(tab.answers.last).to_contain_text(WHOLE)
        await tab.ended()
    await tab.ask("What is number 7?")
    await expect(tab.page.locator("#notice")).to_contain_text("again")
    await expect(tab.answers).to_have_count(6)
    await expect(tab.question).to_have_value("What is number 7?")


async def test_what_a_model_writes_is_text_and_no_page(here: Campus) -> None:
    evil = "<img src=x onerror=alert(1)> <b>bold</b> ![x](https://example.org/x.png) <script>"
    here.says(Script(tuple(f" {word}" for word in f"See {evil} end".split())))
    tab = await here.visit()
    await tab.ask("What is <b>this</b> *now*?")
    await expect(tab.answers).to_contain_text("<img src=x onerror=alert(1)> <b>bold</b>")
    await expect(tab.log).to_contain_text("What is <b>this</b> *now*?")
    assert await tab.answers.locator("img, script, b").count() == 0
    assert tab.outside == []


async def test_formulas_are_drawn(here: Campus) -> None:
    here.says(Script(("It", " is", " $a<b^2$", " and", " costs", " $5.")))
    tab = await here.visit()
    await tab.ask("What is it?")
    await expect(tab.answers.locator(".katex")).to_have_count(1)
    await expect(tab.answers).to_contain_text("costs $5.")
