"""Parcels: values of the domain on their way to the child, as what JSON can hold.

A dataclass becomes its name and its fields, a tuple a list, a day its ISO form.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from bot.domain.charts import Bars, Curves, Days, HeatMap, Series, Sheet
from bot.domain.sampling import SamplingParams
from bot.domain.views import (
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

KNOWN: Mapping[str, Any] = {
    kind.__name__: kind
    for kind in (
        *(AttentionView, LayersView, NextView, SurpriseView, TemperatureView, TokensView),
        *(Candidate, LayerGuess, Piece, SamplingParams, TemperatureColumn),
        *(Bars, Curves, Days, HeatMap, Series, Sheet),
    )
}
_KIND, _DAY = "kind", "day"


def packed(value: Any) -> Any:
    """A value as JSON holds it."""
    if is_dataclass(value):
        packed_fields = {each.name: packed(getattr(value, each.name)) for each in fields(value)}
        return {_KIND: type(value).__name__, **packed_fields}
    if isinstance(value, tuple):
        return [packed(each) for each in value]
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    return value


def unpacked(parcel: Any) -> Any:
    """What `packed` was given.

    Raises:
        KeyError: a kind that does not travel.
    """
    if isinstance(parcel, list):
        return tuple(unpacked(each) for each in parcel)
    if not isinstance(parcel, dict):
        return parcel
    if _DAY in parcel:
        return date.fromisoformat(parcel[_DAY])
    content = {name: unpacked(each) for name, each in parcel.items() if name != _KIND}
    return KNOWN[parcel[_KIND]](**content)
