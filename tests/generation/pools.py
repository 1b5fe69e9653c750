"""Pools for tests, and what one does with them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import torch

from bot.domain.progress import Progress
from bot.domain.sampling import SamplingParams
from bot.generation.catalog import Catalog
from bot.generation.layout import Machine
from bot.generation.lease import Lease
from bot.generation.pool import Pool, PoolOptions
from bot.generation.resident import ModelFiles, ServingLimits

GREEDY = SamplingParams(max_new_tokens=16)


@asynccontextmanager
async def pool_of(catalog: Catalog, **options: object) -> AsyncIterator[Pool]:
    settings = {"dtype": "float32", "device": "cpu", "num_threads": 1} | options
    pool = Pool(catalog, PoolOptions(**settings))  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        async with asyncio.timeout(20):
            await pool.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def last(lease: Lease, prompt: str, sampling: SamplingParams = GREEDY) -> Progress:
    async with asyncio.timeout(20):
        return [progress async for progress in lease.complete(prompt, sampling, "ada")][-1]


def size(folder: Path) -> int:
    machine = Machine(torch.device("cpu"), "float32")
    files = ModelFiles(folder, "tiny", machine, ServingLimits())
    return files.num_bytes
