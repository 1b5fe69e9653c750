"""What contrastive search costs: a token of it against a token that is sampled.

    python -m benchmarks.contrastive [--model FOLDER] [--rounds 3]

gpt2-xl's shapes with random weights, in the layout that this machine takes, behind short and
long prompts. Both ways in turns; the medians of the steps in which nothing is read.
"""

import statistics
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.xl_shapes import run
from bot.domain.decoding import LARGE
from bot.domain.sampling import SamplingParams
from bot.generation.engine import Engine
from bot.generation.layout import Machine
from bot.generation.request import Request
from bot.generation.resident import ModelFiles, ServingLimits

PROMPTS = (128, 640)
TOKENS = 16
GOAL = 2.0


def step_seconds(engine: Engine, prompt: tuple[int, ...], num_candidates: int) -> list[float]:
    """Seconds of each step behind the prompt."""
    sampling = SamplingParams(
        max_new_tokens=TOKENS, temperature=0.7, top_p=0.9, num_candidates=num_candidates
    )
    engine.add(Request(1, prompt, sampling))
    seconds = []
    while engine.scheduler.num_running or engine.scheduler.num_waiting:
        started = time.perf_counter()
        events = engine.step()
        if any(event.token is not None for event in events):
            seconds.append(time.perf_counter() - started)
    return seconds[1:]


def measure(folder: Path, rounds: int) -> list[dict[str, Any]]:
    """One row for each length of prompt."""
    machine = Machine.here("auto", "auto", "auto")
    files = ModelFiles(folder, "gpt2-xl", machine, ServingLimits(speculates=False))
    engine = files.load(lambda share: None, lambda: False)
    generator = torch.Generator().manual_seed(0)
    rows = []
    for length in PROMPTS:
        ids = tuple(torch.randint(0, 256, (length,), generator=generator).tolist())
        step_seconds(engine, ids, 0)
        sampled, searched = [], []
        for _ in range(rounds):
            sampled += step_seconds(engine, ids, 0)
            searched += step_seconds(engine, ids, LARGE.num_candidates)
        one, other = statistics.median(sampled), statistics.median(searched)
        rows.append(
            {
                "prompt": length,
                "layout": str(files.layout),
                "sampled, ms/token": round(1000 * one, 1),
                "contrastive, ms/token": round(1000 * other, 1),
                "times as long": round(other / one, 2),
                "goal": f"≤ {GOAL}",
                "reached": other / one <= GOAL,
            }
        )
    return rows


def main() -> None:
    """Measure and print."""
    run("contrastive", __doc__, measure)


if __name__ == "__main__":
    main()
