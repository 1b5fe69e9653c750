"""*Look inside* below an answer: who sees what, the controls, and what can go wrong."""

import asyncio

import pytest
from sqlalchemy import delete

from bot.cogs import progress
from bot.cogs.looking import GONE
from bot.domain.errors import InvalidParameter, NotEnoughMemory, PictureUnavailable
from bot.domain.look import NAMES, Look, View
from bot.domain.progress import LoadProgress
from bot.service.explain import BUSY
from bot.storage.tables import answers
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Interaction, Message, Person
from tests.scripted_insight import ScriptedExplainer

WALK = ["◀ 10", "◀ Token", "Token ▶", "10 ▶"]
HEADS = ["◀ Layer", "Layer ▶", "◀ Head", "Head ▶", "Average"]
REFUSAL = InvalidParameter("There are tokens 1 to 4 only.")


async def pressed(scene: Scene, message: Message, person: Person | None = None) -> Message:
    """The picture that *Look inside* shows to its presser."""
    press = await (person or scene.ada).click(message, "Look inside")
    return await shown(scene, await press.responded())


async def shown(scene: Scene, page: Message) -> Message:
    """A page once its picture is there."""
    await scene.server.until(lambda: page.attachments)
    return page


async def turned(scene: Scene, page: Message, knob: str, person: Person | None = None) -> str:
    """Press a control or choose a view; the name of the picture that follows."""
    before = page.attachments
    who = person or scene.ada
    await (who.click(page, knob) if knob in page.buttons else who.select(page, "View", knob))
    await scene.server.until(lambda: page.attachments and page.attachments != before)
    return page.attachments[0].filename


async def told(interaction: Interaction) -> str:
    """What a press says beside the page that stays."""
    return (await interaction.followed_up()).content


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress shows without a wait."""
    monkeypatch.setattr(progress, "PROGRESS_SECONDS", 0.0)


async def test_the_presser_alone_sees_a_picture_with_words_and_a_menu(bot: Scene) -> None:
    message = await bot.ask()
    page = await pressed(bot, message, bot.bob)
    assert bot.bob.sees(page)
    assert not bot.ada.sees(page)
    (picture,) = page.attachments
    assert picture.filename == "surprise.png"
    assert picture.content == b"SurpriseView dark"
    assert picture.description
    assert page.content.startswith("**Surprise** · small\n")
    assert page.buttons == []
    specimen, look = bot.explainer.looks[0]
    assert look == Look(View.SURPRISE)
    assert specimen.written == "Dropout zeroes activations."


async def test_every_view_is_chosen_from_the_menu_and_takes_the_picture_s_place(
    bot: Scene,
) -> None:
    page = await pressed(bot, await bot.ask())
    for view, (name, _) in NAMES.items():
        if view is View.SURPRISE:
            continue
        assert await turned(bot, page, name) == f"{view}.png"
        assert page.content.startswith(f"**{name}** · small\n")
        assert len(page.attachments) == 1
        walks = view in (View.NEXT, View.LAYERS)
        assert page.buttons == (WALK if walks else HEADS if view is View.ATTENTION else [])
    assert await turned(bot, page, "Surprise") == "surprise.png"


async def test_every_button_below_attention_leads_on(bot: Scene) -> None:
    page = await pressed(bot, await bot.ask())
    await turned(bot, page, "Attention")
    for knob in ("Layer ▶", "Layer ▶", "◀ Layer", "Head ▶", "Head ▶", "◀ Head", "Average"):
        await turned(bot, page, knob)
    seen = [(look.layer, look.head) for _, look in bot.explainer.looks[2:]]
    assert seen == [(0, None), (1, None), (0, None), (0, 0), (0, 1), (0, 0), (None, None)]


async def test_every_button_below_the_next_token_leads_on_and_layers_stay_there(
    bot: Scene,
) -> None:
    page = await pressed(bot, await bot.ask())
    await turned(bot, page, "Next token")
    for knob in ("Token ▶", "◀ Token", "10 ▶", "◀ 10", "Token ▶", "Tokens", "Layers"):
        await turned(bot, page, knob)
    seen = [(look.view, look.position) for _, look in bot.explainer.looks[2:]]
    assert seen[:4] == [(View.NEXT, 1), (View.NEXT, 0), (View.NEXT, 2), (View.NEXT, 0)]
    assert seen[4:] == [(View.NEXT, 1), (View.TOKENS, None), (View.LAYERS, 1)]


async def test_two_people_who_press_at_once_see_a_picture_each(bot: Scene) -> None:
    message = await bot.ask()
    bot.explainer.gate = asyncio.Event()
    presses = [await each.click(message, "Look inside") for each in (bot.ada, bot.bob)]
    await bot.server.until(lambda: len(bot.explainer.looks) == 2)
    bot.explainer.gate.set()
    pages = [await shown(bot, await press.responded()) for press in presses]
    assert pages[0] is not pages[1]
    assert bot.ada.sees(pages[0])
    assert not bot.ada.sees(pages[1])
    assert bot.bob.sees(pages[1])
    assert not bot.bob.sees(pages[0])


async def test_one_person_cannot_queue_pictures(bot: Scene) -> None:
    message = await bot.ask()
    bot.explainer.gate = asyncio.Event()
    first = await bot.ada.click(message, "Look inside")
    await bot.server.until(lambda: bot.explainer.looks)
    second = await bot.ada.click(message, "Look inside")
    assert (await second.responded()).content == BUSY
    bot.explainer.gate.set()
    page = await shown(bot, await first.responded())
    assert len(bot.explainer.looks) == 1
    assert await turned(bot, page, "Tokens") == "tokens.png"


@pytest.mark.usefixtures("at_once")
async def test_a_model_that_has_to_be_loaded_shows_how_far_it_is(bot: Scene) -> None:
    message = await bot.ask()
    bot.explainer.loading = LoadProgress("small", "load", 0.25)
    bot.explainer.gate = asyncio.Event()
    press = await bot.ada.click(message, "Look inside")
    page = await press.responded()
    await bot.server.until(lambda: "⏳ Loading small `▓▓▓▓▓" in page.content)
    bot.explainer.gate.set()
    await shown(bot, page)
    assert page.content.startswith("**Surprise**")


@pytest.mark.usefixtures("at_once")
async def test_a_refused_page_leaves_the_one_that_stands(bot: Scene) -> None:
    page = await pressed(bot, await bot.ask())
    await turned(bot, page, "Next token")
    before, picture = page.content, page.attachments
    bot.explainer.gate = asyncio.Event()
    press = await bot.ada.click(page, "Token ▶")
    await bot.server.until(lambda: page.content == "⏳ Drawing: Next token.")
    bot.explainer.refusal = REFUSAL
    bot.explainer.gate.set()
    assert await told(press) == REFUSAL.text
    assert (page.content, page.attachments, page.buttons) == (before, picture, WALK)


async def test_a_refusal_at_the_first_press_is_a_sentence_for_the_presser(bot: Scene) -> None:
    message = await bot.ask()
    bot.explainer.refusal = NotEnoughMemory("There is no room for small; ask an admin.")
    press = await bot.ada.click(message, "Look inside")
    said = await press.responded()
    assert said.content == "There is no room for small; ask an admin."
    assert said.is_ephemeral
    bot.explainer.refusal = None
    assert (await pressed(bot, message)).attachments


async def test_a_picture_that_cannot_be_drawn_is_told(bot: Scene) -> None:
    message = await bot.ask()
    bot.painter.refusal = PictureUnavailable("The picture could not be drawn; please try again.")
    press = await bot.ada.click(message, "Look inside")
    assert (await press.responded()).content == bot.painter.refusal.text


async def test_a_bug_becomes_a_sentence_with_an_id(bot: Scene) -> None:
    message = await bot.ask()

    class Broken(ScriptedExplainer):
        async def view(self, *wanted: object) -> None:  # type: ignore[override]
            raise RuntimeError("broken")

    assert bot.services is not None
    bot.services.explain._explainer = Broken()
    press = await bot.ada.click(message, "Look inside")
    assert "Something went wrong on my side" in (await press.responded()).content
    assert [str(bug) for bug in bot.bugs] == ["broken"]
    bot.bugs.clear()


async def test_an_answer_that_is_gone_says_so_at_its_button_and_its_controls(bot: Scene) -> None:
    message = await bot.ask()
    page = await pressed(bot, message)
    assert bot.services is not None
    async with bot.services.installation._store.transaction() as transaction:
        await transaction.answers._connection.execute(delete(answers))  # type: ignore[attr-defined]
    assert await told(await bot.ada.select(page, "View", "Tokens")) == GONE
    assert page.attachments[0].filename == "surprise.png"
    press = await bot.ada.click(message, "Look inside")
    assert (await press.responded()).content == GONE


async def test_a_page_that_was_dismissed_while_it_was_drawn_is_no_bug(bot: Scene) -> None:
    message = await bot.ask()
    bot.explainer.gate = asyncio.Event()
    press = await bot.ada.click(message, "Look inside")
    await bot.server.until(lambda: bot.explainer.looks)
    assert press.response_message is not None
    press.response_message.deleted = True
    bot.explainer.gate.set()
    await pressed(bot, message, bot.bob)
    assert bot.bugs == []


async def test_a_private_answer_is_seen_into_by_its_asker_only(bot: Scene) -> None:
    private = await bot.ask(private=True)
    assert (await pressed(bot, private)).attachments
    public = await bot.ask("Again?")
    public.components = private.components  # a forged button
    press = await bot.bob.click(public, "Look inside")
    assert (await press.responded()).content == GONE


async def test_buttons_and_controls_work_after_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        message = await scene.ask()
        page = await pressed(scene, message)
        await turned(scene, page, "Attention")
    async with start_bot():
        await turned(scene, page, "Layer ▶")
        assert scene.explainer.looks[-1][1] == Look(View.ATTENTION, layer=0)
        assert await turned(scene, page, "Temperature") == "temperature.png"
        assert (await pressed(scene, message)).attachments
    assert scene.bugs == []


async def test_while_retiring_no_picture_is_begun_and_one_that_runs_is_told(
    scene: Scene, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cogs.client.RETIRE_SECONDS", 0.2)
    async with start_bot() as client:
        message = await scene.ask()
        scene.explainer.gate = asyncio.Event()
        running = await scene.ada.click(message, "Look inside")
        await scene.server.until(lambda: scene.explainer.looks)
        client.is_retiring = True
        late = await scene.bob.click(message, "Look inside")
        assert "I am restarting" in (await late.responded()).content
    assert "I am restarting" in (await running.responded()).content
    assert scene.bugs == []
