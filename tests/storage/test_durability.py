"""What survives a process that is killed."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from bot.storage.database import Database
from bot.storage.inspection import inspect_database

WRITER = """
import asyncio, sys
from bot.storage.database import Database

async def main():
    async with Database.open(sys.argv[1]) as store:
        number = 0
        while True:
            number += 1
            async with store.transaction() as transaction:
                await transaction.facts.put(f"n{number}", "x" * 200)
                await transaction.facts.put("last", str(number))
            print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
async def test_what_was_committed_survives_a_kill(url: str, kills: int) -> None:
    for _ in range(kills):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, url, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        acknowledged = 0
        for _ in range(20 + ord(os.urandom(1))):
            acknowledged = int(await asyncio.wait_for(process.stdout.readline(), 30))
        process.send_signal(signal.SIGKILL)
        rest = await process.stdout.read()
        acknowledged = max([acknowledged, *map(int, rest.split(b"\n")[:-1])])
        await process.wait()
        async with Database.open(url) as store:
            is_well, verdict = inspect_database(url)
            assert is_well, verdict
            async with store.reading() as transaction:
                last = int(await transaction.facts.get("last") or 0)
                assert last >= acknowledged
                for number in range(1, last + 1):
                    assert await transaction.facts.get(f"n{number}") == "x" * 200
