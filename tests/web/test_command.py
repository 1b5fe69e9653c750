"""`lectern web` and `lectern run` as processes: the page comes, and goes at a signal."""

import asyncio
import os
import pty
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.cli_page import is_piped

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
PATIENCE_SECONDS = 60
Start = Callable[..., asyncio.subprocess.Process]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a command in an empty folder; what still runs at the end is killed."""
    started: list[asyncio.subprocess.Process] = []

    async def run(*words: str, stdin: int = asyncio.subprocess.DEVNULL, **more: str) -> object:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "PYTHONPATH": str(ROOT),
                "LECTERN_WEB__PORT": "0",
                "LECTERN_GENERATION__THREADS": "1",
                **more,
            },
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield run  # type: ignore[misc]
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_SECONDS)
    found = ADDRESS.search(line.decode())
    assert found is not None, line
    return found[0]


async def farewell(process: asyncio.subprocess.Process, number: signal.Signals) -> str:
    """End it; what it said on standard error."""
    process.send_signal(number)
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert process.returncode == 0, errors.decode()
    return errors.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_page_is_served_until_a_signal(start: Start, number: signal.Signals) -> None:
    process = await start("web")
    address = await address_of(process)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(address) as response:
            assert response.status == 200
            assert "lectern_browser" in response.cookies
        # A page that is open waits for news all the time; the farewell does not wait for it.
        async with session.get(f"{address}gradio_api/heartbeat/abc") as heartbeat:
            assert await heartbeat.content.readline()
            assert "Traceback" not in await farewell(process, number)


async def test_run_without_a_token_opens_the_page_unless_lines_come_through_a_pipe(
    start: Start,
) -> None:
    process = await start("run")
    await address_of(process)
    said = await farewell(process, signal.SIGTERM)
    assert said.startswith(
        "DISCORD_TOKEN is not set, so here is the page in the browser instead of the bot.\n"
    )


async def test_a_port_that_is_taken_is_one_sentence(start: Start) -> None:
    first = await start("web")
    port = (await address_of(first)).rpartition(":")[2].rstrip("/")
    second = await start("web", LECTERN_WEB__PORT=port, LECTERN_DATABASE__URL="other.db")
    _, errors = await asyncio.wait_for(second.communicate(), PATIENCE_SECONDS)
    assert second.returncode == 78
    assert errors.decode().startswith(f"lectern: The page cannot be at 127.0.0.1, port {port} ")
    assert "Traceback" not in errors.decode()
    await farewell(first, signal.SIGTERM)


async def test_a_page_for_others_needs_a_password(start: Start) -> None:
    process = await start("web", LECTERN_WEB__HOST="0.0.0.0")
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert process.returncode == 78
    assert errors.decode().count("\n") == 1
    assert "set web.auth to a password first" in errors.decode()


async def test_the_password_is_never_told(start: Start) -> None:
    process = await start("web", LECTERN_WEB__AUTH="canary-password")
    address = await address_of(process)
    async with ClientSession() as session, session.get(address) as response:
        text = await response.text()
        assert response.url.path == "/login"
    assert "canary-password" not in text + await farewell(process, signal.SIGTERM)
    refused = await start("web", LECTERN_WEB__AUTH="ada:canary-password ada:canary-password")
    out, errors = await asyncio.wait_for(refused.communicate(), PATIENCE_SECONDS)
    assert refused.returncode == 78
    assert b"canary-password" not in out + errors
    assert b"LECTERN_WEB__AUTH should have each name once" in errors


def test_a_terminal_and_nothing_are_no_pipe(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("What is it?\n")
    reading, writing = os.pipe()
    person, terminal = pty.openpty()
    with (
        os.fdopen(reading) as pipe,
        os.fdopen(terminal) as typed,
        (tmp_path / "lines").open() as file,
        Path("/dev/null").open() as nothing,
    ):
        assert [is_piped(each) for each in (pipe, file)] == [True, True]
        assert [is_piped(each) for each in (typed, nothing, None)] == [False, False, False]
    os.close(writing)
    os.close(person)
