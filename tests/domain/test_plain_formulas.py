"""Formulas inside running text: as words where they can be, else as code."""

from bot.domain.plain_formulas import hard_formulas, with_plain_formulas


def test_what_words_can_show_becomes_words() -> None:
    assert with_plain_formulas("Each $p_t$ of $d \\le 5$.") == "Each pₜ of d ≤ 5."
    assert hard_formulas("Each $p_t$ of $d \\le 5$.") == ""


def test_what_words_cannot_show_becomes_code_and_is_to_be_drawn() -> None:
    text = "So\n\n$$h_t = \\tanh(W_h\nh_{t-1})$$\n\nand `$x_1$` and $5."
    shown = with_plain_formulas(text)
    assert "$$" not in shown
    assert shown.endswith("and `$x_1$` and $5.")
    source = "\\mathrm{softmax}\\left(\\frac{Q}{d}\\right)"
    assert with_plain_formulas(f"It is ${source}$.") == f"It is `{source}`."
    assert hard_formulas(f"It is ${source}$ and $x$.") == f"$${source}$$"
