"""Logging: structured lines on standard error, without secrets, bugs with an id."""

import logging
import secrets
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

from bot.redaction import redact

ID_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else
NOISY = ("discord", "aiohttp", "sqlalchemy", "aiosqlite", "alembic", "httpx", "asyncio")
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Format = Literal["auto", "text", "json"]


def configure_logging(level: Level, form: Format, stream: TextIO | None = None) -> None:
    """Send every logger's lines through the same redaction to `stream`.

    Libraries never log below INFO: at DEBUG discord.py writes message bodies and tokens.
    `form` auto is text on a terminal and JSON elsewhere.
    """
    target = stream or sys.stderr
    is_text = form == "text" or (form == "auto" and target.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(
            colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if is_text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redacted,
    ]
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _redacted,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    for name in ("alembic", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def new_error_id() -> str:
    """Eight characters that can be read aloud."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(8))


def log_bug(error: BaseException) -> str:
    """Log an unexpected error once; returns the id that the person is told."""
    error_id = new_error_id()
    structlog.get_logger("lectern").error(
        "bug", error_id=error_id, exc_info=(type(error), error, error.__traceback__)
    )
    return error_id


def _redacted(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide secrets in the message and every field; structlog's own fields stay objects."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = redact({key: value})[key]
    return event
