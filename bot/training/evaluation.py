"""How well a starter model answers: held-out loss, and answers compared with the handbook's."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

from bot.domain.agreement import RIGHT_F1, f1
from bot.domain.handbook import Pair
from bot.training.corpus import Corpus, turn
from bot.training.wording import UNSEEN_FORMS, names, with_slip

MAX_ANSWER_TOKENS = 90
BATCH_ROWS = 32
OUTSIDE = ("What is the capital of France?", "Who won the World Cup in 2018?")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what the model wrote, and how much of it agrees with the reference."""

    question: str
    answer: str
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of the model card; shares are of answers with F1 over one half.

    `known_share` is of all questions as the handbook words them, `reworded_share` of "what
    is …" in forms that were never trained on, `slip_share` of the handbook's questions with
    one typing mistake, `late_share` of "What is …?" at the end of a full window. `unknown`
    are answers to held-out questions and to questions about something else entirely.
    """

    held_out_loss: float
    held_out_answer_loss: float
    known_share: float
    reworded_share: float
    slip_share: float
    late_share: float
    samples: tuple[Answered, ...]
    unknown: tuple[Answered, ...]


def evaluate(model: GPT2LMHeadModel, tokenizer: Tokenizer, corpus: Corpus) -> Evaluation:
    """Measure a model on what it was trained on, on new wordings, and on held-out pairs."""
    chance = random.Random(0)
    reworded = [
        Pair(form.format(names(topic)[0]), topic.pairs[0].answer)
        for topic in corpus.topics
        for form in UNSEEN_FORMS
    ]
    slips = [Pair(with_slip(pair.question, chance), pair.answer) for pair in corpus.pairs]
    openers = [topic.pairs[0] for topic in corpus.topics]
    room = model.config.n_positions - 2 * MAX_ANSWER_TOKENS
    histories = [_history(corpus, tokenizer, room, chance) for _ in openers]
    unknown = [*corpus.held_out[::12], *(Pair(question, "") for question in OUTSIDE)]
    whole, answer = held_out_losses(model, tokenizer, corpus.held_out)
    known_answers = answers(model, tokenizer, corpus.pairs)
    new_answers = answers(model, tokenizer, reworded)
    return Evaluation(
        held_out_loss=whole,
        held_out_answer_loss=answer,
        known_share=_share(known_answers),
        reworded_share=_share(new_answers),
        slip_share=_share(answers(model, tokenizer, slips)),
        late_share=_share(answers(model, tokenizer, openers, histories)),
        samples=tuple(known_answers[::55] + new_answers[2::59]),
        unknown=tuple(answers(model, tokenizer, unknown)),
    )


def held_out_losses(
    model: GPT2LMHeadModel, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> tuple[float, float]:
    """Mean cross-entropy in nats per token of held-out turns: all tokens, the answer's only."""
    whole, answer, num_whole, num_answer = 0.0, 0.0, 0, 0
    for pair in pairs:
        opening = tokenizer.encode(_opening(pair)).ids
        ids = torch.tensor([tokenizer.encode(turn(pair.question, pair.answer)).ids])
        with torch.inference_mode():
            logits = model(input_ids=ids).logits[0, :-1]
        losses = torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none")
        whole, num_whole = whole + float(losses.sum()), num_whole + len(losses)
        behind = losses[len(opening) - 1 :]
        answer, num_answer = answer + float(behind.sum()), num_answer + len(behind)
    return whole / max(num_whole, 1), answer / max(num_answer, 1)


def answers(
    model: GPT2LMHeadModel,
    tokenizer: Tokenizer,
    pairs: Sequence[Pair],
    histories: Sequence[str] | None = None,
) -> list[Answered]:
    """Let the model answer greedily, each up to the end of its line, `histories` before."""
    before = histories or [""] * len(pairs)
    rows = [
        tokenizer.encode(past + _opening(pair)).ids
        for past, pair in zip(before, pairs, strict=True)
    ]
    texts: list[str] = []
    for first in range(0, len(rows), BATCH_ROWS):
        texts += _written(model, tokenizer, rows[first : first + BATCH_ROWS])
    return [
        Answered(pair.question, text, f1(text, pair.answer))
        for pair, text in zip(pairs, texts, strict=True)
    ]


def _written(model: GPT2LMHeadModel, tokenizer: Tokenizer, rows: list[list[int]]) -> list[str]:
    """What follows each row; rows are padded on the left to one length."""
    length = max(map(len, rows))
    ids = torch.tensor([[0] * (length - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in rows])
    generator: Any = model  # its annotations do not allow for the class itself
    with torch.inference_mode():
        written = generator.generate(
            ids,
            attention_mask=mask,
            max_new_tokens=MAX_ANSWER_TOKENS,
            do_sample=False,
            pad_token_id=0,
            eos_token_id=[0, tokenizer.encode("\n").ids[0]],
        )
    return [tokenizer.decode(row).split("\n")[0].strip() for row in written[:, length:].tolist()]


def _history(corpus: Corpus, tokenizer: Tokenizer, room: int, chance: random.Random) -> str:
    """Turns of any topics, as many as fit into `room` tokens."""
    history = ""
    while True:
        pair = chance.choice(corpus.pairs)
        longer = history + turn(pair.question, pair.answer)
        if len(tokenizer.encode(longer).ids) > room:
            return history
        history = longer


def _opening(pair: Pair) -> str:
    return f"Question: {pair.question}\nAnswer:"


def _share(answered: Sequence[Answered]) -> float:
    return sum(one.f1 > RIGHT_F1 for one in answered) / max(len(answered), 1)
