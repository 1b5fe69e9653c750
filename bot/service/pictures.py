"""The use case *pictures*: the formulas of a text, drawn, or as their source."""

import logging
from dataclasses import dataclass

from bot.domain.errors import PictureUnavailable, UnsupportedFormula
from bot.domain.formulas import Formula, formulas
from bot.domain.unicode_formula import in_unicode
from bot.service.picture_ports import Illustrator

log = logging.getLogger(__name__)

MAX_FORMULAS = 12
MAX_CHARACTERS = 2_000
MAX_ALT = 1_000
"""Discord takes 1,024 characters that describe a picture."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """What is shown beside a text with formulas.

    `png` is their picture and `alt` what it shows, in words; without a picture, `source` is
    the LaTeX in a block of code, which shows every character of it.
    """

    png: bytes | None = None
    alt: str = ""
    source: str = ""


class PictureService:
    """Draws what words show badly. Without an `illustrator` nothing is drawn."""

    def __init__(self, illustrator: Illustrator | None) -> None:
        self._illustrator = illustrator

    async def of(self, text: str) -> Illustration | None:
        """The formulas of a text; None if there are none, or they cannot be drawn now."""
        found = drawable(text)
        if self._illustrator is None or not found:
            return None
        try:
            png = await self._illustrator.formulas(found)
        except UnsupportedFormula:
            return Illustration(source=source_block(found))
        except PictureUnavailable as refusal:
            log.warning("formulas stay text: %s", refusal.text)
            return None
        return Illustration(png, alt_text(found))


def drawable(text: str) -> tuple[Formula, ...]:
    """The first different formulas of a text, as many as a picture holds."""
    found: dict[str, Formula] = {}
    num_characters = 0
    for formula in formulas(text):
        if formula.source in found:
            continue
        num_characters += len(formula.source)
        if len(found) == MAX_FORMULAS or num_characters > MAX_CHARACTERS:
            break
        found[formula.source] = formula
    return tuple(found.values())


def alt_text(shown: tuple[Formula, ...]) -> str:
    """A picture in words for people who cannot see it: each formula as plain as can be."""
    words = [in_unicode(formula.source) or " ".join(formula.source.split()) for formula in shown]
    if len(words) == 1:
        alt = f"Formula: {words[0]}"
    else:
        alt = "Formulas: " + "; ".join(f"({n}) {each}" for n, each in enumerate(words, 1))
    return alt if len(alt) <= MAX_ALT else f"{alt[: MAX_ALT - 1]}…"


def source_block(shown: tuple[Formula, ...]) -> str:
    """The LaTeX of formulas as it was written, each on lines of its own."""
    return "```latex\n" + "\n".join(formula.source for formula in shown) + "\n```"
