"""Pictures of views: real PNGs within their bounds that show what they should."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.theme import Theme
from bot.domain.views import (
    AnyView,
    AttentionView,
    Candidate,
    LayerGuess,
    LayersView,
    NextView,
    Piece,
    SurpriseView,
    TemperatureColumn,
    TemperatureView,
    TokensView,
)
from bot.figures import tokens_image
from bot.figures.page import MAX_HEIGHT, SCALE, WIDTH
from bot.figures.palette import Palette
from bot.figures.view_image import draw
from tests.figures.drawn import pixels, share_of
from tests.sights import (
    ANSWER,
    CODE,
    EMPTY,
    HEBREW,
    LATEX,
    SAMPLING,
    VIEWS,
    WORLD,
    attention_view,
    layers_view,
    next_view,
    surprise_view,
    tokens_view,
)

DARK, LIGHT = Palette.of(Theme.DARK), Palette.of(Theme.LIGHT)
STRANGE = "\n".join((WORLD, HEBREW, CODE, LATEX))


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_a_card_as_wide_as_a_phone(name: str, theme: Theme) -> None:
    palette = Palette.of(theme)
    png = draw(VIEWS[name], palette)
    assert len(png) < 500_000
    picture = pixels(png)
    height, width, _ = picture.shape
    assert width == WIDTH * SCALE
    assert 400 < height <= MAX_HEIGHT * SCALE
    assert picture[0, 0, 3] == 0
    assert (picture[30:-30, 30:-30, 3] == 1).all()
    assert share_of(png, palette.background) > 0.2
    assert share_of(png, palette.ink, 0.2) > 0.005


@pytest.mark.parametrize("name", EMPTY)
def test_a_view_of_nothing_says_so(name: str) -> None:
    assert share_of(draw(EMPTY[name], DARK), DARK.pale, 0.1) > 0.001


@pytest.mark.parametrize("make", [tokens_view, surprise_view, attention_view])
def test_emoji_code_formulas_and_letters_from_the_right_are_drawn(make: object) -> None:
    view = make(STRANGE)  # type: ignore[operator]
    assert pixels(draw(view, LIGHT)).shape[0] > 400


def test_a_long_text_is_shown_in_part_and_no_higher() -> None:
    fits = pixels(draw(tokens_view(ANSWER), DARK)).shape[0]
    long = pixels(draw(tokens_view(ANSWER * 20), DARK)).shape[0]
    assert long < 1.4 * fits
    assert pixels(draw(surprise_view(ANSWER * 20), DARK)).shape[0] < MAX_HEIGHT * SCALE


@pytest.mark.parametrize("make", [tokens_view, surprise_view])
def test_many_short_lines_are_shown_in_part_too(make: object) -> None:
    view = make("a\n" * 160)  # type: ignore[operator]
    assert pixels(draw(view, DARK)).shape[0] < 0.6 * MAX_HEIGHT * SCALE


def test_of_a_long_prompt_only_the_end_is_shown() -> None:
    view = tokens_view(ANSWER * 3, num_prompt=300)
    assert tokens_image.first_shown(view) == len(view.pieces) - tokens_image.MAX_TOKENS
    assert tokens_image.first_shown(tokens_view(ANSWER * 9, num_prompt=300)) == 276
    assert tokens_image.first_shown(tokens_view(ANSWER, num_prompt=100)) == 0


def test_the_token_that_came_is_marked() -> None:
    plain = dataclasses.replace(next_view(), actual=None)
    assert share_of(draw(next_view(), DARK), DARK.track) > share_of(draw(plain, DARK), DARK.track)
    unlisted = dataclasses.replace(next_view(), actual=Piece(9, " eel"))
    taller, shorter = (pixels(draw(view, DARK)).shape[0] for view in (unlisted, plain))
    assert taller > shorter


def test_a_bar_is_as_long_as_its_probability() -> None:
    def drawn(after: float) -> float:
        return share_of(
            draw(
                NextView((), 0, 1, (Candidate(Piece(1, "a"), 1.0, after),), 0.0, SAMPLING, None),
                DARK,
            ),
            DARK.accent,
        )

    key = drawn(0.0)
    assert drawn(1.0) - key == pytest.approx(2 * (drawn(0.5) - key), rel=0.1)


def test_surprise_is_seen_as_colour() -> None:
    def view(bits: float) -> SurpriseView:
        cut = tokens_view(ANSWER).pieces
        return SurpriseView(cut, (bits, *[8.0] * (len(cut) - 1)), (1.0,) * len(cut))

    loud, calm = (
        draw(view(0.0), DARK),
        draw(dataclasses.replace(view(0.0), surprisals=(0.0,) * len(view(0.0).pieces)), DARK),
    )
    assert share_of(loud, DARK.ramp[-1], 0.05) > 10 * share_of(calm, DARK.ramp[-1], 0.05)


def test_only_the_lower_triangle_of_attention_is_filled() -> None:
    weights = tuple(tuple(1.0 for _ in range(8)) for _ in range(8))
    cut = tokens_view(ANSWER).pieces[:8]
    png = draw(AttentionView(cut, weights, None, None, 12, 12), LIGHT)
    picture = pixels(png)
    share = share_of(png, LIGHT.ramp[-1], 0.04)
    side = 0.8 * picture.shape[1] / 8
    area = picture.shape[0] * picture.shape[1]
    assert 36 * side**2 / area == pytest.approx(share, rel=0.25)


def test_many_layers_are_thinned_out() -> None:
    small, large = (pixels(draw(layers_view(count), DARK)).shape[0] for count in (24, 48))
    assert large < 1.2 * small


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=12), st.data())
def test_any_tokens_and_numbers_are_drawn(texts: list[str], data: st.DataObject) -> None:
    cut = tuple(Piece(index, text) for index, text in enumerate(texts))
    share = st.floats(0, 1)
    found = tuple(Candidate(piece, data.draw(share), data.draw(share)) for piece in cut)
    bits = tuple(data.draw(st.floats(0, 60)) for _ in cut)
    rows = tuple(tuple(data.draw(share) for _ in cut) for _ in cut)
    views: list[AnyView] = [
        TokensView(cut, data.draw(st.integers(0, 5))),
        NextView(cut, 0, 1, found, data.draw(share), SAMPLING, cut[0]),
        SurpriseView(cut, bits, bits),
        AttentionView(cut, rows, 0, None, 2, 2, data.draw(st.integers(0, 9))),
        LayersView(cut, 0, 1, (LayerGuess(0, found, data.draw(share)),), cut[0]),
        TemperatureView(cut, (TemperatureColumn(1.0, found, bits[0], "".join(texts)),), 0),
    ]
    for view in views:
        assert pixels(draw(view, DARK)).shape[0] <= MAX_HEIGHT * SCALE
