"""How long loading a model takes and how much memory, for each layout of its weights.

    python -m benchmarks.load_memory [--model gpt2-xl] [--layout int8] [--threads 1]

Writes a folder of that model's shapes with random float32 weights, loads it in processes of
their own as the bot would, and reads the kernel's high-water mark of each, mapped file pages
included. "weights + engine" is without what the process had after its imports.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import memory, save, summary, table
from benchmarks.random_model import write_random_model
from bot.domain.model_spec import OFFICIAL_MODELS
from bot.generation.compiled.team import can_compile
from bot.generation.hardware import FAST_BFLOAT16_FLAGS, cpu_flags
from bot.generation.layout import Layout, Machine
from bot.generation.resident import ModelFiles, ServingLimits

CPU = torch.device("cpu")
FLAGS = cpu_flags()
COMPILES = can_compile(FLAGS)
MACHINES = {
    Layout.FLOAT32: Machine(CPU, "float32"),
    Layout.BFLOAT16: Machine(CPU, "bfloat16", can_compile=COMPILES),
    Layout.PACKED: Machine(
        CPU, "bfloat16", "none", FAST_BFLOAT16_FLAGS, frozenset({Layout.PACKED})
    ),
    Layout.INT8: Machine(CPU, "float32", "int8", FLAGS, can_compile=COMPILES),
}
"""Machines that choose each layout, whatever this one would choose."""


def load(folder: Path, layout: Layout, num_threads: int) -> dict[str, Any]:
    """Load once, in this process."""
    torch.set_num_threads(num_threads)
    before = memory("VmRSS")
    start, processor = time.perf_counter(), time.process_time()
    files = ModelFiles(folder, "random", MACHINES[layout], ServingLimits())
    engine = files.load(lambda share: None, lambda: False)
    row = {
        "layout": layout,
        "expected GB": gigabytes(files.num_bytes),
        "seconds": round(time.perf_counter() - start, 1),
        "processor seconds": round(time.process_time() - processor, 1),
        "peak GB": gigabytes(memory("VmHWM")),
        "after GB": gigabytes(memory("VmRSS")),
        "weights + engine, peak GB": gigabytes(memory("VmHWM") - before),
        "weights + engine, after GB": gigabytes(memory("VmRSS") - before),
    }
    del engine
    return row


def gigabytes(num_bytes: int) -> float:
    """Rounded for a table."""
    return round(num_bytes / 1e9, 2)


def main() -> None:
    """Measure and print; with `--folder`, one load in this process as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="gpt2-xl")
    parser.add_argument("--layout", type=Layout, choices=tuple(Layout), action="append")
    parser.add_argument("--threads", type=int, default=1, help="cores to load with")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder is not None:
        print(json.dumps(load(options.folder, options.layout[0], options.threads)))
        return
    shape = next(spec.shape for spec in OFFICIAL_MODELS if spec.name == options.model)
    assert shape is not None
    rows = []
    with tempfile.TemporaryDirectory(prefix="load-memory-") as folder:
        size = write_random_model(Path(folder), shape).stat().st_size
        for layout in options.layout or list(Layout):
            words = ["--folder", folder, "--layout", layout, "--threads", str(options.threads)]
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.load_memory", *words],
                stdout=subprocess.PIPE,
                check=True,
            )
            row = json.loads(done.stdout)
            row["peak / file"] = round(row["peak GB"] * 1e9 / size, 2)
            rows.append({"model": options.model, **row})
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('load_memory', rows, threads=options.threads)}")


if __name__ == "__main__":
    main()
