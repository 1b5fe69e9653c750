"""The real client on the loopback Discord, over a real database and scripted models."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.cogs.client import DiscordOptions, LecternClient
from bot.cogs.registry import make_client
from bot.domain.answer import Answer
from bot.domain.conversation import Asker
from bot.parts import SystemClock
from bot.service.picture_ports import Illustrator
from bot.storage.database import Database
from tests.bugs import reporting_to
from tests.discord_server import DiscordServer, Interaction, Message, Person
from tests.discord_server.fixtures import discord_address, discord_server
from tests.lookers import ScriptedPainter
from tests.scripted_classifiers import ScriptedClassifiers
from tests.scripted_insight import ScriptedExplainer
from tests.scripted_models import ScriptedPool
from tests.scripted_services import scripted_services
from tests.study_server import StudyServer

__all__ = ["discord_address", "discord_server"]


@dataclass
class Scene(StudyServer):
    """A study server whose bot answers by scripts."""

    pool: ScriptedPool
    illustrator: Illustrator | None = field(default=None, kw_only=True)
    explainer: ScriptedExplainer = field(default_factory=ScriptedExplainer, kw_only=True)
    painter: ScriptedPainter = field(default_factory=ScriptedPainter, kw_only=True)
    classifiers: ScriptedClassifiers = field(default_factory=ScriptedClassifiers, kw_only=True)

    async def final(self, interaction: Interaction) -> Message:
        """The response once the answer has ended."""
        return await self.ended(await interaction.responded())

    async def ask(self, text: str = "What is dropout?", **options: object) -> Message:
        """Ada asks in the channel; the final message."""
        return await self.final(await self.ada.slash(self.channel, "ask", question=text, **options))

    async def set(self, **changes: object) -> None:
        """Change the server's settings, as an admin."""
        assert self.services is not None
        admin = Asker("0", "admin", is_manager=True)
        await self.services.settings.change(admin, str(self.guild.id), **changes)

    async def assistant(self, name: str = "tess") -> Person:
        """A person with the role of the teaching assistants."""
        role = self.guild.add_role(f"assistants of {name}")
        if self.services is not None:
            settings = await self.services.settings.show(str(self.guild.id))
            known = settings.stored.assistant_role
            role = next((each for each in self.guild.roles.values() if str(each.id) == known), role)
        person = self.server.add_person(name)
        self.guild.join(person, roles=[role])
        await self.set(assistant_role=str(role.id))
        return person

    async def ask_long(self, text: str = "What is dropout?", **options: object) -> list[Message]:
        """Ada asks; all messages of the answer, the one with the buttons last."""
        await self.ada.slash(self.channel, "ask", question=text, **options)
        await self.server.until(
            lambda: self.server.messages and "Regenerate" in self.server.messages[-1].buttons
        )
        return [message for message in self.server.messages if not message.deleted]

    async def closed(self, answer_id: int) -> Answer:
        """The row of an answer that was being made, once it no longer is."""
        assert self.services is not None
        answering, delivery = self.services.answering, self.services.delivery
        await self.server.until(lambda: answering.find(answer_id) is None)
        row = await delivery.answer(answer_id)
        assert row is not None
        return row

    def seen(self, viewer: Person | None = None) -> str:
        """What a person reads in the channel."""
        return self.server.transcript(self.channel, viewer)


StartBot = Callable[..., AbstractAsyncContextManager[LecternClient]]


@pytest.fixture
def pool() -> ScriptedPool:
    return ScriptedPool()


@pytest.fixture
def scene(discord_server: DiscordServer, pool: ScriptedPool) -> Scene:
    return Scene.build(discord_server, pool=pool)


@pytest.fixture
def start_bot(scene: Scene, discord_address: None, tmp_path: Path) -> StartBot:
    """Starts the bot on the scene; leaving the block is a farewell as by SIGTERM."""

    @asynccontextmanager
    async def start(
        *, message_content: bool = False, until_ready: bool = True, retry_seconds: float = 0.05
    ) -> AsyncIterator[LecternClient]:
        async with Database.open(str(tmp_path / "lectern.db")) as store:
            services = scripted_services(
                store,
                scene.pool,
                SystemClock(),
                scene.bugs,
                scene.illustrator,
                scene.explainer,
                scene.painter,
                scene.classifiers,
            )
            options = DiscordOptions(
                report=reporting_to(scene.bugs),
                version="1.2.3",
                message_content=message_content,
                burst_seconds=0.1,
                guild_ready_seconds=0.02,
                retry_seconds=retry_seconds,
            )
            client = make_client(services, options)
            scene.client, scene.services = client, services
            running = asyncio.create_task(client.run_until_closed(scene.server.token))
            try:
                if until_ready:
                    await asyncio.wait_for(client.wait_until_ready(), 15)
                yield client
            finally:
                await client.retire()
                await running

    return start


@pytest.fixture
async def bot(scene: Scene, start_bot: StartBot) -> AsyncIterator[Scene]:
    """The scene with the bot running; the test fails if the bot reported a bug."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(start_bot())
        yield scene
    assert scene.bugs == []


@pytest.fixture
async def tess(bot: Scene) -> Person:
    """A teaching assistant of the scene."""
    return await bot.assistant()
