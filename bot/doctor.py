"""`lectern doctor`: is everything here that the bot needs? One line each."""

import asyncio
import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import typer

from bot.config import Settings, load_settings
from bot.config_values import LOOKS_WRONG, is_token
from bot.domain.classifier import Use
from bot.domain.errors import BotError
from bot.domain.model_spec import ModelSpec

STALE_SECONDS = 90
INVITE = "https://discord.com/oauth2/authorize"
PERMISSIONS = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Use Application Commands": 1 << 31,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whether it is well, and what to do if not."""

    subject: str
    is_well: bool
    text: str


def examine(config: Path | None, *, quick: bool) -> bool:
    """Print every finding; returns whether all is well.

    With `quick`, only whether a running bot is well: configuration and heartbeat.
    """
    try:
        settings = load_settings(config)
    except BotError as refusal:
        _print(Finding("configuration", False, refusal.text))
        return False
    checks: tuple[Callable[[Settings], Finding | None], ...] = (
        (_configuration, _heartbeat)
        if quick
        else (
            _configuration,
            _token,
            _database,
            _migrations,
            _model,
            _topic_guard,
            _ranking,
            _memory,
        )
    )
    is_well = True
    for check in checks:
        try:
            finding = check(settings)
        except BotError as refusal:
            subject = check.__name__.strip("_").replace("_", " ")
            finding = Finding(subject, False, refusal.text)
        if finding is None:
            continue
        _print(finding)
        is_well = is_well and finding.is_well
    if not quick and (link := invite_link(settings)):
        typer.echo(f"To invite the bot: {link}")
    return is_well


def invite_link(settings: Settings) -> str | None:
    """The link that invites the bot with all it needs; the token's first part is its id."""
    if settings.discord.token is None:
        return None
    first = settings.discord.token.get_secret_value().split(".")[0]
    try:
        client_id = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    query = {
        "client_id": client_id,
        "scope": "bot applications.commands",
        "permissions": sum(PERMISSIONS.values()),
    }
    return f"{INVITE}?{urlencode(query)}" if client_id.isdigit() else None


def _configuration(settings: Settings) -> Finding:
    source = str(settings.file) if settings.file else "defaults and environment"
    return Finding("configuration", True, source)


def _token(settings: Settings) -> Finding:
    if settings.discord.token is None:
        return Finding(
            "token", True, "DISCORD_TOKEN is not set: `lectern run` opens the page instead"
        )
    if not is_token(settings.discord.token.get_secret_value()):
        return Finding(
            "token",
            False,
            LOOKS_WRONG,
        )
    return Finding("token", True, "DISCORD_TOKEN has the form of a bot token")


def _database(settings: Settings) -> Finding:
    from bot.storage.inspection import inspect_database

    return Finding("database", *inspect_database(settings.database.url))


def _migrations(settings: Settings) -> Finding:
    from bot.storage.inspection import inspect_migrations

    return Finding("migrations", *inspect_migrations(settings.database.url))


def _model(settings: Settings) -> Finding:
    from bot.parts import make_catalog

    catalog, name = make_catalog(settings), settings.effective_default_model
    spec = catalog.spec(name)
    if catalog.on_disk(name):
        return Finding("model", True, f"{name} is on this machine{_revision(spec)}")
    hint = f"{name} is not on this machine; fetch it with: lectern models download {name}"
    return Finding("model", False, hint)


def _revision(spec: ModelSpec) -> str:
    return f" at revision {spec.revision[:12]}" if spec.revision else ""


def _topic_guard(settings: Settings) -> Finding | None:
    return _classifier(settings, Use.TOPIC_GUARD, "topic guard")


def _ranking(settings: Settings) -> Finding | None:
    return _classifier(settings, Use.ANSWER_RANKING, "ranking")


def _classifier(settings: Settings, use: Use, subject: str) -> Finding | None:
    """A line for a classifier that is configured."""
    from bot.parts import classifier_folder
    from bot.training.runs_folder import RunsFolder

    found = classifier_folder(settings, use)
    if found is None:
        return None
    figures = RunsFolder(settings.training.runs).get(found.name).figures
    text = f"{found.name} tells “{use.labels[0]}” from “{use.labels[1]}”"
    return Finding(subject, True, f"{text}. {figures}".strip(" ."))


def _memory(settings: Settings) -> Finding:
    from bot.app import make_pool

    name = settings.effective_default_model

    async def measure() -> tuple[int, int | None, str | None]:
        pool = make_pool(settings)
        try:
            return pool.memory_budget, pool.needed_bytes(name), pool.layout(name)
        finally:
            await pool.close()

    budget, need, layout = asyncio.run(measure())
    if need is None:
        return Finding("memory", True, f"{budget / 1e9:.1f} GB for models")
    text = f"{name} needs {need / 1e9:.1f} GB in {layout}, {budget / 1e9:.1f} GB are there"
    if need > budget:
        text += "; choose a smaller generation.default_model or free memory"
    return Finding("memory", need <= budget, text)


def _heartbeat(settings: Settings) -> Finding:
    from bot.heartbeat import heartbeat_path
    from bot.storage.database import url_of

    path = heartbeat_path(url_of(settings.database.url))
    if not path.is_file():
        return Finding(
            "heartbeat",
            False,
            f"no bot is running here ({path} is missing); start it with lectern run",
        )
    age = time.time() - path.stat().st_mtime
    if age > STALE_SECONDS:
        return Finding("heartbeat", False, f"the bot has not been well for {age:.0f} s; restart it")
    return Finding("heartbeat", True, f"connected to Discord {age:.0f} s ago")


def _print(finding: Finding) -> None:
    typer.echo(f"{'ok ' if finding.is_well else 'BAD'}  {finding.subject:<14}{finding.text}")
