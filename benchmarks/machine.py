"""The machine a figure was measured on, and where figures go.

Run `python -m benchmarks.machine` to see what the others will write down.
"""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
import torch

RESULTS = Path(__file__).resolve().parent / "results"
PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "ctranslate2",
    "llama-cpp-python",
)
TELLING_FLAGS = (
    "avx2",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "amx_tile",
    "amx_bf16",
    "amx_int8",
    "asimd",
    "bf16",
    "i8mm",
)


def describe() -> dict[str, Any]:
    """Processor, memory, GPU, system and versions, as plain values."""
    flags = _cpu_field("flags", "Features").split()
    return {
        "processor": _cpu_field("model name") or platform.processor() or "unknown",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0,
        "logical_processors": psutil.cpu_count() or 0,
        "flags": [flag for flag in TELLING_FLAGS if flag in flags],
        "memory_bytes": psutil.virtual_memory().total,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
        "torch_threads": torch.get_num_threads(),
        "load_average": [round(load, 2) for load in psutil.getloadavg()],
    }


def summary() -> str:
    """One line for the head of a table."""
    machine = describe()
    memory = machine["memory_bytes"] / 2**30
    flags = ", ".join(machine["flags"]) or "no telling flags"
    return (
        f"{machine['processor']}, {machine['cores']} cores ({flags}), {memory:.0f} GiB, "
        f"GPU {machine['gpu'] or 'none'}, Python {machine['python']}, "
        f"torch {machine['versions']['torch']}, load {machine['load_average'][0]}"
    )


def save(name: str, rows: list[dict[str, Any]], **settings: object) -> Path:
    """Write rows, settings and the machine to `benchmarks/results/NAME.json`."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    result = {
        "benchmark": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": describe(),
        "settings": settings,
        "rows": rows,
    }
    path.write_text(json.dumps(result, indent=2, default=str) + "\n", encoding="utf-8")
    return path


def judged(figure: str, measured: float, goal: str, reached: bool, note: str) -> dict[str, Any]:
    """A row that holds a figure against its goal."""
    return {
        "figure": figure,
        "measured": round(measured, 3),
        "goal": goal,
        "reached": reached,
        "note": note,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table; a key that a row lacks is an empty cell."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    lines = [heads, ["---"] * len(heads)]
    lines += [[str(row.get(head, "")) for head in heads] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _cpu_field(*names: str) -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() in names:
            return value.strip()
    return ""


def memory(field: str) -> int:
    """A size of this process in bytes, 0 where the system tells none.

    VmRSS is resident now, VmHWM was at most.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


if __name__ == "__main__":
    print(json.dumps(describe(), indent=2))
