"""Question files: one JSON object a line, a question or an attack."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import BotError

Groups = tuple[tuple[str, ...], ...]
"""An answer must hold one alternative of every group."""


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question whose right answer is known, perhaps with one that follows it.

    The answer is known by what it must mention, by a `reference` that it must agree with, or both.
    """

    id: str
    question: str
    topic: str
    answerable: bool
    doc: str | None
    must_mention: Groups
    follow_up: str | None = None
    follow_up_must_mention: Groups = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Attack:
    """An input that must not make the bot say what a pattern of `must_not` finds."""

    id: str
    category: str
    input: str
    must_not: tuple[re.Pattern[str], ...]
    must_any: Groups


Row = LabelledQuestion | Attack


def read_rows(paths: Sequence[Path]) -> list[Row]:
    """Every row of every file, in order; a folder stands for its `.jsonl` files.

    Texts that only have a label ask for nothing and are passed over.

    Raises:
        BotError: names the file and line that cannot be used.
    """
    rows: list[Row] = []
    seen: set[str] = set()
    for path in _files(paths):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise BotError(f"{path} cannot be read as a question file; name another.") from None
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                fields = json.loads(line)
                if "text" in fields and "label" in fields:
                    continue
                row = _row(fields)
            except (ValueError, KeyError, TypeError, re.error) as error:
                raise BotError(f"{path}, line {number} is no question: {error}.") from None
            if row.id in seen:
                raise BotError(f"{path}, line {number} uses the id {row.id} a second time.")
            seen.add(row.id)
            rows.append(row)
    if not rows:
        raise BotError("There are no questions in the files that were named.")
    return rows


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.jsonl"))
        else:
            yield path


def _row(fields: dict[str, Any]) -> Row:
    if "input" in fields:
        return Attack(
            str(fields["id"]),
            str(fields["category"]),
            str(fields["input"]),
            tuple(re.compile(pattern) for pattern in fields["must_not"]),
            _groups(fields.get("must_any")),
        )
    return LabelledQuestion(
        id=str(fields["id"]),
        question=str(fields["question"]),
        topic=str(fields.get("topic") or "other"),
        answerable=bool(fields["answerable"]),
        doc=fields.get("doc"),
        must_mention=_groups(fields.get("must_mention")),
        follow_up=fields.get("follow_up"),
        follow_up_must_mention=_groups(fields.get("follow_up_must_mention")),
        reference=str(fields.get("reference") or ""),
    )


def _groups(found: Any) -> Groups:
    return tuple(
        (group,) if isinstance(group, str) else tuple(str(each) for each in group)
        for group in found or ()
    )
