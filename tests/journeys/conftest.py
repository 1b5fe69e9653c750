"""The whole bot, with small real GPT-2s, on the loopback Discord: as a process, or inside."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bugs import reporting_to
from tests.discord_server import DiscordServer, Guild, Permission, Person, TextChannel
from tests.discord_server.fixtures import discord_address, discord_server
from tests.journeys.campus import Campus, save_models, save_talkative_model

__all__ = ["discord_address", "discord_server"]

START_SECONDS = 60.0


@dataclass
class BotProcess:
    """`lectern run`, to be started, stopped and killed."""

    server: DiscordServer
    folder: Path
    model: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run until the gateway is open."""
        identifies = self.server.statistics.num_identifies
        await self.launch(self.server.token)
        await self.server.until(
            lambda: (
                self.server.statistics.num_identifies > identifies
                and self.server.gateway.is_connected
            ),
            timeout=START_SECONDS,
        )

    async def launch(self, token: str) -> asyncio.subprocess.Process:
        """Run, and leave it alone."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "DISCORD_TOKEN": token,
            "LECTERN_DISCORD__API_URL": self.server.api_url,
            "LECTERN_DISCORD__GATEWAY_URL": self.server.gateway_url,
            "LECTERN_DATABASE__URL": f"sqlite+aiosqlite:///{self.folder}/lectern.db",
            "LECTERN_MODELS__TINY__SOURCE": str(self.model),
            "LECTERN_GENERATION__DEFAULT_MODEL": "tiny",
            "LECTERN_GENERATION__THREADS": "1",
            "LECTERN_LIMITS__PERSON": "10000/60s",
            "LECTERN_LIMITS__CHANNEL": "10000/60s",
            "LECTERN_LIMITS__SERVER": "10000/60s",
        }
        log = (self.folder / "log").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, cwd=self.folder, stderr=log
        )
        log.close()
        return self.process

    async def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 30)

    @property
    def log(self) -> str:
        """What the process wrote."""
        return (self.folder / "log").read_text()


@dataclass
class School:
    """A study server with one student."""

    guild: Guild
    channel: TextChannel
    student: Person


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_talkative_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def deep_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that takes its time for every token."""
    return save_talkative_model(tmp_path_factory.mktemp("models") / "deep", n_layer=48, n_embd=32)


@pytest.fixture
async def bot_process(
    discord_server: DiscordServer, tmp_path: Path, tiny_model: Path
) -> AsyncIterator[BotProcess]:
    process = BotProcess(discord_server, tmp_path, tiny_model)
    yield process
    if process.process is not None:
        await process.stop(signal.SIGKILL)


@pytest.fixture
def school(discord_server: DiscordServer) -> School:
    guild = discord_server.add_guild("Deep Learning 101")
    channel = guild.add_channel("general")
    student = discord_server.add_person("ada")
    teachers = guild.add_role("teachers", permissions=Permission.MANAGE_GUILD)
    guild.join(student, roles=[teachers])
    return School(guild, channel, student)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_models(tmp_path_factory.mktemp("campus"))


@pytest.fixture
def campus(
    discord_server: DiscordServer,
    discord_address: None,
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Campus:
    """A study server whose bot starts with `campus.bot()`."""
    built = Campus.build(discord_server, models=models, folder=tmp_path)
    monkeypatch.setattr("bot.app.log_bug", reporting_to(built.bugs))
    return built
