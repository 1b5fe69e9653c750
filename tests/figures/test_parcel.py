"""Parcels: what arrives at the child is what was sent."""

import json
from typing import Any

import pytest

from bot.domain.charts import Curves, Series
from bot.figures.parcel import packed, unpacked
from tests.sights import EMPTY, EMPTY_SHEET, VIEWS, learn_sheet, stats_sheet

CURVES = Curves("Up", (0.0, 1.5), (Series("a", (0.0, 2.0)),), "x", "y")
VALUES = [CURVES, *VIEWS.values(), *EMPTY.values(), stats_sheet(), learn_sheet(), EMPTY_SHEET]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_arrives_as_it_was_sent(value: Any) -> None:
    assert unpacked(json.loads(json.dumps(packed(value)))) == value


def test_only_what_is_known_is_built() -> None:
    with pytest.raises(KeyError):
        unpacked({"kind": "Popen", "args": ["true"]})
