"""The `config.json` of a model that is trained or imported."""

import json
from pathlib import Path
from typing import Any

from bot.domain.errors import ModelUnavailable


def gpt2_config(name: str, folder: Path) -> dict[str, Any]:
    """What it says.

    Raises:
        ModelUnavailable: there is none that can be read, or it is that of another kind of model.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ModelUnavailable(f"{name} has no config.json that can be read in {folder}.") from None
    if not isinstance(config, dict) or config.get("model_type") != "gpt2":
        raise ModelUnavailable(f"{name} is not a GPT-2; a run needs one.")
    return config
