"""The model card of a run."""

from collections.abc import Mapping
from typing import Any

from bot.training.run_record import RunRecord, perplexity

_SHOWN = (
    "method",
    "epochs",
    "learning_rate",
    "batch",
    "row_length",
    "wordings",
    "dropout",
    "weight_decay",
    "validation",
    "seed",
)


def run_card(record: RunRecord, manifest: Mapping[str, Any], *, has_plot: bool) -> str:
    """README.md of a run's folder."""
    figures = "\n".join(_figures(record)) or "| nothing was held back | – | – |"
    numbers = "\n".join(f"| {key} | {record.plan[key]} |" for key in _SHOWN if key in record.plan)
    files = "\n".join(
        f"| {each['name']} | {each['num_bytes']:,} | `{each['sha256'][:16]}` |"
        for each in manifest["files"]
    )
    plot = "![Loss by step](loss.png)\n\n" if has_plot else ""
    return f"""---
library_name: transformers
base_model: {record.base}
tags: [gpt2, lectern]
---

# {record.name}

A run of `lectern finetune`: **{record.base}** with {record.num_parameters / 1e6:,.1f} million
parameters, trained ({record.method}) for {record.num_steps:,} steps on {record.num_tokens:,} tokens in
{record.seconds / 60:,.1f} minutes, {record.created}. It is asked in the template `{record.template}`.

## Is it better?

| on what was held back | {record.base} | {record.name} |
|---|---|---|
{figures}

What it says from memory is unchecked: fine-tuning teaches a model to sound like its notes, and a
part of what they say. Answers that must be right rest on quotes.

{plot}## Numbers

| | |
|---|---|
{numbers}
| loss on what was learned, at the end | {record.train_loss or 0:.3f} |

## Data

{manifest["documents"]} documents and {manifest["examples"]} questions with answers, without
{manifest["duplicates left out"]} duplicates. Held back: {", ".join(manifest["held out"]) or "no document"}.
No message, question or reaction of a person is among them.

| file | bytes | SHA-256 |
|---|---|---|
{files}
"""


def _figures(record: RunRecord) -> list[str]:
    lines = []
    if record.rightness is not None:
        asked = record.rightness
        lines.append(
            f"| right answers from memory, {asked.questions} questions | {asked.base:.1%} | "
            f"{asked.run:.1%} |"
        )
    if record.base_loss is not None and record.loss is not None:
        lines += [
            f"| perplexity | {perplexity(record.base_loss)} | {perplexity(record.loss)} |",
            f"| loss, nats per token | {record.base_loss:.3f} | {record.loss:.3f} |",
        ]
    return lines
