"""Does loading another model disturb the one that serves?

    python -m benchmarks.switch [--serving gpt2] [--new gpt2-xl] [--people 4] [--rounds 1]

A pool serves one model to a few people who ask again as soon as they are answered. Beside
it another model is loaded, answers once, and is unloaded. Both have the shapes of official
models and random weights. Reports the event loop's lag and the serving model's pace during
the load, the process's peak memory, and what remains of the new model after it has left.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.in_bot import LagMeter, row
from benchmarks.machine import memory, save, summary, table
from benchmarks.random_model import write_random_model
from bot.domain.model_spec import OFFICIAL_MODELS, ModelShape, ModelSpec
from bot.domain.sampling import SamplingParams
from bot.generation.catalog import Catalog
from bot.generation.hardware import return_memory
from bot.generation.lease import Lease
from bot.generation.pool import Pool

SERVING, NEW = "serving", "new"
WARM_UP_SECONDS = 5.0
MOST_LAG = 50.0  # ms
LEAST_PACE = 0.5
MOST_MEMORY = 1.3  # of the new model's size, beside what there was
MOST_LEFT = 0.1  # of the new model's size, after it has left
SAMPLING = SamplingParams(max_new_tokens=128, temperature=1.0, top_p=0.9)


@dataclass(frozen=True, slots=True)
class Round:
    """What one load and unload showed: paces in tokens/s, memory in bytes."""

    pace_before: float
    pace_during: float
    lags: list[float]
    load_seconds: float
    before: int
    peak: int
    loaded: int
    left: int


class Crowd:
    """People who ask one model again and again, and the tokens they have been given."""

    def __init__(self, lease: Lease) -> None:
        self.num_tokens = 0
        self._lease = lease

    @asynccontextmanager
    async def asking(self, people: int) -> AsyncIterator[None]:
        """Requests never cease inside the block."""
        tasks = [asyncio.create_task(self._ask(str(number))) for number in range(people)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def pace(self, seconds: float) -> float:
        """Tokens per second during the next seconds."""
        start, tokens = time.perf_counter(), self.num_tokens
        await asyncio.sleep(seconds)
        return (self.num_tokens - tokens) / (time.perf_counter() - start)

    async def _ask(self, person: str) -> None:
        while True:
            last = 0
            async for progress in self._lease.complete("Once upon a time", SAMPLING, person):
                self.num_tokens += progress.num_new_tokens - last
                last = progress.num_new_tokens


async def one_round(pool: Pool, crowd: Crowd, seconds: float) -> Round:
    """Load the new model beside the serving one, let it answer, unload it."""
    pace_before = await crowd.pace(seconds)
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the high-water mark so far
    start, tokens = time.perf_counter(), crowd.num_tokens
    async with LagMeter() as meter, pool.lease(NEW) as lease:
        load_seconds = time.perf_counter() - start
        pace_during = (crowd.num_tokens - tokens) / load_seconds
        lags = list(meter.milliseconds)
        peak, loaded = memory("VmHWM"), memory("VmRSS")
        async for _ in lease.complete("Once upon a time", SamplingParams(4), "first"):
            pass
    assert await pool.unload(NEW), "somebody holds the new model"
    left = memory("VmRSS")
    return Round(pace_before, pace_during, lags, load_seconds, before, peak, loaded, left)


async def measure(folder: Path, people: int, rounds: int, seconds: float) -> list[Round]:
    """All rounds, with one pool."""
    specs = [ModelSpec(name, str(folder / name), is_local=True) for name in (SERVING, NEW)]
    pool = Pool(Catalog(specs))
    try:
        async with pool.lease(SERVING) as lease:
            crowd = Crowd(lease)
            async with crowd.asking(people):
                await asyncio.sleep(WARM_UP_SECONDS)
                return [await one_round(pool, crowd, seconds) for _ in range(rounds)]
    finally:
        await pool.close()


def rows_of(rounds: list[Round]) -> list[dict[str, object]]:
    """The worst round of each figure against its goal."""
    size = statistics.median(each.loaded - each.before for each in rounds)
    lags = sorted(lag for each in rounds for lag in each.lags)
    p99 = lags[int(0.99 * (len(lags) - 1))]
    slowest = min(rounds, key=lambda each: each.pace_during / each.pace_before)
    pace = slowest.pace_during / slowest.pace_before
    above = max(each.peak - each.before for each in rounds) / size
    left = max(each.left - each.before for each in rounds) / size
    seconds = statistics.median(each.load_seconds for each in rounds)
    last = rounds[-1]
    return [
        row(
            "loop lag while another model is loaded, ms p99",
            p99,
            f"< {MOST_LAG:.0f}",
            p99 < MOST_LAG,
            f"median {lags[len(lags) // 2]:.2f}, largest {lags[-1]:.1f}, load {seconds:.0f} s",
        ),
        row(
            "serving tokens/s during the load : before",
            pace,
            f">= {LEAST_PACE}",
            pace >= LEAST_PACE,
            f"{slowest.pace_during:.1f} : {slowest.pace_before:.1f}",
        ),
        row(
            "peak beside the serving model : new model",
            above,
            f"<= {MOST_MEMORY}",
            above <= MOST_MEMORY,
            f"{last.before / 1e9:.2f} GB before, peak {last.peak / 1e9:.2f}, "
            f"new model {size / 1e9:.2f}",
        ),
        row(
            "left after unloading : new model",
            left,
            f"<= {MOST_LEFT}",
            left <= MOST_LEFT,
            f"{last.before / 1e9:.2f} GB before, {last.left / 1e9:.2f} after",
        ),
    ]


def shape_of(name: str) -> ModelShape:
    """An official model's shape."""
    shape = next(spec.shape for spec in OFFICIAL_MODELS if spec.name == name)
    assert shape is not None
    return shape


def main() -> None:
    """Measure and print."""
    names = [spec.name for spec in OFFICIAL_MODELS if spec.shape is not None]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serving", default="gpt2", choices=names)
    parser.add_argument("--new", default="gpt2-xl", choices=names)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10, help="pace before each load")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="switch-") as temporary:
        folder = Path(temporary)
        write_random_model(folder / SERVING, shape_of(options.serving))
        write_random_model(folder / NEW, shape_of(options.new))
        return_memory()  # of what writing needed: it would hide what loading needs
        rounds = asyncio.run(measure(folder, options.people, options.rounds, options.seconds))
    rows = rows_of(rounds)
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('switch', rows, **vars(options))}")


if __name__ == "__main__":
    main()
