"""A study server whose bot runs in the test's process: all parts real, built by `bot.app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch

from bot.app import running
from bot.cogs.client import DiscordOptions, LecternClient
from bot.cogs.registry import make_client
from bot.config import Settings
from bot.domain.answer import Answer
from bot.domain.confidence import Calibration
from bot.generation.layout import Machine
from bot.generation.pool import Pool
from bot.generation.resident import ModelFiles, ServingLimits
from tests.bugs import reporting_to
from tests.discord_server import Channel, Message, Person, Thread
from tests.models import make_model, save_tokenizer
from tests.study_server import StudyServer

DEPTHS = {"small": 10, "large": 16, "third": 10}
"""Layers: deep and narrow, so that an answer takes seconds and a model little memory."""


def save_talkative_model(folder: Path, seed: int = 0, **changes: int) -> Path:
    """A model that writes syllables rather than bytes, and never ends by itself."""
    model = make_model(seed, n_positions=1024, **changes)
    embeddings, last = model.transformer.wte.weight, model.transformer.ln_f
    with torch.no_grad():  # the first number of every final state is 8, so the logits …
        last.weight[0], last.bias[0] = 0.0, 8.0
        embeddings[:257, 0] = -1.0  # … of bytes lose 8
        embeddings[0, 0] = -10.0  # … and that of the end of text 80
        embeddings[257:, 0] = 0.0
    model.save_pretrained(folder)
    save_tokenizer(folder)
    return folder


RUN = "dl-course"
"""The name of a run, for tests that make one."""


def save_models(folder: Path) -> Path:
    """The three models, and `broken`, whose weights end in the middle."""
    for seed, (name, depth) in enumerate(DEPTHS.items()):
        save_talkative_model(folder / name, seed, n_layer=depth, n_embd=32)
    save_talkative_model(folder / "broken", n_layer=2, n_embd=32)
    weights = folder / "broken" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    return folder


@dataclass
class Campus(StudyServer):
    """A study server whose bot is what one process of Lectern would be."""

    patience_seconds = 30.0

    models: Path
    folder: Path
    pool: Pool | None = field(default=None, kw_only=True)

    def num_bytes(self, name: str) -> int:
        """What a model takes in memory."""
        machine = Machine(torch.device("cpu"), "float32")
        return ModelFiles(self.models / name, name, machine, ServingLimits()).num_bytes

    @asynccontextmanager
    async def bot(
        self, *, memory_budget: int | None = None, handbook: bool = False, **classifiers: str
    ) -> AsyncIterator[LecternClient]:
        """The bot from its start to its farewell; fails if it reported a bug.

        Its models babble, so every memory is told, and nothing is known without the handbook.
        `classifiers` are the keys of that section of the configuration.
        """
        settings = Settings(
            database={"url": f"sqlite+aiosqlite:///{self.folder}/lectern.db"},
            generation={
                "default_model": "small",
                "device": "cpu",
                "dtype": "float32",
                "threads": 1,
                "memory_budget": memory_budget,
            },
            notes={"handbook": handbook},
            training={"runs": self.folder / "runs"},
            classifiers=classifiers,
            models={name: {"source": str(self.models / name)} for name in (*DEPTHS, "broken")},
        )

        options = DiscordOptions(
            reporting_to(self.bugs), burst_seconds=0.1, guild_ready_seconds=0.02
        )
        telling = dict.fromkeys((*DEPTHS, RUN), Calibration(enough_remembered=0.0))
        async with running(settings, telling) as (self.services, self.pool):
            self.client = make_client(self.services, options)
            connection = asyncio.create_task(self.client.run_until_closed(self.server.token))
            try:
                await asyncio.wait_for(self.client.wait_until_ready(), self.patience_seconds)
                yield self.client
            finally:
                await self.client.retire()
                await connection
        assert self.bugs == []

    # What people do

    async def ask(self, person: Person, channel: Channel, text: str, **options: object) -> Message:
        """Ask, and read the whole answer."""
        return await self.ended(await self.start(person, channel, text, **options))

    async def start(
        self, person: Person, channel: Channel, text: str, **options: object
    ) -> Message:
        """Ask; the message that will show the answer."""
        asked = await person.slash(channel, "ask", question=text, **options)
        return await asked.responded(self.patience_seconds)

    async def growing(self, message: Message) -> Message:
        """A message whose answer has begun and goes on."""
        await self.server.until(lambda: " ▌" in message.content, self.patience_seconds)
        return message

    async def follow_up(self, person: Person, thread: Thread, text: str) -> Message:
        """Reply to the last message of a thread, and read the whole answer."""
        count = len(thread.messages)
        await person.say(thread, text, reply_to=thread.messages[-1])
        await self.server.until(lambda: len(thread.messages) > count + 1, self.patience_seconds)
        return await self.ended(thread.messages[count + 1])

    # What is stored

    async def row(self, message: Message) -> Answer:
        """The newest answer that is shown in a message."""
        assert self.services is not None
        delivery = self.services.delivery
        number, found = 1, None
        while (answer := await delivery.answer(number)) is not None:
            ids = [each.message_id for each in await delivery.messages(number)]
            found = answer if str(message.id) in ids else found
            number += 1
        assert found is not None
        return found
