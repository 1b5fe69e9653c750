"""The model card of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.training.finetuning.grid import Cell, rows_of
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


def run_card(
    record: RunRecord, manifest: Mapping[str, Any], tried: Sequence[Cell] = (), *, has_plot: bool
) -> str:
    """README.md of a run's folder; `tried` are the cells of a sweep, of which it is one."""
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
{_about_questions(record)}
What it says from memory is unchecked: fine-tuning teaches a model to sound like its notes, and a
part of what they say. Answers that must be right rest on quotes.

{plot}## Numbers

| | |
|---|---|
{numbers}
| loss on what was learned, at the end | {record.train_loss or 0:.3f} |
{_about_sweep(tried)}
## Data

{manifest["documents"]} documents and {manifest["examples"]} questions with answers; duplicates left
out: {manifest["duplicates left out"]}. Held back: {", ".join(manifest["held out"]) or "no document"}.
No message, question or reaction of a person is among them.

| file | bytes | SHA-256 |
|---|---|---|
{files}
"""


def _about_sweep(tried: Sequence[Cell]) -> str:
    if not tried:
        return ""
    rows = "\n".join("| " + " | ".join(row) + " |" for row in rows_of(tried))
    return f"""
## Tried

The run is the one with most right answers from memory; where these differ by less than their standard
error, the one with the least loss on what was held back.

| numbers | loss, held back | right from memory | minutes |
|---|---|---|---|
{rows}
"""


def _figures(record: RunRecord) -> list[str]:
    lines = []
    told = (("in other words", record.reworded), ("of the files named", record.rightness))
    for which, asked in told:
        if asked is not None:
            lines.append(
                f"| right from memory, {asked.questions} questions {which} | {asked.base:.1%} | "
                f"{asked.run:.1%} |"
            )
    if record.base_loss is not None and record.loss is not None:
        lines += [
            f"| perplexity of documents | {perplexity(record.base_loss)} | {perplexity(record.loss)} |",
            f"| loss, nats per token | {record.base_loss:.3f} | {record.loss:.3f} |",
        ]
    if record.bits is not None:
        lines.append(f"| bits per byte | {record.bits[0]:.3f} | {record.bits[1]:.3f} |")
    return lines


def _about_questions(record: RunRecord) -> str:
    asked = record.reworded
    if asked is None:
        return ""
    return f"""
The {asked.questions} questions *in other words* are about what the run learned, but in words that training
never used: {asked.questions - asked.by_code} are wordings of people that were held back, {asked.by_code} were worded by code, out of a few words that
only one passage has all of. They are in `questions.jsonl`. An answer is right if more than half of its
words agree with the one that was learned (F1 over 0.5), and every number of that is in it.
"""
