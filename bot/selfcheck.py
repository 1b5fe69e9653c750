"""`lectern selfcheck`: does the engine compute what it should with real weights?"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import typer

from bot.config import Settings
from bot.domain.errors import InvalidParameter, NotEnoughMemory
from bot.domain.model_spec import ModelSpec
from bot.generation.expectation import Reference
from bot.generation.resident import ServingLimits
from bot.generation.selfcheck import CheckOptions, SelfCheck
from bot.generation.verdict import Check, Verdict
from bot.log import configure_logging
from bot.parts import make_catalog

WIDTHS = (16, 30, 30, 30)
"""Columns of layout, check, expected and got."""


def run_selfcheck(
    settings: Settings, name: str, *, text: Path | None, stride: int | None, as_json: bool
) -> bool:
    """Print every check of a model as soon as it is done; returns whether none failed.

    Raises:
        BotError: the model, the text or the stride cannot be used, or memory is too small.
    """
    configure_logging("ERROR", "text")
    if stride is not None and text is None:
        raise InvalidParameter("--stride is for the perplexity of a text; add --text FILE.")
    catalog, generation = make_catalog(settings), settings.generation
    spec = catalog.spec(name)
    options = CheckOptions(
        generation.device,
        ServingLimits(generation.max_batch, prefix_bytes=0),
        generation.memory_budget,
        generation.threads,
        None if text is None else _read(text),
        stride,
    )
    selfcheck = SelfCheck(spec, catalog.folder(name), options, _in_transformers)
    if not as_json:
        against = "published answers" if selfcheck.is_known else "transformers in float32"
        revision = f" at revision {spec.revision[:12]}" if spec.revision else ""
        typer.echo(f"{name}{revision} against {against}\n")
        typer.echo(_columns("layout", "check", "expected", "got") + "verdict")
    checks = []
    for check in selfcheck.run():
        checks.append(check)
        if not as_json:
            typer.echo(_line(check))
    return _end(spec, checks, as_json)


def _end(spec: ModelSpec, checks: list[Check], as_json: bool) -> bool:
    verdicts = [check.verdict for check in checks]
    num_failed = verdicts.count(Verdict.FAILED)
    if as_json:
        typer.echo(json.dumps(_as_object(spec, checks), ensure_ascii=False))
    elif num_failed:
        typer.echo(
            f"\n{num_failed} of {len(checks)} checks FAILED: fetch the weights of {spec.name} "
            "again; if that does not help, report these lines."
        )
    if all(verdict is Verdict.SKIPPED for verdict in verdicts):
        raise NotEnoughMemory(
            f"{spec.name} fits in no layout, so nothing was checked; free memory, or raise "
            "generation.memory_budget."
        )
    return not num_failed


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise InvalidParameter(f"The text {path} cannot be read; name a file.") from None
    except UnicodeDecodeError:
        raise InvalidParameter(f"The text {path} is not UTF-8; convert it first.") from None
    if not text.strip():
        raise InvalidParameter(f"The text {path} is empty; name another file.")
    return text


def _in_transformers(folder: Path, device: str, end_of_text_id: int | None) -> Reference:
    from bot.generation.transformers_model import TransformersModel  # seconds to import

    return TransformersModel(folder, device, end_of_text_id)


def _line(check: Check) -> str:
    expected, got = _around_difference(check.expected, check.got, WIDTHS[2] - 2)
    verdict = f"{check.verdict}: {check.note}" if check.note else str(check.verdict)
    name = _cut(check.name, WIDTHS[1] - 2)
    return _columns(check.layout, name, expected, got) + f"{verdict}  {check.seconds:.1f} s"


def _columns(*cells: str) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))


def _around_difference(expected: str, got: str, width: int) -> tuple[str, str]:
    """Both on one line of at most `width` characters that shows where they begin to differ."""
    one, other = " ".join(expected.split()), " ".join(got.split())
    common = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    is_far = one != other and common >= width - 4
    start = common - width // 2 if is_far else 0
    return tuple(  # type: ignore[return-value]
        _cut(("…" if start else "") + text[start:], width) for text in (one, other)
    )


def _cut(text: str, width: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def _as_object(spec: ModelSpec, checks: list[Check]) -> dict[str, Any]:
    return {
        "model": spec.name,
        "revision": spec.revision,
        "is_well": not any(check.verdict is Verdict.FAILED for check in checks),
        "checks": [dataclasses.asdict(check) for check in checks],
    }
