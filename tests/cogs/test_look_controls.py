"""The controls below a look inside: where they lead, and that their ids say so."""

from itertools import product

import pytest

from bot.cogs.look_controls import LookButton, LookMenu, Page, look_controls
from bot.domain.look import Look, View
from bot.domain.sampling import SamplingParams
from tests.scripted_insight import NUM_HEADS, NUM_LAYERS, view_of

WORDS = [f"word{number}" for number in range(30)]


def steps(look: Look) -> dict[str, Look | None]:
    """Each button's label, and where it leads; None where it is off."""
    shown = view_of(WORDS, look, SamplingParams())
    controls = look_controls(Page(1, look), shown)
    buttons = [each for each in controls.children if isinstance(each, LookButton)]
    return {
        str(each.item.label): None if each.item.disabled else each.page.look for each in buttons
    }


def places(look: Look) -> dict[str, int | None]:
    return {label: to.position if to else None for label, to in steps(look).items()}


@pytest.mark.parametrize("view", [View.NEXT, View.LAYERS])
def test_tokens_are_walked_in_small_and_large_steps(view: View) -> None:
    assert places(Look(view, 15)) == {"◀ 10": 5, "◀ Token": 14, "Token ▶": 16, "10 ▶": 25}


def test_at_the_ends_of_a_text_the_steps_outwards_are_off() -> None:
    assert places(Look(View.NEXT, 0)) == {"◀ 10": None, "◀ Token": None, "Token ▶": 1, "10 ▶": 10}
    assert places(Look(View.NEXT, 29)) == {
        "◀ 10": 19,
        "◀ Token": 28,
        "Token ▶": None,
        "10 ▶": None,
    }


def test_a_large_step_ends_at_the_last_token() -> None:
    assert places(Look(View.NEXT, 25))["10 ▶"] == 29


def test_from_the_average_one_comes_to_either_end() -> None:
    assert steps(Look(View.ATTENTION)) == {
        "◀ Layer": Look(View.ATTENTION, layer=NUM_LAYERS - 1),
        "Layer ▶": Look(View.ATTENTION, layer=0),
        "◀ Head": Look(View.ATTENTION, layer=0, head=NUM_HEADS - 1),
        "Head ▶": Look(View.ATTENTION, layer=0, head=0),
        "Average": None,
    }


def test_layers_and_heads_end_somewhere_and_the_average_is_always_near() -> None:
    last = Look(View.ATTENTION, layer=NUM_LAYERS - 1, head=0)
    assert steps(last) == {
        "◀ Layer": Look(View.ATTENTION, layer=NUM_LAYERS - 2, head=0),
        "Layer ▶": None,
        "◀ Head": None,
        "Head ▶": Look(View.ATTENTION, layer=NUM_LAYERS - 1, head=1),
        "Average": Look(View.ATTENTION),
    }


@pytest.mark.parametrize("view", [View.TOKENS, View.SURPRISE, View.TEMPERATURE])
def test_where_there_is_one_place_only_there_is_only_the_menu(view: View) -> None:
    assert steps(Look(view)) == {}


def test_every_id_leads_back_to_its_page() -> None:
    for view, position, layer, head in product(View, (None, 0, 999), (None, 47), (None, 24)):
        page = Page(2**63 - 1, Look(view, position, layer, head))
        for item, knob in ((LookMenu, "view"), (LookButton, "layerdown")):
            custom_id = page.custom_id(knob)
            assert len(custom_id) <= 100
            match = item.__discord_ui_compiled_template__.fullmatch(custom_id)
            assert match is not None
            assert Page.of(match) == page


def test_the_ids_below_one_picture_differ() -> None:
    look = Look(View.ATTENTION, layer=0, head=0)
    controls = look_controls(Page(1, look), view_of(WORDS, look, SamplingParams()))
    ids = [each.custom_id for each in controls.children]  # type: ignore[attr-defined]
    assert len(set(ids)) == len(ids) == 6


def test_a_place_is_kept_while_views_are_seen_that_have_none() -> None:
    page = Page(1, Look(View.TOKENS, position=7, layer=2))
    assert page.asked == Look(View.TOKENS)
    assert page.at(Look(View.TOKENS)) == page
    walked = Page(1, Look(View.NEXT, layer=2)).at(Look(View.NEXT, position=7))
    assert walked == Page(1, Look(View.NEXT, position=7, layer=2))
    assert walked.asked == Look(View.NEXT, position=7)
