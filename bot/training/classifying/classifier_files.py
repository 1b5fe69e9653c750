"""The files that make a folder one of transformers' `GPT2ForSequenceClassification`."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from bot.training.finetuning.base import TOKENIZER_FILES, Base
from bot.training.finetuning.run_files import write_json, write_weights

ARCHITECTURE = "GPT2ForSequenceClassification"


def write_classifier(model: Any, base: Base, labels: Sequence[str], folder: Path) -> None:
    """Weights as the base's are stored, configuration with labels and padding, tokenizer.

    GPT-2 has no token for padding. The end of text serves: it never is in a text, and the last
    token that is none of it is the one that is classified.
    """
    write_weights(model, folder, base.stored_as)
    for name in TOKENIZER_FILES:
        if (base.folder / name).is_file():
            shutil.copyfile(base.folder / name, folder / name)
    config = json.loads((base.folder / "config.json").read_text(encoding="utf-8"))
    config |= {
        "architectures": [ARCHITECTURE],
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
        "pad_token_id": base.end_of_text_id,
        "problem_type": "single_label_classification",
        "dtype": str(base.stored_as).removeprefix("torch."),
    }
    config.pop("torch_dtype", None)
    write_json(folder / "config.json", config)
    _pad(base, folder)


def _pad(base: Base, folder: Path) -> None:
    """Tell the tokenizer with what, and at which side, it pads."""
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    whole = folder / "tokenizer.json"
    token = None
    if whole.is_file():
        token = Tokenizer.from_file(str(whole)).id_to_token(base.end_of_text_id)
    settings |= {
        "tokenizer_class": settings.get("tokenizer_class", "GPT2Tokenizer"),
        "pad_token": token or "<|endoftext|>",
        "padding_side": "right",
        "truncation_side": "right",
        "model_max_length": base.shape.window,
    }
    write_json(path, settings)
