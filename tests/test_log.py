"""A canary is logged everywhere, and found nowhere."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from bot.domain.conversation import Turn
from bot.log import NEVER_DEBUG, ONLY_WARNINGS, configure_logging, log_bug
from bot.redaction import redact_text
from bot.storage.database import Database
from tests.storage.rows import CHANNEL, NOON, new_answer

BOT_TOKEN = "MTE4NzY1NDMyMTA5ODc2NTQzMg.GaBcDe.canaryBotTokenCanaryBotTokenCanary12"
INTERACTION = "aW50ZXJhY3Rpb246canaryInteraction"
WEBHOOK = "canaryWebhookTokenOfNoForm"
HUB = "hf_canaryHubToken12345"
CANARIES = (BOT_TOKEN, INTERACTION, WEBHOOK, HUB)
URLS = (
    f"https://discord.com/api/v10/webhooks/123/{INTERACTION}/messages/@original",
    f"https://discord.com/api/v10/interactions/456/{INTERACTION}/callback",
    f"https://discord.com/api/v10/webhooks/123/{WEBHOOK}",
)


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    before = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in (*NEVER_DEBUG, *ONLY_WARNINGS)}
    yield
    root.handlers, root.level = before
    logging.setLogRecordFactory(factory)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(params=["text", "json"])
def output(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    configure_logging("DEBUG", request.param, stream)
    return stream


def boom() -> Exception:
    try:
        raise RuntimeError(f"POST {URLS[0]} failed with Bot {BOT_TOKEN}")
    except RuntimeError as error:
        return error


@pytest.mark.parametrize("name", ["discord.http", "aiohttp.access", "bot.app", "transformers"])
def test_no_canary_reaches_the_log(output: io.StringIO, name: str) -> None:
    foreign, own = logging.getLogger(name), structlog.get_logger(name)
    foreign.warning("token is %s", BOT_TOKEN)
    foreign.warning("%s, %s and %s", *URLS)
    foreign.warning("extra", extra={"token": INTERACTION, "headers": {"Authorization": HUB}})
    foreign.warning("body %r", {"token": INTERACTION, "deep": [{"hub": HUB}]})
    foreign.error("failed", exc_info=boom())
    foreign.warning({"body": {HUB: INTERACTION}})
    foreign.warning(f"bare {INTERACTION}", stack_info=True)
    foreign.warning("bytes", extra={"payload": BOT_TOKEN.encode(), "hub_token": "canary"})
    own.warning("private", _token=WEBHOOK, authorization=[WEBHOOK], tokens=[HUB])
    own.warning(f"use {HUB}", token=INTERACTION, nested={"a": [{"b": BOT_TOKEN}]})
    own.error("failed", exc_info=boom())
    log_bug(boom())
    text = output.getvalue()
    assert text.count("failed") >= 2
    for canary in CANARIES:
        assert canary not in text


def test_handlers_that_libraries_bring_along_write_no_canary(output: io.StringIO) -> None:
    stream = io.StringIO()
    library = logging.getLogger("transformers")
    handler = logging.StreamHandler(stream)
    library.addHandler(handler)
    try:
        library.getChild("hub").warning("use %s at %s", HUB, URLS[2])
        library.error("failed", exc_info=boom(), stack_info=True)
    finally:
        library.removeHandler(handler)
    assert "RuntimeError" in stream.getvalue()
    assert not [canary for canary in CANARIES if canary in stream.getvalue()]


def test_counts_and_names_of_tokens_are_no_secrets(output: io.StringIO) -> None:
    structlog.get_logger("bot").info("done", num_new_tokens=12_345, token_id=464, tokenizer="gpt2")
    for shown in ("12345", "464", "gpt2"):
        assert shown in output.getvalue()


def test_discord_never_logs_below_info(output: io.StringIO) -> None:
    logging.getLogger("discord.gateway").debug("payload")
    logging.getLogger("httpx2").info("payload")
    logging.getLogger("bot").debug("ours")
    assert "payload" not in output.getvalue()
    assert "ours" in output.getvalue()


async def test_no_question_reaches_the_log_on_its_way_to_the_database(
    output: io.StringIO, tmp_path: Path
) -> None:
    """Neither with its statement nor with an error that the database raises."""
    async with Database.open(f"sqlite+aiosqlite:///{tmp_path}/lectern.db") as store:
        async with store.transaction() as transaction:
            await transaction.answers.add(new_answer(question="a canary's question"))
        try:
            async with store.transaction() as transaction:
                turn = Turn("a canary's question", "a canary's answer", 999)
                await transaction.turns.put(CHANNEL, turn, "1", NOON)
        except IntegrityError as error:
            log_bug(error)
    assert "FOREIGN KEY" in output.getvalue()
    assert "canary" not in output.getvalue()


def test_a_bug_is_logged_once_with_the_id_that_is_told(output: io.StringIO) -> None:
    error_id = log_bug(boom())
    assert output.getvalue().count(error_id) == 1
    assert "RuntimeError" in output.getvalue()


def test_json_lines_are_json() -> None:
    stream = io.StringIO()
    configure_logging("INFO", "json", stream)
    structlog.get_logger("bot").info("started", model="gpt2", num_servers=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["model"], line["num_servers"]) == ("started", "gpt2", 3)
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_ordinary_text_stays_as_it_is() -> None:
    text = "128 tokens in 3.2 s, token 7 of 9; see /webhooks and hf models"
    assert redact_text(text) == text
