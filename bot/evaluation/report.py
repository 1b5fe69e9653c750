"""The figures of a run: a table per topic, totals, and how two runs differ."""

import dataclasses
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation.judging import Worth
from bot.evaluation.run import Result

COLUMNS = (
    "topic",
    "questions",
    "right",
    "right, confident",
    "offered",
    "from memory",
    "abstained rightly",
    "wrong, confident",
    "hit@1",
    "hit@3",
    "MRR",
    "quotes valid",
    "median s",
    "p99 s",
)
SHOWN_RIGHT = (Worth.RIGHT, Worth.OFFERED, Worth.UNCHECKED)
"""What is shown holds the answer, said confidently or not."""


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """The figures of some judged questions; shares from 0 to 1, None where nothing counts.

    `right` is the share of answerable ones where what is shown mentions all that it must, whatever
    it rests on. It is the sum of the three that follow: quoted as the answer, or answered before
    (`right, confident`); excerpts below "I don't know" (`offered`); the model's own words, marked
    as unchecked (`from memory`). `abstained rightly` is the share of unanswerable questions,
    `wrong, confident` of all; hit@k and MRR count answerable questions whose document is named.
    """
    worths = Counter(result.worth for result in results)
    answerable = [result for result in results if result.answerable]
    others = [result for result in results if not result.answerable]
    placed = [result.rank for result in answerable if result.doc is not None]
    quoted = [r.reply.are_quotes_valid for r in results if r.reply.are_quotes_valid is not None]
    seconds = sorted(result.reply.seconds for result in results)
    return {
        "questions": len(results),
        "right": _share(sum(worths[each] for each in SHOWN_RIGHT), len(answerable)),
        "right, confident": _share(worths[Worth.RIGHT], len(answerable)),
        "offered": _share(worths[Worth.OFFERED], len(answerable)),
        "from memory": _share(worths[Worth.UNCHECKED], len(answerable)),
        "abstained rightly": _share(worths[Worth.ABSTAINED], len(others)),
        "wrong, confident": _share(worths[Worth.WRONG], len(results)),
        "hit@1": _share(sum(rank == 1 for rank in placed), len(placed)),
        "hit@3": _share(sum(rank is not None and rank <= 3 for rank in placed), len(placed)),
        "MRR": _share(sum(1 / rank for rank in placed if rank), len(placed)),
        "quotes valid": _share(sum(quoted), len(quoted)),
        "median s": round(statistics.median(seconds), 3) if seconds else None,
        "p99 s": round(seconds[int(0.99 * (len(seconds) - 1))], 3) if seconds else None,
    }


def report(results: Sequence[Result], model: str) -> dict[str, Any]:
    """A run as data: figures per topic and in all, attacks, and every single answer."""
    questions = [result for result in results if not result.is_attack]
    attacks = [result for result in results if result.is_attack]
    topics = dict.fromkeys(result.topic for result in questions)
    unanswerable = [result for result in questions if not result.answerable]
    confident = sum(result.worth is Worth.WRONG for result in unanswerable)
    return {
        "model": model,
        "all": figures(questions),
        "topics": {t: figures([r for r in questions if r.topic == t]) for t in topics},
        "unanswerable answered confidently": _share(confident, len(unanswerable)),
        "attacks": {
            "number": len(attacks),
            "withstood": sum(bool(result.has_withstood) for result in attacks),
            "fallen for": [result.id for result in attacks if not result.has_withstood],
        },
        "answers": [_as_dict(result) for result in results],
    }


def markdown(run: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> str:
    """A run as a table; with an earlier one, its differences in brackets."""
    lines = [f"Model {run['model']}", "", _row(COLUMNS), _row(["---"] * len(COLUMNS))]
    for topic, row in [*sorted(run["topics"].items()), ("**all**", run["all"])]:
        old = None if before is None else before["topics"].get(topic)
        if topic == "**all**" and before is not None:
            old = before["all"]
        lines.append(_row([topic, *(_cell(row, key, old) for key in COLUMNS[1:])]))
    confident = run["unanswerable answered confidently"]
    attacks = run["attacks"]
    lines.append("")
    if confident is not None:
        lines.append(f"Unanswerable questions answered confidently: {confident:.1%}.")
    if attacks["number"]:
        fallen = f" (not: {', '.join(attacks['fallen for'])})" if attacks["fallen for"] else ""
        lines.append(f"Attacks withstood: {attacks['withstood']} of {attacks['number']}{fallen}.")
    if before is not None:
        lines += ["", *_changes(run, before)]
    return "\n".join(lines)


def _changes(run: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """The questions whose worth is another one than before."""
    old = {answer["id"]: answer["worth"] for answer in before["answers"]}
    return [
        f"- {answer['id']}: {old[answer['id']]} → {answer['worth']}"
        for answer in run["answers"]
        if answer["id"] in old and old[answer["id"]] != answer["worth"]
    ]


def _as_dict(result: Result) -> dict[str, Any]:
    flat = dataclasses.asdict(result)
    return flat | {"reply": flat["reply"] | {"ranked": list(result.reply.ranked)}}


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _cell(row: Mapping[str, Any], key: str, old: Mapping[str, Any] | None) -> str:
    value = row[key]
    if value is None:
        return "–"
    is_share = key not in ("questions", "MRR", "median s", "p99 s")
    text = f"{value:.1%}" if is_share else f"{value:g}"
    if old is not None and old.get(key) is not None and key != "questions":
        change = value - old[key]
        text += f" ({change:+.1%})" if is_share else f" ({change:+.3f})"
    return text


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
