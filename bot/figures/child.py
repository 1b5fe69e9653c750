"""The child of the studio: the process in which matplotlib lives."""

from collections.abc import Mapping
from typing import Any

from bot.domain.formulas import Formula
from bot.figures import formula_image
from bot.figures.easel import Artist, work
from bot.figures.theme import Theme


def _formulas(description: Mapping[str, Any]) -> bytes:
    formulas = [Formula(**formula) for formula in description["formulas"]]
    return formula_image.draw(formulas, Theme(description["theme"]))


ARTISTS: Mapping[str, Artist] = {"formulas": _formulas}
"""Who draws which picture."""


if __name__ == "__main__":
    formula_image.draw([Formula("x")], Theme.DARK)  # fonts are loaded before anybody waits
    work(ARTISTS)
