"""One answer on standard output, for people and for scripts."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.answer import Answer, AnswerKind
from bot.domain.errors import BotError
from bot.service.live_answer import LiveAnswer
from bot.service.samples import combined_text, sample_seed
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from bot.terminal.remarks import is_unchecked, remarks_on


async def print_answer(services: Services, live: LiveAnswer, *, as_json: bool) -> None:
    """Print the answer as it grows, or one JSON object at its end.

    Several samples grow side by side, so they are printed once they have all ended.

    Raises:
        BotError: what refused the answer, or the sentence of one that failed.
    """
    shown = ""
    last: Snapshot | None = None
    async for snapshot in live.snapshots():
        last = snapshot
        # White space at the end waits for what follows it: the whole answer has none there.
        text = plain_text(live.answer, snapshot.text, snapshot.samples)
        is_draft = live.answer.num_samples > 1 or is_unchecked(snapshot)
        is_whole = snapshot.is_final or not is_draft
        if as_json or not is_whole:
            continue
        if text.startswith(shown):
            sys.stdout.write(text[len(shown) :])
        elif snapshot.is_final and text:  # written a second time
            sys.stdout.write(f"\n\n{text}")
        else:
            continue
        sys.stdout.flush()
        shown = text
    if last is None or last.error:
        sys.stdout.write("\n" if shown else "")
        refusal = last.refusal if last else None
        sentence = (last.error if last else None) or "There was no answer; try again."
        raise refusal or BotError(sentence)
    if not as_json:
        sys.stdout.write("\n" + "".join(f"{line}\n" for line in remarks_on(last)))
        return
    row = await services.delivery.answer(live.answer.id)
    if row is not None:
        sys.stdout.write(json.dumps(as_object(row, last.samples), ensure_ascii=False) + "\n")


def plain_text(answer: Answer, text: str, samples: Sequence[str]) -> str:
    """The answer without Discord's marks: `text`, or `samples` where there are several."""
    return combined_text(samples or [text], answer.sampling.seed, mark="").strip()


def as_object(row: Answer, samples: Sequence[str]) -> dict[str, Any]:
    """An answer as the JSON object of `lectern ask --json`.

    `kind` is what the answer rests on; a completion has none of a card and lists its
    `samples`, also a single one.
    """
    card = row.card
    seed = row.sampling.seed
    listed = [
        {"seed": sample_seed(seed, number), "text": text.strip()}
        for number, text in enumerate(samples or [row.text])
    ]
    return {
        "answer": plain_text(row, row.text, samples),
        "kind": str(card.basis) if card is not None else "memory",
        "sources": card.as_dict()["sources"] if card is not None else [],
        "quotes": card.as_dict()["quotes"] if card is not None else [],
        "confidence": card.confidence if card is not None else None,
        "model": row.model,
        "revision": row.revision,
        "seed": seed,
        "finish_reason": row.finish_reason,
        "tokens": {"prompt": row.num_prompt_tokens, "new": row.num_new_tokens},
        "timings": {
            "first_token_seconds": _seconds(row.created_at, row.first_token_at),
            "total_seconds": _seconds(row.created_at, row.finished_at),
        },
    } | ({"samples": listed} if row.kind is AnswerKind.COMPLETE else {})


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds(), 3)
