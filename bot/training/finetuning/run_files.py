"""The files of a run's folder: weights, configuration, tokenizer, data, losses, exam."""

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import save_file

from bot.domain.errors import BotError
from bot.training.finetuning.base import TOKENIZER_FILES
from bot.training.finetuning.prepared import Prepared
from bot.training.runs_folder import EXAM

WEIGHTS = "model.safetensors"
_KEPT_OF_LOSSES = ("step", "loss", "eval_loss", "learning_rate", "grad_norm")


def write_run(
    prepared: Prepared, model: Any, folder: Path, history: list[dict[str, float]]
) -> None:
    """Weights as the base's are stored, and everything else but `run.json`.

    Raises:
        BotError: the disk is full.
    """
    base = prepared.base
    weights = {
        name: weight.detach().to("cpu", base.stored_as).contiguous()
        for name, weight in model.state_dict().items()
        if name != "lm_head.weight"  # shared with the token embedding
    }
    written = folder / f"{WEIGHTS}.new"
    try:
        save_file(weights, written, metadata={"format": "pt"})
        os.replace(written, folder / WEIGHTS)  # noqa: PTH105
        for name in ("config.json", *TOKENIZER_FILES):
            if (base.folder / name).is_file():
                shutil.copyfile(base.folder / name, folder / name)
        _write_json(folder / "data.json", manifest(prepared))
        _write_json(folder / "history.json", [_plain(entry) for entry in history])
        lines = [json.dumps(each.row, ensure_ascii=False) + "\n" for each in prepared.exam]
        (folder / EXAM).write_text("".join(lines), encoding="utf-8")
    except (OSError, SafetensorError) as error:
        written.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise BotError(
            f"The run cannot be written to {folder} ({reason}); make room, and the same "
            "command goes on at its last checkpoint."
        ) from error


def manifest(prepared: Prepared) -> dict[str, Any]:
    """What was learned from, file by file with hashes, and what was held back."""
    return {
        "files": [asdict(file) for file in prepared.material.files],
        "documents": len(prepared.material.papers),
        "examples": len(prepared.material.examples),
        "duplicates left out": prepared.material.num_duplicates,
        "held out": list(prepared.split.held_out),
        "rows learned": len(prepared.readings.learned),
        "rows validated": len(prepared.readings.validated),
        "base weights": prepared.base.fingerprint(),
    }


def _plain(entry: dict[str, float]) -> dict[str, float]:
    return {name: entry[name] for name in _KEPT_OF_LOSSES if name in entry}


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
