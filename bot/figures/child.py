"""The child of the studio: the process in which matplotlib lives."""

from collections.abc import Mapping
from typing import Any

from bot.domain.formulas import Formula
from bot.domain.theme import Theme
from bot.figures import formula_image, sheet_image, view_image
from bot.figures.easel import Artist, work
from bot.figures.palette import Palette
from bot.figures.parcel import unpacked


def _formulas(description: Mapping[str, Any]) -> bytes:
    formulas = [Formula(**formula) for formula in description["formulas"]]
    return formula_image.draw(formulas, Theme(description["theme"]))


def _view(description: Mapping[str, Any]) -> bytes:
    return view_image.draw(unpacked(description["view"]), _palette(description))


def _sheet(description: Mapping[str, Any]) -> bytes:
    return sheet_image.draw(unpacked(description["sheet"]), _palette(description))


def _palette(description: Mapping[str, Any]) -> Palette:
    return Palette.of(Theme(description["theme"]))


ARTISTS: Mapping[str, Artist] = {"formulas": _formulas, "view": _view, "sheet": _sheet}
"""Who draws which picture."""


if __name__ == "__main__":
    formula_image.draw([Formula("x")], Theme.DARK)  # fonts are loaded before anybody waits
    work(ARTISTS)
