"""Does the bot slow its model down, and does the model stall the bot?

    python -m benchmarks.in_bot [--rounds 3] [--tokens 256] [--people 8]

Eight completions at once, A B A B: (A) by the bare worker, (B) by eight people on a loopback
Discord that runs in another process. gpt2's layers with random weights. During B the event
loop's lag is sampled, and each person's first visible word is timed.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.machine import judged, save, summary, table
from benchmarks.random_model import write_random_model
from bot.app import make_pool, make_services
from bot.cogs.client import DiscordOptions
from bot.cogs.registry import make_client
from bot.config import Settings
from bot.domain.model_spec import GPT2
from bot.domain.sampling import SamplingParams
from bot.generation.pool import Pool
from bot.storage.database import Database
from bot.storage.tables import answers

MODEL = "bench"
SAMPLE_SECONDS = 0.005
SHAPE = replace(GPT2, vocabulary=257)  # every token of the byte tokenizer is text


class LagMeter:
    """Samples how late the event loop wakes a sleeper."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "LagMeter":
        self._task = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _sample(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(SAMPLE_SECONDS)
            self.milliseconds.append((time.perf_counter() - start - SAMPLE_SECONDS) * 1000)


async def bare(pool: Pool, people: int, tokens: int) -> float:
    """Tokens per second of the worker alone."""
    base = SamplingParams(max_new_tokens=tokens, temperature=1.0, top_p=0.9)
    async with pool.lease(MODEL) as lease:
        start = time.perf_counter()

        async def one(number: int) -> int:
            last = 0
            sampling = replace(base, seed=number)
            async for progress in lease.complete("Once upon a time", sampling, str(number)):
                last = progress.num_new_tokens
            return last

        counts = await asyncio.gather(*(one(number) for number in range(people)))
        return sum(counts) / (time.perf_counter() - start)


async def in_bot(
    store: Database, server: asyncio.subprocess.Process, people: int, tokens: int
) -> tuple[float, list[float]]:
    """Tokens per second inside the bot, and each person's wait for the first word in ms."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(f"{people} {tokens}\n".encode())
    seen = json.loads(await server.stdout.readline())
    async with store.reading() as transaction:
        newest = await transaction.answers._connection.scalar(select(func.max(answers.c.id)))
        found = [await transaction.answers.get(newest - number) for number in range(people)]
    rows = [row for row in found if row is not None]
    start = min(row.started_at for row in rows if row.started_at)
    end = max(row.finished_at for row in rows if row.finished_at)
    speed = sum(row.num_new_tokens for row in rows) / (end - start).total_seconds()
    assert all(row.num_new_tokens == tokens for row in rows), "an answer ended early"
    first = {each["source"]: each["first_text"] for each in seen}
    waits = [
        (first[row.source] - row.first_token_at.timestamp()) * 1000
        for row in rows
        if row.first_token_at and first[row.source] is not None
    ]
    return speed, waits


async def measure(folder: Path, rounds: int, people: int, tokens: int) -> list[dict[str, object]]:
    """The rows of the table."""
    settings = Settings(
        models={MODEL: {"source": str(folder)}},
        generation={"default_model": MODEL},
        limits={"person": "1000/60s", "channel": "1000/60s", "server": "1000/60s"},
        sampling={"top_p": 0.9, "repetition_penalty": 1.0, "no_repeat_ngram": 0},
    )
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.study_server",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    addresses = json.loads(await server.stdout.readline())
    pool = make_pool(settings)
    bare_speeds, bot_speeds, waits = [], [], []
    meter = LagMeter()
    try:
        async with Database.open(str(folder / "lectern.db")) as store:
            options = DiscordOptions(
                report=lambda bug: print("bug:", repr(bug)) or "bug",
                api_url=addresses["api"],
                gateway_url=addresses["gateway"],
            )
            client = make_client(make_services(store, pool, settings), options)
            connection = asyncio.create_task(client.run_until_closed(addresses["token"]))
            while not client.is_ready():
                await asyncio.sleep(0.05)
            await bare(pool, 1, 8)  # load and warm up
            for _ in range(rounds):
                bare_speeds.append(await bare(pool, people, tokens))
                async with meter:
                    speed, seen = await in_bot(store, server, people, tokens)
                bot_speeds.append(speed)
                waits += seen
            await client.retire()
            await connection
    finally:
        await pool.close()
        server.kill()
        await server.wait()
    lags = sorted(meter.milliseconds)
    p99 = lags[int(0.99 * (len(lags) - 1))]
    share = statistics.median(
        inside / outside for inside, outside in zip(bot_speeds, bare_speeds, strict=True)
    )
    wait = statistics.median(waits)
    return [
        judged(
            "loop lag while generating, ms p99",
            p99,
            "< 50",
            p99 < 50,
            f"median {lags[len(lags) // 2]:.2f}, largest {lags[-1]:.1f}",
        ),
        judged(
            "tokens/s in the bot : bare worker",
            share,
            ">= 0.95",
            share >= 0.95,
            f"{statistics.median(bot_speeds):.1f} : {statistics.median(bare_speeds):.1f}",
        ),
        judged(
            "first visible text after first token, ms median",
            wait,
            "<= 150",
            wait <= 150,
            f"largest {max(waits):.0f}",
        ),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--people", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_random_model(folder, SHAPE, scale=0.08)
        rows = asyncio.run(measure(folder, options.rounds, options.people, options.tokens))
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('in_bot', rows, **vars(options))}")


if __name__ == "__main__":
    main()
