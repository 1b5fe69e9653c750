"""Builds all parts, introduces them to each other, and runs them until told to stop."""

import asyncio
import gc
import json
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog

import bot
from bot.config import Settings
from bot.config_values import LOOKS_WRONG, is_token
from bot.decency.guard import Guard
from bot.domain.clues import QUOTED
from bot.domain.confidence import Calibration
from bot.domain.deck import Deck
from bot.domain.errors import BotError, ConfigurationError
from bot.domain.handbook import Topic
from bot.domain.operator import TERMINAL
from bot.domain.syllabus import Syllabus
from bot.figures.studio import Studio
from bot.generation.classifiers import Classifiers
from bot.generation.pool import Pool, PoolOptions
from bot.generation.resident import ServingLimits
from bot.generation.trial import Trial
from bot.handbook import load_lessons, load_topics
from bot.heartbeat import beat, heartbeat_path
from bot.insight.explainer import Explainer as LookInside
from bot.log import configure_logging, log_bug
from bot.parts import (
    SystemClock,
    classifier_folders,
    make_catalog,
    make_defaults,
    make_index,
    new_id,
    new_seed,
)
from bot.recall.fsrs_schedule import FsrsSchedule
from bot.retrieval.reader import Reader
from bot.service.courseware import Courseware
from bot.service.handbook import store_handbook
from bot.service.insight_ports import Explainer, Painter
from bot.service.picture_ports import Illustrator
from bot.service.ports import ModelPool, Store
from bot.service.services import Services
from bot.storage.database import Database, url_of
from bot.trial_book import TrialBook
from bot.web.page_settings import PageSettings

HARD_STOP_SECONDS = 20
"""From the signal to the end; whatever still runs then is killed."""


def make_pool(
    settings: Settings,
    trial: Trial | None = None,
    on_trial: Callable[[Trial], None] | None = None,
) -> Pool:
    """The models' pool; loads nothing yet. See `Pool` for the trial of layouts."""
    generation = settings.generation
    return Pool(
        make_catalog(settings),
        PoolOptions(
            device=generation.device,
            dtype=generation.dtype,
            quantization=generation.quantization,
            memory_budget=generation.memory_budget,
            num_threads=generation.threads,
            download_missing=generation.download,
            limits=ServingLimits(
                generation.max_batch,
                queue_limit=generation.queue_limit,
                prefix_bytes=generation.prefix_cache,
                speculates=generation.speculation == "auto",
            ),
        ),
        trial,
        on_trial,
    )


def make_services(
    store: Store,
    models: ModelPool,
    settings: Settings,
    topics: Sequence[Topic] = (),
    calibrations: Mapping[str, Calibration] | None = None,
    illustrator: Illustrator | None = None,
    explainer: Explainer | None = None,
    painter: Painter | None = None,
    classifiers: Classifiers | None = None,
) -> Services:
    """All use cases over one store and one pool; `topics` are those of the stored handbook.

    Without an `illustrator` no formulas are drawn, without an `explainer` and a `painter` nobody
    looks inside; without `classifiers` no question is guarded and no draft ranked.
    """
    return Services.over(
        store,
        models,
        SystemClock(),
        make_defaults(settings),
        log_bug,
        new_seed,
        make_index(topics),
        Reader(),
        settings.notes.as_limits(),
        calibrations or {},
        Guard(),
        illustrator,
        explainer,
        painter,
        courseware=make_courseware(topics),
        classifiers=classifiers,
    )


def make_courseware(topics: Sequence[Topic]) -> Courseware:
    """What can be learned of a handbook; nothing without one."""
    if not topics:
        return Courseware()
    return Courseware(Syllabus(topics, load_lessons()), Deck(topics), FsrsSchedule())


@asynccontextmanager
async def running(
    settings: Settings,
    calibrations: Mapping[str, Calibration] | None = None,
    *,
    loads_classifiers: bool = False,
) -> AsyncIterator[tuple[Services, Pool]]:
    """The services over an open database and pool; leaving the block closes both.

    The handbook is stored first if it has changed. `calibrations` take the place of those
    that were stored. Classifiers are loaded when they are first needed, or with
    `loads_classifiers` now, before a model takes the memory.
    """
    topics, folders = load_topics(), classifier_folders(settings)
    async with Database.open(settings.database.url) as database:
        await store_handbook(database, topics, SystemClock())
        known = await stored_calibrations(database) if calibrations is None else calibrations
        trials = TrialBook(database)
        pool = make_pool(settings, await trials.last(), trials.keep)
        try:
            async with Studio() as studio, Classifiers(pool, folders) as classifiers:
                if loads_classifiers:
                    await classifiers.load()
                explainer = LookInside(pool)
                services = make_services(
                    database, pool, settings, topics, known, studio, explainer, studio, classifiers
                )
                yield services, pool
        finally:
            await pool.close()
            await trials.close()


def calibration_key(model: str) -> str:
    """Under which fact the calibration of a model is stored."""
    return f"calibration:{model}"


async def stored_calibrations(database: Database) -> dict[str, Calibration]:
    """What `lectern calibrate` has stored, by model."""
    prefix = calibration_key("")
    async with database.reading() as transaction:
        found = await transaction.facts.starting_with(prefix)
    known = {
        key.removeprefix(prefix): Calibration.of_dict(json.loads(value))
        for key, value in found.items()
    }
    # One that an earlier version fitted to other figures means nothing here.
    return {name: each for name, each in known.items() if set(each.quoted.weights) <= set(QUOTED)}


def page_settings(settings: Settings) -> PageSettings:
    """What the page needs; its notes are those of the terminal.

    Raises:
        ConfigurationError: others could open it without a password.
    """
    web = settings.web
    return PageSettings(
        TERMINAL,
        web.host,
        web.port,
        web.passwords(),
        web.assistants.split(),
        settings.notes.max_file_size,
    )


@asynccontextmanager
async def page_beside(settings: Settings, services: Services) -> AsyncIterator[None]:
    """The page beside the bot, where the configuration wants it."""
    if not settings.web.beside_bot:
        yield
        return
    from bot.web.server import serving

    async with serving(services, page_settings(settings), log_bug, new_id) as address:
        structlog.get_logger("lectern").info("page served", address=address)
        yield


async def run_bot(settings: Settings) -> None:
    """The Discord bot, until a signal or a fatal refusal by Discord.

    Raises:
        ConfigurationError: Discord does not know the token, or forbids an intent.
    """
    from bot.cogs.client import DiscordOptions
    from bot.cogs.registry import make_client

    configure_logging(settings.logging.level, settings.logging.format)
    log = structlog.get_logger("lectern")
    token = settings.discord.token
    if token is None:
        raise ConfigurationError("Set the environment variable DISCORD_TOKEN to run the bot.")
    if settings.discord.api_url is None and not is_token(token.get_secret_value()):
        raise ConfigurationError(f"{LOOKS_WRONG}.")
    async with (
        running(settings, loads_classifiers=True) as (services, pool),
        page_beside(settings, services),
    ):
        options = DiscordOptions(
            message_content=settings.discord.message_content,
            api_url=settings.discord.api_url,
            gateway_url=settings.discord.gateway_url,
            report=log_bug,
            version=bot.__version__,
        )
        client = make_client(services, options)
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        settle()
        log.info("starting", version=bot.__version__, model=settings.effective_default_model)
        path = heartbeat_path(url_of(settings.database.url))
        try:
            async with asyncio.TaskGroup() as group:
                connection = group.create_task(client.run_until_closed(token.get_secret_value()))
                heart = group.create_task(beat(path, client.is_healthy))
                warming = group.create_task(warm(pool, settings.effective_default_model))
                stop = group.create_task(stopping.wait())
                await asyncio.wait((connection, stop), return_when=asyncio.FIRST_COMPLETED)
                # The system ends the process if the farewell takes longer than it may.
                signal.setitimer(signal.ITIMER_REAL, HARD_STOP_SECONDS)
                for task in (stop, heart, warming):
                    task.cancel()
                await client.retire()
        except BaseExceptionGroup as errors:
            refusals, others = errors.split(BotError)
            if refusals is None or others is not None:
                raise
            raise next(_leaves(refusals)) from None
        log.info("stopped")
    signal.setitimer(signal.ITIMER_REAL, 0)


def settle() -> None:
    """Let the garbage collector pass over what is there after the start and stays to the end.

    Walking through all of it again would keep the event loop for 150 ms, some time between the
    first hundred questions.
    """
    gc.collect()
    gc.freeze()


def _leaves(errors: BaseExceptionGroup[BotError]) -> Iterator[BotError]:
    """The errors inside a group, however deep."""
    for error in errors.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


async def warm(pool: Pool, name: str) -> None:
    """Load the default model before the first question; log if it cannot be."""
    log = structlog.get_logger("lectern")
    try:
        async with pool.lease(name):
            log.info("model loaded", model=name)
    except BotError as refusal:
        log.warning("default model not available", model=name, reason=refusal.text)
    except Exception as error:  # noqa: BLE001 - the bot answers with other models, or later
        log_bug(error)
