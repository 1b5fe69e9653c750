"""Pictures of formulas: which are drawn, in which words, and what happens if they cannot be."""

import pytest

from bot.domain.errors import PictureUnavailable, UnsupportedFormula
from bot.service.pictures import MAX_ALT, MAX_CHARACTERS, MAX_FORMULAS, PictureService, drawable
from tests.sketcher import Sketcher

SOFTMAX = r"\frac{e^{z_i}}{\sum_j e^{z_j}}"


@pytest.mark.parametrize(
    "text", ["", "Dropout zeroes units.", "It costs $5 or $6.", "`$x$`", "```\n$$x$$\n```"]
)
async def test_nothing_is_drawn_where_there_is_no_formula(text: str) -> None:
    sketcher = Sketcher()
    assert await PictureService(sketcher).of(text) is None
    assert sketcher.drawn == []


async def test_without_an_illustrator_formulas_stay_text() -> None:
    assert await PictureService(None).of(f"$${SOFTMAX}$$") is None


async def test_all_formulas_become_one_picture_and_each_is_told_once() -> None:
    sketcher = Sketcher()
    shown = await PictureService(sketcher).of(rf"Take $x^2$ and \({SOFTMAX}\), then $x^2$ again.")
    assert shown is not None
    assert shown.png == f"x^2\n{SOFTMAX}".encode()
    assert sketcher.drawn == ["x^2", SOFTMAX]
    assert shown.alt == f"Formulas: (1) x²; (2) {SOFTMAX}"


async def test_one_formula_is_told_without_a_number() -> None:
    shown = await PictureService(Sketcher()).of("$$\n\\alpha\n\\le 1\n$$")
    assert shown is not None
    assert shown.alt == "Formula: α ≤ 1"


async def test_what_cannot_be_drawn_is_shown_as_its_source_in_a_block() -> None:
    refusing = Sketcher(UnsupportedFormula("no"))
    shown = await PictureService(refusing).of(r"Take $\nonsense{x}$ or $$\more$$.")
    assert shown is not None
    assert shown.png is None
    assert shown.source == "```latex\n\\nonsense{x}\n\\more\n```"


async def test_a_picture_that_cannot_be_drawn_now_is_logged_and_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = Sketcher(PictureUnavailable("The picture could not be drawn; please try again."))
    assert await PictureService(away).of("$x$") is None
    assert "could not be drawn" in caplog.text


def test_no_more_formulas_are_taken_than_a_picture_holds() -> None:
    assert len(drawable(" ".join(f"$x_{{{n}}}$" for n in range(40)))) == MAX_FORMULAS
    long = "+".join(["x"] * 300)
    taken = drawable(" ".join(f"$$y_{n}={long}$$" for n in range(5)))
    assert 0 < sum(len(each.source) for each in taken) <= MAX_CHARACTERS


async def test_the_words_for_a_picture_fit_discords_field() -> None:
    text = " ".join(f"$\\frac{{a_{{{n}}}}}{{{'b' * 150}}}$" for n in range(12))
    shown = await PictureService(Sketcher()).of(text)
    assert shown is not None
    assert len(shown.alt) == MAX_ALT
