"""The frame of benchmarks on one model: its folder, the options, and where figures go."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import save, summary, table
from benchmarks.random_model import write_random_model
from bot.domain.model_spec import GPT2_XL

Measure = Callable[[Path, int], list[dict[str, Any]]]


def run(topic: str, description: str | None, measure: Measure) -> None:
    """Measure a folder's model in so many rounds, and print.

    Without `--model` it is one of gpt2-xl's shapes with random weights, written for this run.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", type=Path, help="a folder with a model; else one is written")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, torch.inference_mode():
        folder = options.model or Path(temporary)
        if options.model is None:
            write_random_model(folder, GPT2_XL)
        rows = measure(folder, options.rounds)
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save(topic, rows, rounds=options.rounds)}")
