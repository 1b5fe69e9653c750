"""Readable formulas: Unicode where it says the same, the source where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.formulas import Formula, formulas
from bot.domain.readable import alt_text, readable, source_block, unreadable
from bot.domain.splitting import message_length
from bot.domain.unicode_formula import in_unicode

COMMANDS = [r"\alpha", r"\frac", r"\sqrt", r"\text", r"\hat", r"\mathbb", r"\leq", r"\log", r"\sum"]
ESCAPES = [r"\{", r"\|", r"\,", r"\ ", "\\\\"]
TOKENS = st.sampled_from([*COMMANDS, *ESCAPES, *"abxyRT0123^_{}()[]|<>=+-*/,.:!'~ &%#@é"])
SOURCES = st.lists(TOKENS, max_size=25).map("".join)


def around_formulas(text: str) -> list[str]:
    """What stands before, between and behind the formulas of a text."""
    found = formulas(text)
    ends = [0, *(formula.end for formula in found)]
    starts = [*(formula.start for formula in found), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("p", "p"),
        (r"\alpha", "α"),
        ("x^2", "x²"),
        ("x_i^{t+1}", "xᵢᵗ⁺¹"),
        (r"j \le i", "j ≤ i"),
        ("x=-1", "x = −1"),
        ("a-b", "a − b"),
        ("(2, 0, 1)", "(2, 0, 1)"),
        (r"O(n \log n)", "O(n log n)"),
        (r"p\log p", "p log p"),
        (r"\theta \leftarrow \theta - \eta g", "θ ← θ − η g"),
        (r"y = x + F(x)", "y = x + F(x)"),
        (r"x\in\mathbb{R}^n", "x ∈ ℝⁿ"),
        (r"\frac{1}{n}", "1/n"),
        (r"\sqrt{d_k}", "√(dₖ)"),
        (r"\sqrt{N}", "√N"),
        (r"\hat{y}_i", "ŷᵢ"),
        (r"W^\top x", "Wᵀ x"),
        (r"\text{softmax}(x)", "softmax(x)"),
        (r"P(A\mid B)", "P(A ∣ B)"),
        (r"\{0, 1\}", "{0, 1}"),
        ("a*b", "a ∗ b"),
        ("f'(x)", "f′(x)"),
    ],
)
def test_a_simple_formula_is_read_in_unicode(source: str, text: str) -> None:
    assert in_unicode(source) == text


@pytest.mark.parametrize(
    "source",
    [
        r"\sum_{i=1}^n x_i",
        r"\frac{a+b}{c}",
        r"2\frac{1}{2}",
        r"\frac{1}{n}x",
        r"{\frac{1}{n}}x",
        "x_{i,j}",
        r"x_\text{new}",
        r"\mathbf{x}",
        r"\unknown{x}",
        "x^{2",
        "x}",
        "x^",
        "x^^2",
        r"\hat{xy}",
        r"\text{a_b}",
        r"a \\ b",
        "a & b",
        "",
        " ",
        "x" * 101,
    ],
)
def test_what_unicode_cannot_say_exactly_is_left(source: str) -> None:
    assert in_unicode(source) is None


@pytest.mark.parametrize("source", ["[a](b)", "||x||", "> 0", "http://a"])
def test_nothing_turns_into_markdown(source: str) -> None:
    assert in_unicode(source) is None


@given(SOURCES)
def test_no_latex_is_left_in_unicode(source: str) -> None:
    text = in_unicode(source)
    if text is not None:
        assert text == text.strip()
        assert text
        assert not set(text) & set("\\$_^`~*#@\n")


@given(st.lists(st.one_of(SOURCES.map("${}$".format), st.text(max_size=20)), max_size=10))
def test_all_but_simple_formulas_stays_as_it_is(pieces: list[str]) -> None:
    text = " ".join(pieces)
    shown = readable(text)
    for formula in unreadable(text):
        assert text[formula.start : formula.end] in shown
    for kept in around_formulas(text):
        assert kept in shown


def test_a_message_of_trivial_formulas_needs_no_picture() -> None:
    text = "With probability $p$, each of $n$ units in `$x$` is \\(0\\).\n$$p$$"
    assert readable(text) == "With probability p, each of n units in `$x$` is 0.\np"
    assert unreadable(text) == ()


def test_a_picture_is_needed_for_the_rest_once_each() -> None:
    text = r"$x$ and $\frac{a+b}{2}$, $$y = x$$ and again \(\frac{a+b}{2}\)."
    assert [f.source for f in unreadable(text)] == [r"\frac{a+b}{2}", "y = x"]
    assert readable(text).startswith(r"x and $\frac{a+b}{2}$, $$y = x$$")


def test_the_alternative_text_numbers_what_the_picture_shows() -> None:
    shown = (Formula(r"\alpha"), Formula("\\frac{a}\n  {b+c}"))
    assert alt_text(shown) == r"(1) α; (2) \frac{a} {b+c}"
    assert alt_text(shown[:1]) == "α"


@given(st.lists(st.text(min_size=1, max_size=400).map(Formula), min_size=1, max_size=12))
def test_the_alternative_text_fits(shown: list[Formula]) -> None:
    assert message_length(alt_text(shown)) <= 1_024


def test_sources_stand_in_a_block_of_code() -> None:
    assert source_block([Formula("a"), Formula("b")]) == "```latex\na\nb\n```"
