"""What is written into a run's folder: the mark of who trains there, weights, papers in JSON."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from bot.domain.errors import BotError, InvalidParameter

UNDER_WAY = "under-way.json"
WEIGHTS = "model.safetensors"


def enter(name: str, fingerprint: str, folder: Path) -> None:
    """Mark the folder as this run's.

    Raises:
        InvalidParameter: another run of that name is under way there.
        BotError: it cannot be written.
    """
    mark = folder / UNDER_WAY
    try:
        known = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if known is not None and known.get("fingerprint") != fingerprint:
        raise InvalidParameter(
            f"A run called {name} with other data or numbers is under way; give it the "
            f"same ones, or remove it with `lectern runs remove {name}`."
        )
    try:
        mark.write_text(json.dumps({"fingerprint": fingerprint}) + "\n", encoding="utf-8")
    except OSError as error:
        raise BotError(f"{folder} cannot be written: {error.strerror}.") from None


def write_weights(model: Any, folder: Path, stored_as: torch.dtype) -> None:
    """The weights, whole or not at all; the head that is the token embedding is not repeated."""
    weights = {
        name: weight.detach().to("cpu", stored_as).contiguous()
        for name, weight in model.state_dict().items()
        if name != "lm_head.weight"
    }
    written = folder / f"{WEIGHTS}.new"
    try:
        save_file(weights, written, metadata={"format": "pt"})
    except SafetensorError as error:  # a full disk, in the library's words
        raise OSError(0, str(error)) from error
    os.replace(written, folder / WEIGHTS)  # noqa: PTH105


def write_json(path: Path, value: Any) -> None:
    """Data that people may want to read, too."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def unwritten(folder: Path, error: OSError) -> BotError:
    """The sentence for a run that could not be written at its end."""
    return BotError(
        f"The run cannot be written to {folder} ({error.strerror}); make room, and the same "
        "command goes on at its last checkpoint."
    )


def plain(entry: dict[str, float]) -> dict[str, float]:
    """What is kept of an entry of the trainer's log."""
    kept = ("step", "loss", "eval_loss", "eval_accuracy", "learning_rate", "grad_norm")
    return {name: entry[name] for name in kept if name in entry}
