"""Words on their way onto the page."""

import pytest

from bot.web.markdown import DISPLAY, INLINE, formatted, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b", "a &lt; b"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("`a < b`", "`a < b`"),
        ("```\n<b>\n```", "```\n<b>\n```"),
        ("![x](https://example.org/x.png)", r"\![x](https://example.org/x.png)"),
        ("“Quoted.” [1]", "“Quoted.” &#91;1]"),
        ("> a quotation", "> a quotation"),
    ],
)
def test_only_markdown_stays_markdown(text: str, shown: str) -> None:
    assert formatted(text) == shown


def test_formulas_stand_between_marks_of_their_own() -> None:
    text = r"It is $a<b$, or \[c\], and $5 and $6."
    (left, right), (top, bottom) = INLINE, DISPLAY
    assert formatted(text) == f"It is {left}a<b{right}, or {top}c{bottom}, and $5 and $6."


def test_a_text_cannot_bring_marks_of_formulas_along() -> None:
    assert formatted(f"{INLINE[0]}x{INLINE[1]}") == "x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("<b>", r"\<b\>"),
        ("# one\n- two\n3. three", "\\# one\n\\- two\n3\\. three"),
        ("a - b, 2. c", "a - b, 2. c"),
    ],
)
def test_what_people_type_means_nothing_but_itself(text: str, shown: str) -> None:
    assert plain(text) == shown
