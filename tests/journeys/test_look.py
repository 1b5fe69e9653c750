"""A look inside with a real model, real numbers and real pictures: every view, every button."""

from bot.domain.look import NAMES, View
from tests.discord_server import Message
from tests.journeys.campus import Campus

PNG = b"\x89PNG\r\n\x1a\n"
TEXT = "Dropout switches units off at random, so that no unit can rely on another one."
WALK = ("◀ 10", "◀ Token", "Token ▶", "10 ▶")
HEADS = ("Layer ▶", "Layer ▶", "◀ Layer", "Head ▶", "Head ▶", "◀ Head", "Average")


async def shown(campus: Campus, page: Message) -> Message:
    """A page once its picture is there: a PNG with words for who cannot see it."""
    await campus.server.until(lambda: page.attachments, campus.patience_seconds)
    (picture,) = page.attachments
    assert picture.content.startswith(PNG)
    assert picture.description is not None
    assert 20 < len(picture.description) <= 1_024
    assert len(page.content) > 100
    return page


def possible(page: Message) -> list[str]:
    """The buttons that are not off."""
    return [
        each["label"]
        for each in page.all_components()
        if each.get("label") and not each.get("disabled")
    ]


async def turned(campus: Campus, page: Message, knob: str) -> bytes:
    """Press a control or choose a view; the picture that takes the place of the last one."""
    before = page.attachments
    if knob in page.buttons:
        await campus.bob.click(page, knob)
    else:
        await campus.bob.select(page, "View", knob)
    await campus.server.until(lambda: page.attachments != before, campus.patience_seconds)
    await shown(campus, page)
    return page.attachments[0].content


async def press_everything(campus: Campus, page: Message) -> None:
    """Every view, and every button below each; what is seen differs where it should."""
    for view, (name, _) in NAMES.items():
        if page.attachments[0].filename != f"{view}.png":
            await turned(campus, page, name)
        assert page.attachments[0].filename == f"{view}.png"
        if view in (View.NEXT, View.LAYERS):
            while "10 ▶" in possible(page):
                await turned(campus, page, "10 ▶")
            places = [await turned(campus, page, knob) for knob in WALK]
            assert len(set(places)) == 3  # one back and one on again
        elif view is View.ATTENTION:
            first = page.attachments[0].content
            heads = [await turned(campus, page, knob) for knob in HEADS]
            assert len(set(heads)) == len(HEADS) - 2  # twice one comes back to where one was
            assert heads[-1] == first


async def test_a_student_sees_into_an_answer(campus: Campus) -> None:
    async with campus.bot():
        message = await campus.ask(campus.ada, campus.channel, "What is dropout?", length="short")
        press = await campus.bob.click(message, "Look inside")
        page = await shown(campus, await press.responded(campus.patience_seconds))
        await press_everything(campus, page)
        assert campus.pool is not None
    async with campus.bot():  # its model is not loaded yet
        await turned(campus, page, "Tokens")


async def test_a_student_sees_into_a_text(campus: Campus) -> None:
    async with campus.bot():
        asked = await campus.bob.slash(campus.channel, "explain", text=TEXT, view="tokens")
        page = await shown(campus, await asked.responded(campus.patience_seconds))
        await press_everything(campus, page)
    async with campus.bot():
        await turned(campus, page, "Surprise")


async def test_another_model_is_loaded_for_a_text_and_a_text_too_long_is_refused(
    campus: Campus,
) -> None:
    async with campus.bot():
        asked = await campus.bob.slash(campus.channel, "explain", text=TEXT, model="third")
        page = await shown(campus, await asked.responded(campus.patience_seconds))
        assert "· third" in page.content
        asked = await campus.bob.slash(campus.channel, "explain", text="too long! " * 550)
        refusal = await campus.settled(asked)
        assert not refusal.attachments
        assert refusal.content.endswith(".")
        assert "token" in refusal.content
