"""The model card of a starter model: what it is, what it can, how it was made."""

from collections.abc import Sequence

from bot.training.corpus import Corpus
from bot.training.evaluation import Answered, Evaluation
from bot.training.recipe import Recipe


def model_card(
    recipe: Recipe,
    corpus: Corpus,
    evaluation: Evaluation,
    *,
    seed: int,
    num_parameters: int,
    num_threads: int,
    seconds: float,
) -> str:
    """README.md of the model's folder; `seconds` is the time that its training took."""
    return f"""---
license: mit
language: en
library_name: transformers
tags: [gpt2]
---

# Lectern's starter model

A tiny GPT-2 that knows Lectern's handbook of deep learning **and nothing else**. It is there so
that a newcomer gets a first answer without a download; it is no substitute for a real model.
Asked about anything outside the handbook it writes fluent nonsense.

| | |
|---|---|
| architecture | GPT-2, {recipe.num_layers} layers x {recipe.width} wide, {recipe.num_heads} heads |
| context window | {recipe.window} tokens |
| parameters | {num_parameters / 1e6:.2f} million, stored as float16 |
| vocabulary | {recipe.vocabulary} byte-pair tokens of its own |
| data | `bot/handbook/topics`: {len(corpus.topics)} topics, {len(corpus.pairs)} question/answer pairs, reworded by code |
| training | `lectern train-starter --seed {seed}`: {recipe.num_steps} steps of {recipe.batch_tokens} tokens, AdamW, float32 |
| time | {_duration(seconds)} on a processor without a GPU, {num_threads} threads |
| prompt | `Question: ...\\nAnswer:`, earlier turns before it; the answer ends at the end of the line |
| licence | MIT, as the project |

The same seed gives the same weights on the same kind of machine. No message of any person was
used.

## Figures

An answer counts as right if its words agree with the handbook's answer by an F1 over 0.5.

| figure | value |
|---|---|
| right answers to all {len(corpus.pairs)} questions that it was trained on | {evaluation.known_share:.0%} |
| to "what is ..." of each topic, in wordings that training never used | {evaluation.reworded_share:.0%} |
| to the questions that it was trained on, with one typing mistake each | {evaluation.slip_share:.0%} |
| to the first question of each topic, at the end of a full context window | {evaluation.late_share:.0%} |
| loss on {len(corpus.held_out)} held-out turns, nats per token | {evaluation.held_out_loss:.3f} |
| loss on their answers alone, nats per token | {evaluation.held_out_answer_loss:.3f} |

The held-out turns are questions about known topics that it never saw; a high loss there is
expected of a model that has only learned its notes by heart. It does not reason, combine topics
or calculate.

## Sample answers

Greedy decoding; F1 against the handbook's answer. The later ones are in wordings that training
never used.

{_table(evaluation.samples)}

## What it does not know

Held-out questions, and questions about something else entirely:

{_table(evaluation.unknown)}
"""


def _table(answers: Sequence[Answered]) -> str:
    rows = "\n".join(
        f"| {_cell(one.question)} | {_cell(one.answer)} | {one.f1:.2f} |" for one in answers
    )
    return f"| question | answer | F1 |\n|---|---|---|\n{rows}"


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
