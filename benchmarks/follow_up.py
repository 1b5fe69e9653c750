"""The second turn of a thread: time to its first token with and without what was read before.

    python -m benchmarks.follow_up [--model FOLDER] [--rounds 3]

gpt2-xl's shapes with random weights, in the layout that this machine takes. A thread's first
question has a prompt of 384 tokens and an answer of 64; the second repeats both and adds 32.
Both ways in turns, each round with other tokens.
"""

import statistics
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.xl_shapes import run
from bot.domain.sampling import SamplingParams
from bot.generation.engine import Engine
from bot.generation.layout import Machine
from bot.generation.request import Request
from bot.generation.resident import ModelFiles, ServingLimits

FIRST_TOKENS = 384
ANSWER_TOKENS = 64
NEW_TOKENS = 32
GOAL = 0.25


def first_token_seconds(engine: Engine, prompt: tuple[int, ...], num_new: int) -> float:
    """How long a prompt takes to its first token; the answer is then written to its end."""
    engine.add(Request(1, prompt, SamplingParams(max_new_tokens=num_new)))
    started = time.perf_counter()
    seconds = None
    while engine.scheduler.num_running or engine.scheduler.num_waiting:
        if any(event.token is not None for event in engine.step()) and seconds is None:
            seconds = time.perf_counter() - started
    if seconds is None:
        raise SystemExit("the model wrote nothing")
    return seconds


def measure(folder: Path, rounds: int) -> list[dict[str, Any]]:
    """The second turn's times, and their share."""
    machine = Machine.here("auto", "auto", "auto")
    sizes = (0, ServingLimits().prefix_bytes)
    files = [
        ModelFiles(folder, "gpt2-xl", machine, ServingLimits(1, prefix_bytes=n)) for n in sizes
    ]
    plain, keeping = (each.load(lambda share: None, lambda: False) for each in files)
    generator = torch.Generator().manual_seed(0)
    without, with_ = [], []
    for _ in range(rounds):
        length = FIRST_TOKENS + ANSWER_TOKENS + NEW_TOKENS
        ids = tuple(torch.randint(0, 256, (length,), generator=generator).tolist())
        # The thread up to here, as if the answer were those tokens: what counts is that it
        # was read. The model's own answer to the first question is as good as any.
        first_token_seconds(keeping, ids[: FIRST_TOKENS + ANSWER_TOKENS], 1)
        without.append(first_token_seconds(plain, ids, 1))
        with_.append(first_token_seconds(keeping, ids, 1))
    share = statistics.median(new / old for new, old in zip(with_, without, strict=True))
    return [
        {
            "figure": "second turn, time to first token : reading everything",
            "layout": str(files[0].layout),
            "measured": round(share, 3),
            "goal": f"≤ {GOAL}",
            "reached": share <= GOAL,
            "seconds": round(statistics.median(with_), 2),
            "reading everything": round(statistics.median(without), 2),
        }
    ]


def main() -> None:
    """Measure and print."""
    run("follow_up", __doc__, measure)


if __name__ == "__main__":
    main()
