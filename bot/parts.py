"""What is made as the settings say and needs no model: nothing here imports torch."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.domain.classifier import Use
from bot.domain.errors import BotError, ConfigurationError, UnknownModel
from bot.domain.handbook import Topic, names_of
from bot.domain.model_spec import ModelSpec
from bot.domain.topic_guard import GuardMode
from bot.generation.catalog import Catalog
from bot.generation.classifier_folder import ClassifierFolder
from bot.handbook import load_topics, load_wordings
from bot.retrieval.english_words import load_english
from bot.retrieval.index import Index
from bot.retrieval.reader import Reader
from bot.service.defaults import Defaults
from bot.service.handbook import store_handbook
from bot.service.notes import NotesService
from bot.storage.database import Database
from bot.training.runs_folder import RunsFolder


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)


def new_seed() -> int:
    """A seed that is short enough to be typed again."""
    return secrets.randbelow(2**32)


def new_id() -> str:
    """A short unique id."""
    return secrets.token_hex(8)


def run_specs(settings: Settings) -> list[ModelSpec]:
    """The finished runs as entries of the catalogue; classifiers write nothing and are left out."""
    runs = RunsFolder(settings.training.runs)
    return [
        ModelSpec(
            run.name,
            str(runs.folder(run.name)),
            run.revision,
            template=run.template,
            is_local=True,
            figures=run.figures,
        )
        for run in runs.all()
        if not run.is_classifier
    ]


def classifier_names(settings: Settings) -> list[str]:
    """The finished runs that tell labels."""
    return [run.name for run in RunsFolder(settings.training.runs).all() if run.is_classifier]


def classifier_folder(settings: Settings, use: Use) -> ClassifierFolder | None:
    """The classifier that is configured for a use, checked; None if there is none.

    Raises:
        ConfigurationError: there is no such run, or it is none that can be used for this.
    """
    name = settings.classifiers.runs().get(use)
    if name is None:
        return None
    runs = RunsFolder(settings.training.runs)
    try:
        found = ClassifierFolder.read(runs.folder(runs.get(name).name), name)
        found.require(use.labels)
    except BotError as error:
        raise ConfigurationError(f"classifiers.{use} cannot be used: {error.text}") from None
    return found


def classifier_folders(settings: Settings) -> dict[Use, ClassifierFolder]:
    """All classifiers that are configured, checked.

    Raises:
        ConfigurationError: see `classifier_folder`; or the guard is wanted and has none.
    """
    found = {use: classifier_folder(settings, use) for use in Use}
    wanted = settings.classifiers.topic_guard_mode
    if wanted is not GuardMode.OFF and found[Use.TOPIC_GUARD] is None:
        raise ConfigurationError(
            f'classifiers.topic_guard_mode is "{wanted}", but classifiers.topic_guard names no '
            'run; name one, or set the mode to "off".'
        )
    return {use: folder for use, folder in found.items() if folder is not None}


def make_catalog(settings: Settings) -> Catalog:
    """The official models, the configured ones, and the runs that there are at each look."""
    configured = [
        ModelSpec(
            name,
            model.source,
            model.revision,
            template=model.template,
            is_local=Path(model.source).is_dir(),
        )
        for name, model in settings.models.items()
    ]
    catalog = Catalog(
        configured,
        settings.generation.model_cache,
        find_runs=lambda: run_specs(settings),
        find_classifiers=lambda: classifier_names(settings),
    )
    try:
        catalog.spec(settings.effective_default_model)
    except UnknownModel as error:
        raise ConfigurationError(f"generation.default_model cannot be used: {error.text}") from None
    return catalog


def make_defaults(settings: Settings) -> Defaults:
    """What the configuration says about answers."""
    sampling = settings.sampling
    return Defaults(
        model=settings.effective_default_model,
        sampling=sampling.named(),
        method=sampling.method,
        length=sampling.length,
        limits=settings.limits.as_limits(),
        threads=settings.discord.threads,
        handbook=settings.notes.handbook,
        decency=settings.decency.level,
        topic_guard=settings.classifiers.topic_guard_mode,
    )


def make_index(topics: Sequence[Topic]) -> Index:
    """The search; `topics` are those of the stored handbook."""
    return Index(names_of(topics), load_wordings() if topics else (), load_english())


@asynccontextmanager
async def open_notes(settings: Settings) -> AsyncIterator[NotesService]:
    """The notes over an open database, with the handbook among them; leaving closes it."""
    topics, clock = load_topics(), SystemClock()
    async with Database.open(settings.database.url) as database:
        await store_handbook(database, topics, clock)
        yield NotesService(
            database,
            clock,
            make_index(topics),
            Reader(),
            make_defaults(settings),
            settings.notes.as_limits(),
        )
