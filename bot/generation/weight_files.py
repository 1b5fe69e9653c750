"""Which files of a model's folder hold its weights; opens none of them, so needs no torch.

Only safetensors files count. They hold numbers and nothing else, whereas opening a pickled
`.bin` file runs code that its author chose.
"""

import json
import re
from pathlib import Path

from bot.domain.errors import ModelUnavailable

SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
_SHARD = re.compile(r"[A-Za-z0-9][\w.-]{0,200}\.safetensors", re.ASCII)


def weight_files(folder: Path, name: str) -> list[Path]:
    """The safetensors files of a model folder.

    Raises:
        ModelUnavailable: there are none, or an index names one that is missing.
    """
    if (folder / SINGLE_FILE).is_file():
        return [folder / SINGLE_FILE]
    index = folder / INDEX_FILE
    if index.is_file():
        files = [folder / shard for shard in _shards(index, name)]
        for file in files:
            if not file.is_file():
                raise ModelUnavailable(f"{name} is incomplete: {file.name} is missing in {folder}.")
        return files
    if any(folder.glob("*.bin")):
        raise ModelUnavailable(
            f"{name} has only pickled weights (.bin), which can run code when opened; "
            f"convert them to {SINGLE_FILE} first."
        )
    raise ModelUnavailable(f"{name} has no weights ({SINGLE_FILE}) in {folder}.")


def _shards(index: Path, name: str) -> list[str]:
    """The file names in an index: `{"weight_map": {tensor: file}}`."""
    try:
        raw = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise damaged(name, index) from None
    weight_map = raw.get("weight_map") if isinstance(raw, dict) else None
    if not isinstance(weight_map, dict) or not weight_map:
        raise damaged(name, index)
    shards = set()
    for shard in weight_map.values():
        # A plain name: an index must not lead out of its folder.
        if not isinstance(shard, str) or not _SHARD.fullmatch(shard):
            raise damaged(name, index)
        shards.add(shard)
    return sorted(shards)


def damaged(name: str, path: Path) -> ModelUnavailable:
    """The refusal of a file that is not what it should be."""
    return ModelUnavailable(
        f"The weights of {name} are damaged or unreadable ({path.name}); fetch them again."
    )
