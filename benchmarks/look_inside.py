"""How long a look inside takes, and what it costs the answers that run beside it.

    python -m benchmarks.look_inside [--model FOLDER] [--rounds 4] [--people 4] [--seconds 12]

gpt2-xl's shapes with random weights in the layout that this machine takes. A 128-token answer
behind a prompt of 128 is looked at in every view, and each picture drawn by the studio: when
the model has just written it, when it remembers nothing of it, and beside people whose answers
run. Their tokens/s are counted with pictures made one after the other and without, in turns.
"""

import argparse
import asyncio
import random
import statistics
import string
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import judged, save, summary, table
from benchmarks.random_model import write_random_model
from bot.app import make_pool
from bot.config import Settings
from bot.domain.look import Look, View
from bot.domain.model_spec import GPT2_XL
from bot.domain.sampling import SamplingParams
from bot.figures.studio import Studio
from bot.generation.lease import Lease
from bot.insight.explainer import Explainer
from bot.service.insight_ports import Painter, Specimen

MODEL = "bench"
NUM_TOKENS = 128  # of the prompt and of the answer: with random_model's tokenizer, letters
SAMPLING = SamplingParams(max_new_tokens=NUM_TOKENS, temperature=0.7, top_p=0.9)
LOOKS = (
    Look(View.TOKENS),
    Look(View.NEXT, position=64),
    Look(View.SURPRISE),
    Look(View.ATTENTION, layer=20, head=3),
    Look(View.ATTENTION),
    Look(View.LAYERS, position=64),
    Look(View.TEMPERATURE),
)
GOAL_SECONDS, GOAL_SHARE = 1.5, 0.8


@dataclass
class Crowd:
    """People whose answers run, one after the other, and how many tokens they have got."""

    lease: Lease
    num_tokens: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @asynccontextmanager
    async def of(self, people: int) -> AsyncIterator["Crowd"]:
        """So many until the block ends."""
        self._tasks = [asyncio.create_task(self._ask(str(number))) for number in range(people)]
        while self.num_tokens < 4 * people:  # all have begun
            await asyncio.sleep(0.05)
        try:
            yield self
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self.lease.cancel_all()

    async def _ask(self, person: str) -> None:
        for number in range(1000):
            sampling = SamplingParams(max_new_tokens=600, temperature=1.0, seed=number)
            before = 0
            async for progress in self.lease.complete(letters(), sampling, person):
                self.num_tokens += progress.num_new_tokens - before
                before = progress.num_new_tokens


def letters(count: int = NUM_TOKENS) -> str:
    """A text of so many tokens that nobody has read before."""
    return "".join(random.choices(string.ascii_lowercase + " ", k=count))


def percentile(values: list[float], share: float) -> float:
    """The value that a share of all do not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


class Looker:
    """Makes pictures and notes how long each took."""

    def __init__(self, explainer: Explainer, painter: Painter) -> None:
        self._explainer, self._painter = explainer, painter
        self.seconds: dict[str, list[float]] = {}
        self.numbers: list[float] = []

    async def look(self, specimen: Specimen, look: Look) -> None:
        """One picture."""
        start = time.perf_counter()
        view = await self._explainer.view(specimen, look)
        self.numbers.append(time.perf_counter() - start)
        png = await self._painter.view(view)
        assert png
        name = look.view if look.layer is None else f"{look.view}, one head"
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)

    @property
    def all_seconds(self) -> list[float]:
        """Of every picture."""
        return [each for seconds in self.seconds.values() for each in seconds]

    def row(self, what: str) -> dict[str, Any]:
        """The whole against the goal, with the median of each view."""
        p95 = percentile(self.all_seconds, 0.95)
        medians = (
            f"{name} {statistics.median(each):.2f}" for name, each in sorted(self.seconds.items())
        )
        note = f"median numbers {statistics.median(self.numbers):.2f}; " + ", ".join(medians)
        goal = f"< {GOAL_SECONDS}"
        return judged(f"{what}, s p95", p95, goal, p95 < GOAL_SECONDS, note)


async def written(lease: Lease) -> Specimen:
    """An answer that the model has before it."""
    specimen = Specimen(MODEL, letters(), letters(), SAMPLING)
    once = SamplingParams(max_new_tokens=1)
    async for _ in lease.complete(specimen.prompt + specimen.written, once, "writer"):
        pass
    return specimen


async def measure(folder: Path, rounds: int, people: int, seconds: float) -> list[dict[str, Any]]:
    """The rows of the table."""
    settings = Settings(
        models={MODEL: {"source": str(folder)}}, generation={"default_model": MODEL}
    )
    pool = make_pool(settings)
    explainer = Explainer(pool)
    try:
        async with Studio() as studio, pool.lease(MODEL) as lease:
            looker = Looker(explainer, studio)
            for look in LOOKS:  # fonts, compiled code and memory
                await looker.look(await written(lease), look)
            just, cold, beside = (Looker(explainer, studio) for _ in range(3))
            for _ in range(rounds):
                specimen = await written(lease)
                for look in LOOKS:
                    await just.look(specimen, look)
                    await cold.look(Specimen(MODEL, letters(), letters(), SAMPLING), look)
            shares, speeds = [], []
            for _ in range(rounds):
                specimen = await written(lease)
                async with Crowd(lease).of(people) as crowd:
                    # Before and behind: texts that grow longer grow slower.
                    before = await speed_of(crowd, seconds / 2)
                    pictures = asyncio.create_task(_without_end(beside, specimen))
                    with_pictures = await speed_of(crowd, seconds)
                    pictures.cancel()
                    await asyncio.gather(pictures, return_exceptions=True)
                    without = (before + await speed_of(crowd, seconds / 2)) / 2
                speeds.append((with_pictures, without))
                shares.append(with_pictures / without)
            layout = lease.layout
    finally:
        await pool.close()
    share = statistics.median(shares)
    fast, slow = (statistics.median(each) for each in zip(*speeds, strict=True))
    beside_row = beside.row(f"the same beside {people} answers") if beside.seconds else {}
    return [
        just.row(f"a picture of an answer just written ({layout})"),
        cold.row("the same of a text that the model does not remember"),
        beside_row,
        judged(
            f"tokens/s of {people} answers with pictures one after the other : without",
            share,
            f">= {GOAL_SHARE}",
            share >= GOAL_SHARE,
            f"{fast:.1f} : {slow:.1f}, {len(beside.all_seconds)} pictures; "
            f"lowest share {min(shares):.2f}",
        ),
    ]


async def _without_end(looker: Looker, specimen: Specimen) -> None:
    while True:
        for look in LOOKS:
            await looker.look(specimen, look)


async def speed_of(crowd: Crowd, seconds: float) -> float:
    """Tokens per second over the next so many seconds."""
    start, before = time.perf_counter(), crowd.num_tokens
    await asyncio.sleep(seconds)
    return (crowd.num_tokens - before) / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.model or Path(temporary)
        if not (folder / "config.json").is_file():
            write_random_model(folder, GPT2_XL)
        rows = asyncio.run(measure(folder, options.rounds, options.people, options.seconds))
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('look_inside', rows, **vars(options))}")


if __name__ == "__main__":
    main()
