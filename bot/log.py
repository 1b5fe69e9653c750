"""Logging: structured lines on standard error, without secrets, bugs with an id."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

from bot.domain.error_id import new_error_id
from bot.redaction import redact, redact_text

NEVER_DEBUG = ("discord", "aiohttp", "asyncio", "huggingface_hub")
# At INFO, SQLAlchemy writes every statement with its parameters: questions and answers.
ONLY_WARNINGS = (
    "alembic",
    "sqlalchemy",
    "sqlalchemy.pool",
    "aiosqlite",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "uvicorn",
    "uvicorn.error",
    "discord.client",  # a line for every attempt to log in
)
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Format = Literal["auto", "text", "json"]


class RedactedRecord(logging.LogRecord):
    """A record without secrets, for handlers of libraries that bring their own."""

    def __setattr__(self, name: str, value: object) -> None:
        """Hide secrets in the texts that handlers append to the message."""
        is_text = name in ("exc_text", "stack_info") and isinstance(value, str)
        super().__setattr__(name, redact_text(str(value)) if is_text else value)

    def getMessage(self) -> str:  # noqa: N802 - the name that logging calls
        """The message with its arguments, as handlers write it."""
        return redact_text(super().getMessage())


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
    logging.setLogRecordFactory(RedactedRecord)
    root.setLevel(level)
    for names, lowest in ((NEVER_DEBUG, logging.INFO), (ONLY_WARNINGS, logging.WARNING)):
        for name in names:
            logging.getLogger(name).setLevel(max(lowest, logging.getLevelName(level)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


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
    """Hide secrets in the message and every field; what structlog passes on stays as it is."""
    internal = {key: event[key] for key in ("_record", "_from_structlog") if key in event}
    return {
        **redact({key: value for key, value in event.items() if key not in internal}),
        **internal,
    }
