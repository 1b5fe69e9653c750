"""Lectern's engine beside other systems, on one machine in one run.

    python -m benchmarks.engine [--model FOLDER] [--systems a,b] [--streams 1,8,32]
                                [--tokens 32] [--rounds 2]

Order A B A B: a round measures every system once, each in a process of its own, and a
figure is the median over the rounds. gpt2-xl's shapes with random weights, 6.2 GB, written
for the run, or into FOLDER where that has no model yet; what CTranslate2 and llama.cpp convert
stays in its `converted` folder. A system that fails or is not installed is a row with the reason.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.bandwidth import read_bandwidth
from benchmarks.engine_goals import Goals, Medians
from benchmarks.engine_system import SYSTEMS
from benchmarks.machine import save, summary, table
from benchmarks.random_model import write_random_model
from benchmarks.workload import Workload
from bot.domain.model_spec import GPT2_XL, ModelShape
from bot.generation.model_config import read_config

PROMPT_TOKENS = 128
LONG_PROMPT_TOKENS = 512
PATIENCE_SECONDS = 3600.0
Cell = tuple[str, int, int]


def command(system: str, folder: Path, *words: object) -> list[str]:
    """The process that measures or prepares one system."""
    program = [sys.executable, "-m", "benchmarks.engine_system", system, str(folder)]
    return program + [str(word) for word in words]


def run(words: list[str]) -> tuple[str, str]:
    """What a process printed, and why it failed, if it did."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        return "", f"not done after {PATIENCE_SECONDS:.0f} s"
    if done.returncode == 0:
        return done.stdout, ""
    told = done.stderr.strip().splitlines()
    return "", (told[-1] if told else f"exit code {done.returncode}")[:200]


def prepare(systems: list[str], folder: Path) -> dict[str, str]:
    """Convert the model where a system wants that; the systems that cannot be run, and why."""
    reasons = {}
    for name in systems:
        missing = [module for module in SYSTEMS[name].modules if not _is_there(module)]
        if missing:
            reasons[name] = f"{missing[0]} is not installed"
            continue
        _, reason = run(command(name, folder, "--prepare"))
        if reason:
            reasons[name] = reason
    return reasons


def _is_there(module: str) -> bool:
    return find_spec(module.partition(".")[0]) is not None


def workloads(streams: list[int], tokens: int) -> list[Workload]:
    """Every number of streams, then one long prompt that is only read."""
    return [
        *(Workload(number, PROMPT_TOKENS, tokens) for number in streams),
        Workload(1, LONG_PROMPT_TOKENS, 0),
    ]


def measure(system: str, folder: Path, load: Workload) -> dict[str, Any]:
    """The figures of one process, or the reason why there are none."""
    printed, reason = run(
        command(
            system,
            folder,
            "--streams",
            load.streams,
            "--prompt-tokens",
            load.prompt_tokens,
            "--tokens",
            load.steps,
        )
    )
    result: dict[str, Any] = {"reason": reason} if reason else json.loads(printed)
    told = result.get("reason") or ", ".join(
        f"{key} {result[key]:.2f}" for key in ("prefill_seconds", "ms_per_step") if key in result
    )
    print(f"{system}, {load.streams} x {load.prompt_tokens}: {told}", file=sys.stderr, flush=True)
    return result


def medians(measured: dict[Cell, list[dict[str, Any]]]) -> Medians:
    """The median of every figure over the rounds in which the system ran."""
    return {
        cell: {
            key: statistics.median(result[key] for result in results if key in result)
            for key in dict.fromkeys(key for result in results for key in result)
            if key not in ("system", "reason")
        }
        for cell, results in measured.items()
    }


def as_row(cell: Cell, figures: dict[str, float], reason: str) -> dict[str, Any]:
    """One line of the table."""
    system, streams, prompt_tokens = cell
    row: dict[str, Any] = {"system": system, "streams": streams, "prompt": prompt_tokens}
    if figures:
        gigabytes = {key: figures[f"{key}_bytes"] / 1e9 for key in ("imported", "resident", "peak")}
        row |= {
            "ms/token": _rounded(figures.get("ms_per_step"), 1),
            "tokens/s": _rounded(figures.get("tokens_per_second"), 2),
            "prefill s": _rounded(figures["prefill_seconds"], 3),
            "load s": _rounded(figures["load_seconds"], 1),
            "resident GB": _rounded(gigabytes["resident"], 2),
            "above imports GB": _rounded(gigabytes["resident"] - gigabytes["imported"], 2),
            "peak GB": _rounded(gigabytes["peak"], 2),
        }
    return row | {"note": reason}


def _rounded(number: float | None, digits: int) -> float | str:
    return "" if number is None else round(number, digits)


def compare(options: argparse.Namespace, folder: Path, shape: ModelShape) -> None:
    """Measure round by round; what is known so far is saved after each."""
    reasons = prepare(options.systems, folder)
    measured: dict[Cell, list[dict[str, Any]]] = {}
    bandwidths = []
    for _ in range(options.rounds):
        bandwidths.append(read_bandwidth())
        for load in workloads(options.streams, options.tokens):
            for system in options.systems:
                cell = (system, load.streams, load.prompt_tokens)
                results = measured.setdefault(cell, [])
                if system in reasons:
                    continue
                result = measure(system, folder, load)
                results.append(result)
        rows, goals = tables(measured, reasons, max(bandwidths)[0], shape)
        path = save(
            "engine",
            rows,
            goals=goals,
            systems=options.systems,
            tokens=options.tokens,
            rounds=len(bandwidths),
            bandwidths=bandwidths,
            every_round={str(cell): results for cell, results in measured.items()},
        )
    speed, how = max(bandwidths)
    memory = f"A plain read of memory reached {speed / 1e9:.1f} GB/s ({how})."
    print(summary(), memory, table(rows), table(goals), sep="\n\n")
    print(f"\nwritten to {path}")


def tables(
    measured: dict[Cell, list[dict[str, Any]]],
    reasons: dict[str, str],
    bytes_per_second: float,
    shape: ModelShape,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of all systems and those of the goals."""
    figures = medians(measured)
    rows = []
    for cell, results in measured.items():
        failed = [result["reason"] for result in results if "reason" in result]
        reason = reasons.get(cell[0]) or next(iter(failed), "")
        rows.append(as_row(cell, figures[cell], reason))
    goals = Goals(figures, shape, bytes_per_second, PROMPT_TOKENS, LONG_PROMPT_TOKENS)
    return rows, goals.rows()


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _systems(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - set(SYSTEMS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(SYSTEMS)}")
    return chosen


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a model folder, kept; default: a temporary one")
    parser.add_argument("--systems", type=_systems, default=list(SYSTEMS))
    parser.add_argument("--streams", type=_numbers, default=[1, 8, 32])
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="engine-") as temporary:
        folder = options.model or Path(temporary)
        if not (folder / "config.json").is_file():
            write_random_model(folder, GPT2_XL)
        compare(options, folder, read_config(folder, folder.name).shape)


if __name__ == "__main__":
    main()
