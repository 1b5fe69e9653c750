"""What is written into a run's folder: weights, and papers in JSON."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from bot.domain.errors import BotError

WEIGHTS = "model.safetensors"


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
    except (OSError, SafetensorError) as error:
        written.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise
        raise OSError(0, str(error)) from error  # a full disk, in the library's words
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
