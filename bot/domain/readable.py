"""Formulas for readers of plain text: Unicode where it is exact, the source elsewhere."""

from collections.abc import Iterable, Sequence

from bot.domain.formulas import FENCE, Formula, formulas
from bot.domain.splitting import message_length
from bot.domain.unicode_formula import in_unicode

MAX_ALT_TEXT = 1_024
_MORE = " …"


def readable(text: str) -> str:
    r"""`text` with its simple formulas in Unicode: `$\alpha^2$` becomes α².

    The others, and code, stay as they are; so do displayed formulas of more than one symbol,
    which deserve a picture.
    """
    parts: list[str] = []
    position = 0
    for formula in formulas(text):
        shown = _shown(formula)
        if shown is not None:
            parts += text[position : formula.start], shown
            position = formula.end
    return "".join([*parts, text[position:]])


def unreadable(text: str) -> tuple[Formula, ...]:
    """The formulas that `readable` leaves as they are, each source once; none, no picture."""
    found = {f.source: f for f in reversed(formulas(text)) if _shown(f) is None}
    return tuple(sorted(found.values(), key=lambda formula: formula.start))


def alt_text(shown: Sequence[Formula]) -> str:
    """What a picture of formulas shows, for people who do not see it: at most 1,024 units."""
    lines = [in_unicode(formula.source) or " ".join(formula.source.split()) for formula in shown]
    if len(lines) > 1:
        lines = [f"({number}) {line}" for number, line in enumerate(lines, 1)]
    text = "; ".join(lines)
    return text if message_length(text) <= MAX_ALT_TEXT else _cut(text)


def source_block(shown: Iterable[Formula]) -> str:
    """The sources in a code block, where no picture can be drawn of them."""
    sources = "\n".join(formula.source for formula in shown)
    return f"{FENCE}latex\n{sources}\n{FENCE}"


def _cut(text: str) -> str:
    room = MAX_ALT_TEXT - message_length(_MORE)
    while message_length(text) > room:
        text = text[: min(len(text) - 1, room)]
    return text.rstrip() + _MORE


def _shown(formula: Formula) -> str | None:
    text = in_unicode(formula.source)
    if text is None or (formula.is_display and not text.isalnum()):
        return None
    return text
