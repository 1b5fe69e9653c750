"""A small base, and sentences of two kinds."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.models import save_model

NETS = ("network", "gradient", "loss", "attention", "dropout", "model", "query", "unit")
MEALS = ("soup", "bread", "salad", "pasta", "cheese", "apple", "juice", "cake")
FRAMES = ("what is {}?", "tell me about {}", "i like {} a lot", "{} again", "why {}")
Writer = Callable[[Iterable[dict[str, object]]], Path]


def lines(
    things: Iterable[str], label: str, frames: Iterable[str] = FRAMES
) -> list[dict[str, object]]:
    """Objects of a labelled file."""
    return [{"text": frame.format(thing), "label": label} for thing in things for frame in frames]


NETS_AND_MEALS = [*lines(NETS, "nets"), *lines(MEALS, "meals")]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Writes objects as a JSONL file."""

    def written(rows: Iterable[dict[str, object]]) -> Path:
        path = tmp_path / "texts.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return written


@pytest.fixture
def base_folder(tmp_path: Path) -> Path:
    """A random GPT-2 with a tokenizer of its own."""
    folder = tmp_path / "base"
    save_model(folder)
    return folder
