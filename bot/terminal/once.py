"""One answer on standard output, for people and for scripts."""

import json
import sys
from datetime import datetime
from typing import Any

from bot.domain.answer import Answer
from bot.domain.errors import BotError
from bot.service.live_answer import LiveAnswer
from bot.service.services import Services
from bot.service.snapshot import Snapshot


async def print_answer(services: Services, live: LiveAnswer, *, as_json: bool) -> None:
    """Print the answer as it grows, or one JSON object at its end.

    Raises:
        BotError: the sentence of an answer that failed.
    """
    shown = ""
    last: Snapshot | None = None
    async for snapshot in live.snapshots():
        last = snapshot
        text = snapshot.text.lstrip()
        if not as_json and len(text) > len(shown):
            sys.stdout.write(text[len(shown) :])
            sys.stdout.flush()
            shown = text
    if last is None or last.error:
        raise BotError((last.error if last else None) or "There was no answer; try again.")
    if not as_json:
        sys.stdout.write("\n")
        return
    row = await services.delivery.answer(live.answer.id)
    if row is not None:
        sys.stdout.write(json.dumps(as_object(row), ensure_ascii=False) + "\n")


def as_object(row: Answer) -> dict[str, Any]:
    """An answer as the JSON object of `lectern ask --json`.

    `sources` and `confidence` are empty while answers come from the model's memory only.
    """
    return {
        "answer": row.text.strip(),
        "kind": "memory",
        "sources": [],
        "confidence": None,
        "model": row.model,
        "revision": row.revision,
        "seed": row.sampling.seed,
        "finish_reason": row.finish_reason,
        "tokens": {"prompt": row.num_prompt_tokens, "new": row.num_new_tokens},
        "timings": {
            "first_token_seconds": _seconds(row.created_at, row.first_token_at),
            "total_seconds": _seconds(row.created_at, row.finished_at),
        },
    }


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds(), 3)
