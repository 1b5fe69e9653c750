"""The studio: real pictures from a real child, which may hang, die or be left alone."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.domain.errors import PictureUnavailable, UnsupportedFormula
from bot.domain.formulas import Formula
from bot.domain.theme import Theme
from bot.figures.studio import Limits, Studio
from bot.service.insight_ports import Painter
from tests.figures.conftest import QUICK, SLOW_CHILD
from tests.sights import VIEWS, learn_sheet, stats_sheet

SOFTMAX = Formula(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}")
PNG = b"\x89PNG\r\n\x1a\n"


async def is_gone(process_id: int) -> bool:
    for _ in range(200):
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_picture_is_drawn_by_a_child_that_stays(studio: Studio) -> None:
    assert studio.child_id is None
    assert (await studio.formulas([SOFTMAX])).startswith(PNG)
    child = studio.child_id
    assert (await studio.formulas([SOFTMAX], Theme.LIGHT)).startswith(PNG)
    assert child is not None
    assert studio.child_id == child


async def test_the_event_loop_goes_on_while_a_picture_is_drawn(
    slow_studio: Studio, tmp_path: Path
) -> None:
    """The picture is done only once somebody else on the loop has had a turn."""
    begun, wanted = tmp_path / "begun", tmp_path / "wanted"
    wish = {"begun": str(begun), "wanted": str(wanted)}
    async with Studio(command=SLOW_CHILD) as studio:
        drawing = asyncio.create_task(studio.draw("wait", wish))
        for _ in range(2_000):
            await asyncio.sleep(0.01)
            if begun.exists():
                break
        assert not drawing.done()
        wanted.touch()
        assert await drawing == b"it came"


async def test_what_cannot_be_drawn_is_refused_and_the_child_stays(studio: Studio) -> None:
    with pytest.raises(UnsupportedFormula, match=r"\\nonsense"):
        await studio.formulas([Formula(r"\nonsense{x}")])
    child = studio.child_id
    assert (await studio.formulas([SOFTMAX])).startswith(PNG)
    assert studio.child_id == child


async def test_a_picture_that_takes_too_long_is_given_up_and_the_next_one_is_drawn(
    slow_studio: Studio,
) -> None:
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"
    child = slow_studio.child_id
    with pytest.raises(PictureUnavailable, match="try again"):
        await slow_studio.draw("sleep", {"seconds": 60})
    assert child is not None
    assert await is_gone(child)
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"
    assert slow_studio.child_id not in (None, child)


@pytest.mark.parametrize("status", [0, 1])
async def test_a_child_that_dies_is_replaced(slow_studio: Studio, status: int) -> None:
    with pytest.raises(PictureUnavailable):
        await slow_studio.draw("die", {"status": status})
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"


async def test_a_child_that_died_between_two_pictures_is_replaced(slow_studio: Studio) -> None:
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"
    child = slow_studio.child_id
    assert child is not None
    os.kill(child, 9)
    await asyncio.sleep(0.3)
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"
    assert slow_studio.child_id != child


async def test_too_much_memory_is_an_error_of_one_picture(
    slow_studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PictureUnavailable):
        await slow_studio.draw("eat", {"bytes": 4 * 1024**3})
    assert "MemoryError" in caplog.text
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"


async def test_a_bug_names_its_log_entry_which_holds_no_words(
    slow_studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PictureUnavailable, match=r"error (\w{8})") as refusal:
        await slow_studio.draw("portrait of Ada", {})
    assert "KeyError" in caplog.text
    assert refusal.value.text.rpartition(" ")[2].strip(")") in caplog.text
    assert "Ada" not in caplog.text


async def test_callers_wait_in_line(slow_studio: Studio) -> None:
    order: list[int] = []

    async def ask(number: int) -> None:
        await slow_studio.draw("sleep", {"seconds": 0.05})
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(6)))
    assert order == list(range(6))


async def test_a_caller_who_leaves_does_not_disturb_the_others(slow_studio: Studio) -> None:
    await slow_studio.draw("sleep", {"seconds": 0})
    child = slow_studio.child_id
    running = asyncio.create_task(slow_studio.draw("sleep", {"seconds": 0.5}))
    waiting = asyncio.create_task(slow_studio.draw("die", {"status": 1}))
    await asyncio.sleep(0.1)
    running.cancel()
    waiting.cancel()
    assert await slow_studio.draw("sleep", {"seconds": 0}) == b"slept"
    assert running.cancelled()
    assert waiting.cancelled()
    assert slow_studio.child_id == child


async def test_the_child_knows_no_secret_and_may_print(slow_studio: Studio) -> None:
    known = set((await slow_studio.draw("show", {})).decode().split("\n"))
    assert "PATH" in known
    assert "DISCORD_TOKEN" not in known


async def test_an_idle_child_gives_its_memory_back(slow_studio: Studio) -> None:
    async with Studio(Limits(idle_seconds=0.2), SLOW_CHILD) as studio:
        assert await studio.draw("sleep", {"seconds": 0}) == b"slept"
        child = studio.child_id
        assert child is not None
        assert await is_gone(child)
        assert await studio.draw("sleep", {"seconds": 0}) == b"slept"
        assert studio.child_id != child


async def test_leaving_ends_the_child_and_refuses_who_waits(slow_studio: Studio) -> None:
    async with Studio(QUICK, SLOW_CHILD) as studio:
        await studio.draw("sleep", {"seconds": 0})
        child = studio.child_id
        callers = [asyncio.create_task(studio.draw("sleep", {"seconds": 1})) for _ in range(3)]
        await asyncio.sleep(0.2)
    assert child is not None
    assert await is_gone(child)
    for caller in callers:
        with pytest.raises(PictureUnavailable):
            await asyncio.wait_for(caller, 5)
    with pytest.raises(PictureUnavailable):
        await studio.formulas([SOFTMAX])


async def test_a_child_that_cannot_start_is_told_as_one_sentence() -> None:
    async with Studio(command=("/nonexistent/python",)) as studio:
        with pytest.raises(PictureUnavailable, match="try again"):
            await studio.formulas([SOFTMAX])


@pytest.mark.parametrize("name", VIEWS)
async def test_a_view_is_drawn_by_the_child(studio: Studio, name: str) -> None:
    dark = await studio.view(VIEWS[name])
    assert dark.startswith(PNG)
    assert await studio.view(VIEWS[name], Theme.LIGHT) != dark


async def test_a_sheet_is_drawn_by_the_child(studio: Studio) -> None:
    painter: Painter = studio
    assert (await painter.sheet(stats_sheet())).startswith(PNG)
    assert (await painter.sheet(learn_sheet(), Theme.LIGHT)).startswith(PNG)
