"""Lectern on a GPU beside transformers, in one run; everything in bfloat16.

    python -m benchmarks.gpu [--model FOLDER] [--streams 1,64] [--tokens 128] [--rounds 2]

gpt2-xl's shapes with random weights, 6.2 GB, written for the run, or into FOLDER where that has
no model yet. Lectern with captured steps and without, transformers' `generate` and its
continuous batching: a round measures each once in a process of its own, and a figure is the
median over the rounds. Without a CUDA device nothing is measured and the exit code is 69.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from benchmarks.bandwidth import copy_bandwidth
from benchmarks.engine import Cell, measure, medians
from benchmarks.engine_goals import num_weights_read
from benchmarks.engine_system import GPU_SYSTEMS
from benchmarks.machine import save, summary, table
from benchmarks.random_model import write_random_model
from benchmarks.workload import Workload
from bot.domain.model_spec import GPT2_XL
from bot.generation.model_config import read_config

PROMPT_TOKENS = 128
BYTES_PER_WEIGHT = 2
UNAVAILABLE = 69


def as_row(
    cell: Cell, figures: dict[str, float], limit_seconds: float, reason: str
) -> dict[str, Any]:
    """One line of the table; `limit_seconds` is what reading the weights once must take."""
    system, streams, _ = cell
    row: dict[str, Any] = {"system": system, "streams": streams}
    if figures:
        step = figures["ms_per_step"]
        row |= {
            "ms/token": round(step, 2),
            "share of bandwidth": round(1000 * limit_seconds / step, 3) if streams == 1 else "",
            "tokens/s": round(figures["tokens_per_second"]),
            "prefill s": round(figures["prefill_seconds"], 3),
            "load s": round(figures["load_seconds"], 1),
            "GPU peak GB": round(figures["gpu_peak_bytes"] / 1e9, 2),
        }
    return row | {"note": reason}


def compare(options: argparse.Namespace, folder: Path) -> None:
    """Measure round by round; what is known so far is saved after each."""
    shape = read_config(folder, folder.name).shape
    bandwidth = copy_bandwidth(torch.device("cuda"))
    torch.cuda.empty_cache()
    limit_seconds = BYTES_PER_WEIGHT * num_weights_read(shape) / bandwidth
    measured: dict[Cell, list[dict[str, Any]]] = {}
    rows: list[dict[str, Any]] = []
    for _ in range(options.rounds):
        for streams in options.streams:
            load = Workload(streams, PROMPT_TOKENS, options.tokens)
            for system in GPU_SYSTEMS:
                results = measured.setdefault((system, streams, PROMPT_TOKENS), [])
                results.append(measure(system, folder, load))
        rows = []
        for cell, figures in medians(measured).items():
            reasons = [result["reason"] for result in measured[cell] if "reason" in result]
            rows.append(as_row(cell, figures, limit_seconds, next(iter(reasons), "")))
        path = save(
            "gpu",
            rows,
            tokens=options.tokens,
            rounds=options.rounds,
            bytes_per_second=bandwidth,
            every_round={str(cell): results for cell, results in measured.items()},
        )
    memory = (
        f"A copy within the GPU's memory moved {bandwidth / 1e9:,.0f} GB/s, so one token of one "
        f"stream cannot take less than {1000 * limit_seconds:.2f} ms."
    )
    print(summary(), memory, table(rows), sep="\n\n")
    print(f"\nwritten to {path}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a model folder, kept; default: a temporary one")
    parser.add_argument(
        "--streams", type=lambda text: [int(word) for word in text.split(",")], default=[1, 64]
    )
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print("There is no CUDA device here, so nothing was measured.", file=sys.stderr)
        raise SystemExit(UNAVAILABLE)
    with tempfile.TemporaryDirectory(prefix="gpu-") as temporary:
        folder = options.model or Path(temporary)
        if not (folder / "config.json").is_file():
            write_random_model(folder, GPT2_XL)
        compare(options, folder)


if __name__ == "__main__":
    main()
