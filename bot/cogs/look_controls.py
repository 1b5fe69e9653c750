"""The controls below a look inside: they carry the page that they lead to and outlive the process.

Where a person stands is kept while they see views that have no such place, so that whoever goes
from *Next token* over *Tokens* to *Layers* is still at the same token.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import discord

from bot.cogs.persistent_items import HandedOn
from bot.domain.look import NAMES, Look, View
from bot.domain.views import AnyView, AttentionView, LayersView, NextView

PREFIX = "lectern:look"
MENU = "view"
FAR = 10
"""Tokens that the outer buttons skip."""
FIRST_LOOK = Look(View.SURPRISE)
LABELS = {
    "farback": f"◀ {FAR}",
    "back": "◀ Token",
    "on": "Token ▶",
    "faron": f"{FAR} ▶",
    "layerdown": "◀ Layer",
    "layerup": "Layer ▶",
    "headdown": "◀ Head",
    "headup": "Head ▶",
    "average": "Average",
}
_PLACE = (
    rf"(?P<view>{'|'.join(View)}):"
    r"(?P<position>\d{0,6}):(?P<layer>\d{0,6}):(?P<head>\d{0,6})"
)


@dataclass(frozen=True, slots=True)
class Page:
    """One look at one answer; `is_new` where it gets a message of its own."""

    answer_id: int
    look: Look
    is_new: bool = False

    @property
    def asked(self) -> Look:
        """The look without the places that its view does not have."""
        view = self.look.view
        if view in (View.NEXT, View.LAYERS):
            return Look(view, position=self.look.position)
        if view is View.ATTENTION:
            return Look(view, layer=self.look.layer, head=self.look.head)
        return Look(view)

    def at(self, shown: Look) -> "Page":
        """This page once it is known what it shows."""
        view = self.look.view
        if view in (View.NEXT, View.LAYERS):
            return replace(self, look=replace(self.look, position=shown.position))
        if view is View.ATTENTION:
            return replace(self, look=replace(self.look, layer=shown.layer, head=shown.head))
        return self

    def custom_id(self, knob: str) -> str:
        """The id of a control that leads here: at most 70 characters."""
        look = self.look
        place = ":".join(
            "" if number is None else str(number)
            for number in (look.position, look.layer, look.head)
        )
        return f"{PREFIX}:{knob}:{self.answer_id}:{look.view}:{place}"

    @classmethod
    def of(cls, match: re.Match[str]) -> Self:
        """The page of an id."""
        position, layer, head = (
            int(match[name]) if match[name] else None for name in ("position", "layer", "head")
        )
        look = Look(View(match["view"]), position, layer, head)
        return cls(int(match["answer_id"]), look)


class LookButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"{PREFIX}:(?P<knob>{'|'.join(LABELS)}):(?P<answer_id>\d+):{_PLACE}",
):
    """A step to another page; off where there is none."""

    def __init__(self, knob: str, page: Page, *, is_off: bool = False) -> None:
        button = discord.ui.Button[Any](
            label=LABELS[knob], custom_id=page.custom_id(knob), disabled=is_off, row=1
        )
        super().__init__(button)
        self.page = page

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        return cls(match["knob"], Page.of(match))


class LookMenu(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Select[Any]],
    template=rf"{PREFIX}:{MENU}:(?P<answer_id>\d+):{_PLACE}",
):
    """The menu of the views, with the present one chosen."""

    def __init__(self, page: Page) -> None:
        menu = discord.ui.Select[Any](
            custom_id=page.custom_id(MENU),
            placeholder="View",
            options=[
                discord.SelectOption(
                    label=name, value=view, description=words, default=view is page.look.view
                )
                for view, (name, words) in NAMES.items()
            ],
            row=0,
        )
        super().__init__(menu)
        self.page = page

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The menu as it was, from its id alone."""
        return cls(Page.of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice to whoever does what buttons say: the chosen view, at the same place."""
        (chosen,) = self.item.values
        look = replace(self.page.look, view=View(chosen))
        self.page = replace(self.page, look=look)
        await super().callback(interaction)


def look_controls(page: Page, view: AnyView) -> discord.ui.View:
    """The menu, and the steps that are possible from what `page` shows."""
    controls = discord.ui.View(timeout=None)
    controls.add_item(LookMenu(page))
    for knob, look in _steps(page.look, view):
        target = replace(page, look=look or page.look, is_new=False)
        controls.add_item(LookButton(knob, target, is_off=look is None))
    return controls


def _steps(here: Look, view: AnyView) -> Iterator[tuple[str, Look | None]]:
    """Each knob of a view, and where it leads; None where it leads nowhere."""
    if isinstance(view, NextView | LayersView):
        last = view.num_tokens - 1
        for knob, step in (("farback", -FAR), ("back", -1), ("on", 1), ("faron", FAR)):
            place = min(max(view.position + step, 0), last)
            yield knob, None if place == view.position else replace(here, position=place)
    elif isinstance(view, AttentionView):
        layer = view.layer
        for knob, step in (("layerdown", -1), ("layerup", 1)):
            target = _next_of(layer, step, view.num_layers)
            yield knob, None if target is None else replace(here, layer=target)
        for knob, step in (("headdown", -1), ("headup", 1)):
            target = _next_of(view.head, step, view.num_heads)
            # A head belongs to its layer: of all layers together there is none.
            yield knob, None if target is None else replace(here, layer=layer or 0, head=target)
        is_average = layer is None and view.head is None
        yield "average", None if is_average else replace(here, layer=None, head=None)


def _next_of(number: int | None, step: int, count: int) -> int | None:
    """One up or down of 0 … count − 1; from the average to either end."""
    if number is None:
        return 0 if step > 0 else count - 1
    return number + step if 0 <= number + step < count else None
