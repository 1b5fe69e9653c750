"""Peak memory while a model is loaded, against the size of its file.

    python -m benchmarks.load_memory [--model gpt2-xl] [--dtype bfloat16]

Writes a folder of that model's shapes with random float32 weights, loads it in a process of
its own, and reads the kernel's high-water mark of that process, mapped file pages included.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.machine import save, summary, table
from benchmarks.random_model import write_random_model
from bot.domain.model_spec import OFFICIAL_MODELS

LOAD = """
import json, sys, time
from pathlib import Path
import torch
from bot.generation.checkpoint import Checkpoint
from bot.generation.gpt2 import GPT2

def memory(field):
    for line in open("/proc/self/status"):
        if line.startswith(field):
            return int(line.split()[1]) * 1024

before = memory("VmRSS")
start = time.perf_counter()
checkpoint = Checkpoint(Path(sys.argv[1]), "random")
weights = checkpoint.load(getattr(torch, sys.argv[2]), torch.device("cpu"))
model = GPT2(checkpoint.config, weights)
print(json.dumps({"before": before, "peak": memory("VmHWM"), "after": memory("VmRSS"),
                  "seconds": time.perf_counter() - start}))
"""


def measure(folder: Path, dtype: str) -> dict[str, Any]:
    """Bytes before, at the peak and after the load, and its seconds, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), dtype], capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="gpt2-xl")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), action="append")
    options = parser.parse_args()
    shape = next(spec.shape for spec in OFFICIAL_MODELS if spec.name == options.model)
    assert shape is not None
    rows = []
    with tempfile.TemporaryDirectory(prefix="load-memory-") as folder:
        size = write_random_model(Path(folder), shape).stat().st_size
        for dtype in options.dtype or ["bfloat16"]:
            bytes_ = measure(Path(folder), dtype)
            rows.append(
                {
                    "model": options.model,
                    "dtype": dtype,
                    "file GB": round(size / 1e9, 2),
                    "peak GB": round(bytes_["peak"] / 1e9, 2),
                    "after GB": round(bytes_["after"] / 1e9, 2),
                    "peak / file": round(bytes_["peak"] / size, 3),
                    "seconds": round(bytes_["seconds"], 1),
                }
            )
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('load_memory', rows)}")


if __name__ == "__main__":
    main()
