"""Small but real classifiers, made by transformers, for tests."""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2Config, GPT2ForSequenceClassification

from bot.training.run_record import RunRecord
from tests.models import SIZES, save_tokenizer

ON_TOPIC = ("off topic", "on topic")


def make_classifier(
    labels: tuple[str, ...] = ON_TOPIC, seed: int = 0, **changes: Any
) -> GPT2ForSequenceClassification:
    """A random one whose verdicts differ clearly."""
    torch.manual_seed(seed)
    sizes = SIZES | {
        "pad_token_id": 0,
        "id2label": dict(enumerate(labels)),
        "label2id": {label: number for number, label in enumerate(labels)},
    }
    model = GPT2ForSequenceClassification(GPT2Config(**(sizes | changes))).eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(4.0)
    return model


def save_classifier(
    folder: Path, labels: tuple[str, ...] = ON_TOPIC, **changes: Any
) -> GPT2ForSequenceClassification:
    """A run's folder: weights, configuration, tokenizer, record."""
    model = make_classifier(labels, **changes)
    model.save_pretrained(folder)
    save_tokenizer(folder)
    record = RunRecord(folder.name, "starter", "2026-11-29", "tiny", task="classify", labels=labels)
    record.write(folder)
    return model


def change_config(folder: Path, **changes: Any) -> None:
    """Rewrite keys of config.json; None takes one out."""
    path = folder / "config.json"
    raw = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: each for key, each in raw.items() if each is not None}))
