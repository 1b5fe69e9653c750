"""Colours that everybody can tell apart: they differ in lightness, not in hue alone."""

import itertools

import pytest

from bot.domain.theme import Theme
from bot.figures.palette import Palette, contrast, ink_on

PALETTES = [Palette.of(theme) for theme in Theme]


@pytest.mark.parametrize("palette", PALETTES)
def test_words_are_read_on_every_colour_of_the_ramp(palette: Palette) -> None:
    for step in range(101):
        colour = palette.heat(step / 100)
        assert contrast(colour, ink_on(colour)) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
def test_words_are_read_on_the_card_and_on_marked_rows(palette: Palette) -> None:
    for words, ground in itertools.product(
        (palette.ink, palette.pale), (palette.background, palette.track)
    ):
        assert contrast(words, ground) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
def test_the_ramp_moves_away_from_the_card_step_by_step(palette: Palette) -> None:
    steps = [contrast(palette.heat(step / 48), palette.background) for step in range(49)]
    assert steps == sorted(steps)
    assert steps[0] > 1.05
    assert steps[-1] > 9


@pytest.mark.parametrize("palette", PALETTES)
def test_series_stand_out_from_the_card(palette: Palette) -> None:
    for colour in (*palette.series, palette.muted, palette.accent):
        assert contrast(colour, palette.background) >= 2.5


def test_a_share_outside_of_0_to_1_has_the_nearest_colour() -> None:
    palette = Palette.of(Theme.DARK)
    assert palette.heat(-1) == palette.heat(0) == palette.ramp[0]
    assert palette.heat(7) == palette.heat(1) == palette.ramp[-1]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
