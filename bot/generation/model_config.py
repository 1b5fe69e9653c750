"""The configuration of a GPT-2 checkpoint: `config.json`, checked.

Names and defaults are those of transformers' GPT2Config, which wrote the file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import ModelUnavailable
from bot.domain.model_spec import ModelShape

MAX_LAYERS = 1_000
MAX_SHOWN = 60
"""How much of a wrong value a sentence shows."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What determines the forward pass beside the weights."""

    shape: ModelShape
    inner_width: int
    layer_norm_epsilon: float
    end_of_text_id: int | None


# What our forward pass does, by configuration key: any other value is refused.
_REQUIRED = {
    "activation_function": "gelu_new",
    "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False,
    "reorder_and_upcast_attn": False,
    "add_cross_attention": False,
    "tie_word_embeddings": True,
}


def read_config(folder: Path, name: str) -> ModelConfig:
    """Read `config.json` of the model called `name`.

    Raises:
        ModelUnavailable: the file is missing or unreadable, or not a GPT-2 we can run.
    """
    path = folder / "config.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelUnavailable(f"{name} has no config.json in {folder}.") from None
    except (OSError, ValueError, RecursionError):
        raise ModelUnavailable(f"The config.json of {name} in {folder} cannot be read.") from None
    if not isinstance(raw, dict) or raw.get("model_type") != "gpt2":
        kind = raw.get("model_type") if isinstance(raw, dict) else None
        raise ModelUnavailable(
            f"{name} is not a GPT-2: its config.json says model_type {_brief(kind or 'nothing')}."
        )
    for key, value in _REQUIRED.items():
        if raw.get(key, value) != value:
            raise ModelUnavailable(
                f"{name} cannot be run: its {key} is {_brief(raw[key])}, only {value} is supported."
            )
    if raw.get("quantization_config"):
        raise ModelUnavailable(f"{name} is stored quantised; use its original weights.")
    try:
        return _config(raw)
    except ValueError as error:
        raise ModelUnavailable(f"The config.json of {name} is wrong: {error}.") from None


def _config(raw: dict[str, Any]) -> ModelConfig:
    shape = ModelShape(
        num_layers=_size(raw, "n_layer", 12, most=MAX_LAYERS),
        width=_size(raw, "n_embd", 768),
        num_heads=_size(raw, "n_head", 12),
        vocabulary=_size(raw, "vocab_size", 50_257),
        window=_size(raw, "n_positions", 1024),
    )
    if shape.width % shape.num_heads:
        raise ValueError(f"n_embd {shape.width} is no multiple of n_head {shape.num_heads}")
    end = raw.get("eos_token_id", 50_256)
    is_token = isinstance(end, int) and not isinstance(end, bool) and 0 <= end < shape.vocabulary
    return ModelConfig(
        shape,
        inner_width=_size(raw, "n_inner", 4 * shape.width),
        layer_norm_epsilon=_epsilon(raw),
        end_of_text_id=end if is_token else None,
    )


def _size(raw: dict[str, Any], key: str, default: int, most: int = 2**24) -> int:
    value = raw.get(key)
    value = default if value is None else value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise ValueError(f"{key} is {_brief(value, repr)}")
    return value


def _epsilon(raw: dict[str, Any]) -> float:
    value = raw.get("layer_norm_epsilon", 1e-5)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < 1:  # NaN is in no range
        raise ValueError(f"layer_norm_epsilon is {_brief(value, repr)}")
    return float(value)


def _brief(value: object, form: Callable[[object], str] = str) -> str:
    """A value from the file as part of a sentence: one line, short, and printable."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = " ".join(form(value).split()).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
