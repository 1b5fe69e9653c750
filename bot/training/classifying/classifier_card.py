"""The model card of a classifier."""

from collections.abc import Mapping
from typing import Any

from bot.training.classifying.confusion import Confusion
from bot.training.run_record import RunRecord

_SHOWN = (
    "method",
    "epochs",
    "learning_rate",
    "batch",
    "row_length",
    "dropout",
    "weight_decay",
    "validation",
    "seed",
)
_MAX_TOLD = 20


def classifier_card(
    record: RunRecord, confusion: Confusion, manifest: Mapping[str, Any], *, has_plots: bool
) -> str:
    """README.md of a classifier's folder."""
    numbers = "\n".join(f"| {key} | {record.plan[key]} |" for key in _SHOWN if key in record.plan)
    files = "\n".join(
        f"| {_cell(each['name'])} | {each['num_bytes']:,} | `{each['sha256'][:16]}` |"
        for each in manifest["files"]
    )
    matrix = "![Confusion matrix](confusion.png)\n\n" if has_plots and confusion.total else ""
    plot = "![Loss by step](loss.png)\n\n" if has_plots else ""
    return f"""---
library_name: transformers
pipeline_tag: text-classification
base_model: {record.base}
tags: [gpt2, lectern]
---

# {record.name}

A classifier of `lectern finetune --task classify`: **{record.base}** with {record.num_parameters / 1e6:,.1f} million
parameters and a head for {len(record.labels)} labels, trained ({record.method}) for {record.num_steps:,} steps on {record.num_tokens:,}
tokens in {record.seconds / 60:,.1f} minutes, {record.created}. The last token of a text is classified.

## How often is it right?

{_figures(record)}

{_scores(confusion)}{matrix}What it says is a guess: look at the labels that are rare or mixed up before something rests on it.

{plot}## Numbers

| | |
|---|---|
{numbers}
| loss on what was learned, at the end | {record.train_loss or 0:.3f} |

## Data

{manifest["texts"]:,} texts; duplicates left out: {manifest["duplicates left out"]:,}; {len(manifest["contradictions left out"]):,} more had two
labels and were left out. {manifest["texts cut"]:,} were longer than {record.plan["row_length"]} tokens and lost their ends. No message, question or reaction of a person on
Discord is among them.

{_respelled(manifest["labels respelled"])}| label | learned | held back | weight in the loss |
|---|---|---|---|
{_counts(record, manifest)}

| file | bytes | SHA-256 |
|---|---|---|
{files}
"""


def _figures(record: RunRecord) -> str:
    if record.accuracy is None:
        return "Nothing was held back, so nobody knows; `--validation 0.1` would tell."
    return f"""| on {record.num_tested:,} texts that were held back | always the most common label | {_cell(record.name)} |
|---|---|---|
| accuracy | {record.baseline_accuracy or 0:.1%} | {record.accuracy:.1%} |
| macro-F1 | {record.baseline_macro_f1 or 0:.3f} | {record.macro_f1 or 0:.3f} |"""


def _scores(confusion: Confusion) -> str:
    if not confusion.total:
        return ""
    rows = "\n".join(
        f"| {_cell(each.label)} | {each.precision:.1%} | {each.recall:.1%} | {each.f1:.3f} | "
        f"{each.num_texts:,} |"
        for each in confusion.scores
    )
    return f"| label | precision | recall | F1 | texts |\n|---|---|---|---|---|\n{rows}\n\n"


def _counts(record: RunRecord, manifest: Mapping[str, Any]) -> str:
    return "\n".join(
        f"| {_cell(label)} | {manifest['learned'][label]:,} | {manifest['held out'][label]:,} | "
        f"{manifest['weights of labels'][label]:.2f} |"
        for label in record.labels
    )


def _respelled(told: list[str]) -> str:
    if not told:
        return ""
    more = f"; and {len(told) - _MAX_TOLD} more" if len(told) > _MAX_TOLD else ""
    return f"One spelling a label: {'; '.join(told[:_MAX_TOLD])}{more}.\n\n"


def _cell(text: str) -> str:
    """Text that does not end a cell of a table."""
    return text.replace("|", "\\|")
