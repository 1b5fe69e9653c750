"""LaTeX as mathtext and grids: commands are translated, bombs refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import UnsupportedFormula
from bot.figures.latex import MAX_SOURCE, Grid, parse
from bot.figures.spacing import joined


def mathtext(source: str) -> str:
    parts = [part for part in parse(source) if isinstance(part, str)]
    return joined(parts)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"\frac12", r"\dfrac{1}{2}"),
        (r"x^\frac{1}{2}", r"x^{\frac{1}{2}}"),
        (r"\tfrac ab", r"\frac{a}{b}"),
        (r"\sqrt2", r"\sqrt{2}"),
        (r"\sqrt[3]x", r"\sqrt[3]{x}"),
        (r"x_12", "x_{1}2"),
        (r"\lVert x\rVert_2", r"\|x\|_{2}"),
        (r"\left\lVert x\right\rVert", r"\left\|x\right\|"),
        (r"a \le b", r"a\leq b"),
        (r"\hat y", r"\hat{y}"),
        (r"\boldsymbol\theta", r"\boldsymbol{\theta}"),
        (r"\bm{w}", r"\boldsymbol{w}"),
        (r"\mathds{1}", r"\mathbb{1}"),
        (r"\text{if $x > 0$, cross-entropy}", r"\text{if }{x>0}\text{, cross-entropy}"),
        (r"\argmax_x f", r"\underset{x}{\operatorname{arg\,max}}\,f"),
        (r"\operatorname*{E}\limits_x f", r"\underset{x}{\operatorname{E}}\,f"),
        (r"\underbrace{a+b}_{c}", r"\underset{c}{a+b}"),
        (r"\big(x\big)", "(x)"),
        (r"\displaystyle\sum\limits_i x", r"\sum_{i}\,x"),
        (r"p(x)\log q", r"p(x)\,\log q"),
        ("10%", r"10\%"),
        (r"f'^2", "f'^{2}"),
        (r"x = y \tag{1} \label{eq}", "x=y"),
    ],
)
def test_what_mathtext_lacks_is_said_in_its_words(source: str, said: str) -> None:
    assert mathtext(source) == said


def test_a_matrix_is_a_grid_with_delimiters_and_a_script() -> None:
    grid, script = parse(r"\begin{bmatrix} a & b \\ c & \frac{1}{2} \\ \end{bmatrix}^T")
    assert script == "^{T}"
    assert grid == Grid(((("a",), ("b",)), (("c",), (r"\frac{1}{2}",))), "c", "[", "]")


@pytest.mark.parametrize("rows", [r"a &= b \\ &= c", r"\begin{aligned}a&=b\\&=c\end{aligned}"])
def test_aligned_lines_are_a_grid_of_pairs(rows: str) -> None:
    (grid,) = parse(rows)
    assert grid == Grid(((("a",), ("=", "b")), ((), ("=", "c"))), "rl", is_aligned=True)


def test_cases_have_a_brace_on_the_left() -> None:
    for source in (
        r"\begin{cases} 1 & x \\ 0 & y \end{cases}",
        r"\left\{\begin{array}{ll} 1 & x \\ 0 & y \end{array}\right.",
    ):
        (grid,) = parse(source)
        assert isinstance(grid, Grid)
        assert (grid.left, grid.right) == (r"\{", "")
        assert grid.rows == ((("1",), ("x",)), (("0",), ("y",)))


BOMBS = [
    r"\frac{1}{" * 50 + "x" + "}" * 50,
    "{" * 200 + "}" * 200,
    r"\hat" * 100 + "x",
    r"\left(" * 60,
    r"\sqrt{" * 60,
    "x^{" * 100,
    r"\begin{matrix}" * 30,
    r"\begin{matrix}" + "&" * 200 + r"\end{matrix}",
    r"x \\" * 100,
    r"\genfrac{}{}{1000pt}{}{a}{b}",
    r"\phantom{secret}",
    "x" * (MAX_SOURCE + 1),
    "a" + "\u0300" * 100,
    "\u202eabc",
    "\ud800",
    "a\x00b",
]


@pytest.mark.parametrize("source", BOMBS)
def test_a_bomb_is_refused(source: str) -> None:
    with pytest.raises(UnsupportedFormula, match="formula"):
        parse(source)


PARTS = st.sampled_from(
    [
        *"abx12{}()[]^_&'%~|",
        r"\frac",
        r"\sqrt",
        r"\hat",
        r"\left",
        r"\right",
        r"\begin{matrix}",
        r"\end{matrix}",
        r"\text",
        r"\\",
        r"\{",
        r"\sum",
        r"\operatorname*",
        r"\underbrace",
        r"\substack",
        " ",
        "$",
        "\\",
    ]
)


@given(st.lists(PARTS, max_size=60).map("".join))
def test_any_source_is_parsed_or_refused(source: str) -> None:
    with suppress(UnsupportedFormula):
        assert all(isinstance(part, str | Grid) and part for part in parse(source))
