"""Everything in a run's folder but `run.json`: weights, tokenizer, data, losses, exam."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.training.finetuning.base import TOKENIZER_FILES
from bot.training.finetuning.prepared import Prepared
from bot.training.finetuning.run_files import plain, unwritten, write_json, write_weights
from bot.training.runs_folder import EXAM


def write_run(
    prepared: Prepared, model: Any, folder: Path, history: list[dict[str, float]]
) -> None:
    """Weights as the base's are stored, its configuration and tokenizer, and the papers.

    Raises:
        BotError: the disk is full.
    """
    base = prepared.base
    try:
        write_weights(model, folder, base.stored_as)
        for name in ("config.json", *TOKENIZER_FILES):
            if (base.folder / name).is_file():
                shutil.copyfile(base.folder / name, folder / name)
        write_json(folder / "data.json", manifest(prepared))
        write_json(folder / "history.json", [plain(entry) for entry in history])
        lines = [json.dumps(each.row, ensure_ascii=False) + "\n" for each in prepared.exam]
        (folder / EXAM).write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise unwritten(folder, error) from error


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
