"""`/explain`: a look inside any text, which is kept for its controls and counts as a question."""

from bot.domain.errors import PromptTooLong
from bot.domain.look import NAMES, Look, View
from bot.domain.rate_limit import Limit
from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_looking import HEADS, shown, turned
from tests.discord_server import Message

TEXT = "The cat sat on the mat"


async def explain(scene: Scene, **options: object) -> Message:
    """Ada's text, as the picture that she sees."""
    asked = await scene.ada.slash(scene.channel, "explain", **{"text": TEXT, **options})
    return await shown(scene, await asked.responded())


async def test_a_text_is_shown_to_its_person_alone(bot: Scene) -> None:
    page = await explain(bot)
    assert not bot.bob.sees(page)
    assert page.attachments[0].filename == "surprise.png"
    assert page.content.startswith("**Surprise** · small\n")
    specimen, look = bot.explainer.looks[0]
    assert (specimen.model, specimen.prompt, specimen.written) == ("small", TEXT, "")
    assert look == Look(View.SURPRISE)


async def test_view_and_model_are_chosen(bot: Scene) -> None:
    page = await explain(bot, view="attention", model="large")
    assert page.content.startswith("**Attention** · large\n")
    assert page.buttons == HEADS
    await turned(bot, page, "Head ▶")
    specimen, look = bot.explainer.looks[-1]
    assert (specimen.model, specimen.prompt) == ("large", TEXT)
    assert look == Look(View.ATTENTION, layer=0, head=0)


async def test_every_view_is_offered_with_what_it_shows(bot: Scene) -> None:
    for view, (name, _) in NAMES.items():
        page = await explain(bot, view=view.value)
        assert page.content.startswith(f"**{name}**")
        await bot.set(person_limit=Limit(100, 60))


async def test_models_are_suggested(bot: Scene) -> None:
    typed = await bot.ada.autocomplete(bot.channel, "explain", "model", "ti", text=TEXT)
    assert await typed.suggestions() == ["tiny"]


async def test_the_controls_find_the_text_after_a_restart(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        page = await explain(scene)
    async with start_bot():
        assert await turned(scene, page, "Tokens") == "tokens.png"
        assert scene.explainer.looks[-1][0].prompt == TEXT
    assert scene.bugs == []


async def test_a_text_counts_as_a_question_and_turning_its_pages_costs_nothing(bot: Scene) -> None:
    await bot.set(person_limit=Limit(1, 60))
    page = await explain(bot)
    for name in ("Tokens", "Layers", "Attention"):
        await turned(bot, page, name)
    asked = await bot.ada.slash(bot.channel, "explain", text=TEXT)
    assert "please ask again in" in (await asked.responded()).content


async def test_a_text_is_no_part_of_the_conversation(bot: Scene) -> None:
    await explain(bot)
    await bot.ask("Why?")
    assert TEXT not in bot.pool.prompts[-1]


async def test_a_text_that_is_refused_is_not_kept(bot: Scene) -> None:
    bot.explainer.refusal = PromptTooLong("Your text has 2,000 tokens; please shorten it.")
    asked = await bot.ada.slash(bot.channel, "explain", text=TEXT)
    assert (await asked.responded()).content == bot.explainer.refusal.text
    assert bot.services is not None
    assert await bot.services.delivery.answer(1) is None


async def test_somebody_else_does_not_see_into_a_text(bot: Scene) -> None:
    page = await explain(bot)
    public = await bot.ask()
    public.components = page.components  # a forged menu
    press = await bot.bob.select(public, "View", "Tokens")
    assert "no longer have this text" in (await press.followed_up()).content
    assert len(bot.explainer.looks) == 1
