"""Formulas: what is found is verbatim LaTeX, and never code or money."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.formulas import formulas
from tests.long_texts import endless

MARKS = st.sampled_from(
    ["$", "$$", r"\[", r"\]", r"\(", r"\)", "`", "``", "```", "\n```\n", r"\$", "\\", r"\`", " "]
)
WORDS_WITHIN = st.sampled_from(["\n", "\n\n", "5", "$5", "x", r"\alpha", "{", "}", "and"])
TEXTS = st.lists(st.one_of(MARKS, WORDS_WITHIN, st.text(max_size=5)), max_size=60).map("".join)
SOURCES = st.sampled_from(["x", "x_i", r"\alpha", r"\frac{1}{n}", "a = b", r"\$5 x", "2x", "f(x)"])
WORDS = st.sampled_from(["the", "5", "x", ",", "(", "é", "and so", "\n", "50 %", r"\$", "US$ 5"])


def sources(text: str) -> list[str]:
    return [formula.source for formula in formulas(text)]


@given(TEXTS)
@example("\\` `$a$`")
@example("```a``` $b$ `$c$`")
def test_what_is_found_stands_in_the_text_in_order_and_outside_of_backticks(text: str) -> None:
    position = 0
    for formula in formulas(text):
        assert position <= formula.start < formula.end <= len(text)
        whole = text[formula.start : formula.end]
        assert formula.source
        assert formula.source == formula.source.strip()
        assert re.fullmatch(r"(\$\$?|\\\[|\\\()\s*(.+?)\s*(\$\$?|\\\]|\\\))", whole, re.DOTALL)
        assert formula.source in whole
        assert "`" not in whole
        assert formula.is_display == whole.startswith(("$$", r"\["))
        position = formula.end


@given(
    st.lists(st.tuples(WORDS, SOURCES, st.sampled_from(["$$", "[]", "()", "$"])), max_size=30),
)
def test_every_formula_between_words_is_found(pieces: list[tuple[str, str, str]]) -> None:
    text = ""
    for words, source, marks in pieces:
        left, right = (f"\\{marks[0]}", f"\\{marks[1]}") if marks[0] != "$" else (marks, marks)
        text += f"{words} {left}{source}{right} "
    assert sources(text) == [source for _, source, _ in pieces]


CODE = st.text("a$ x\\[]()\n", max_size=30)


@given(st.lists(st.tuples(WORDS, CODE, st.sampled_from(["`", "``", "```"])), max_size=20))
def test_nothing_is_found_in_code(pieces: list[tuple[str, str, str]]) -> None:
    text = ""
    for words, code, ticks in pieces:
        inside = re.sub(r"\n\n+", "\n", f"x{code}x")
        text += f"{words} {ticks}{inside}{ticks} "
    for formula in formulas(text):
        assert "`" not in text[formula.start : formula.end]
    outside = re.sub(r"(`+).*?\1", " ", text, flags=re.DOTALL)
    assert len(formulas(text)) == len(formulas(outside))


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "It costs $5 a month, or 50$ a year.",
        "US$ 5 and A$ 7",
        "Set $HOME/bin:$PATH first.",
        "I had $many words here$ once.",
        r"\$x\$ and \$y$",
        "a $ b $ c",
        "$$",
        "$$$$",
        r"\( \)",
        "$x\ny$",
        "$$x\n\ny$$",
        r"\\(x\\)",
        "`$x$`",
        "``$x$ ` $y$``",
        "```latex\n$$x$$\n```",
        "```python\nprint('$x$')",
        "    ```\n$x$",
    ],
)
def test_money_code_and_loose_marks_are_no_formulas(text: str) -> None:
    assert formulas(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the $n$th of $k$NN", ["n", "k"]),
        ("$x$, then $$y\n = z$$", ["x", "y\n = z"]),
        (r"\[ a + b \] and \(c\)", ["a + b", "c"]),
        ("pay $5, then $x = 5$", ["x = 5"]),
        (r"$\$5 + x$", [r"\$5 + x"]),
        ("$softmax(logits)$", ["softmax(logits)"]),
        ("a ` $x$\n\n ` b", ["x"]),
        ("use ``` or $x$", ["x"]),
        (r"\` $x$ \`", ["x"]),
        ("$x$$y$", ["x", "y"]),
    ],
)
def test_formulas_are_found_beside_all_that(text: str, found: list[str]) -> None:
    assert sources(text) == found


@pytest.mark.parametrize(
    "unit", ["$", "$a", "$$ ", r"\(", r"\[ ", "`", "` `` ", "```", "$1 ", r"$\$", "\\", "$a b "]
)
def test_a_long_text_costs_one_pass(unit: str) -> None:
    text = endless(unit)
    assert all(0 <= each.start < each.end <= len(text) for each in formulas(text))
