"""The model card of a starter model: what it is, what it can, how it was made."""

from bot.training.corpus import Corpus
from bot.training.evaluation import Evaluation
from bot.training.recipe import Recipe


def model_card(
    recipe: Recipe, corpus: Corpus, evaluation: Evaluation, *, seed: int, num_parameters: int
) -> str:
    """README.md of the model's folder."""
    num_pairs = sum(len(topic.pairs) for topic in corpus.topics)
    rows = "\n".join(
        f"| {_cell(sample.question)} | {_cell(sample.answer)} | {sample.f1:.2f} |"
        for sample in evaluation.samples
    )
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
| data | `bot/handbook/topics`: {len(corpus.topics)} topics, {num_pairs} question/answer pairs, reworded by code |
| training | `lectern train-starter --seed {seed}`: {recipe.num_steps} steps of {recipe.batch_tokens} tokens, AdamW, bfloat16 autocast, on two processor cores |
| licence | MIT, as the project |

## Figures

| figure | value |
|---|---|
| loss on {len(corpus.held_out)} held-out turns, nats per token | {evaluation.held_out_loss:.3f} |
| loss on their answers alone, nats per token | {evaluation.held_out_answer_loss:.3f} |
| first questions of the topics answered as in the handbook (word F1 over 0.5) | {evaluation.known_share:.0%} |
| the same in wordings that training never used | {evaluation.reworded_share:.0%} |

The held-out turns are questions about known topics that it never saw; a high loss there is
expected of a model that has only learned its notes by heart.

## Sample answers

Greedy decoding, prompt `Question: ...\\nAnswer:`; F1 against the handbook's answer.

| question | answer | F1 |
|---|---|---|
{rows}
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
