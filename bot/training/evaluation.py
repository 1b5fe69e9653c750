"""How well a starter model answers: held-out loss, and answers compared with the handbook's."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

from bot.domain.handbook import Pair
from bot.training.corpus import UNSEEN_FORMS, Corpus, names, turn

RIGHT_F1 = 0.5
MAX_ANSWER_TOKENS = 90
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what the model wrote, and how much of it agrees with the reference."""

    question: str
    answer: str
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of the model card; shares are of answers with F1 over one half."""

    held_out_loss: float
    held_out_answer_loss: float
    known_share: float
    reworded_share: float
    samples: tuple[Answered, ...]


def evaluate(model: GPT2LMHeadModel, tokenizer: Tokenizer, corpus: Corpus) -> Evaluation:
    """Measure a model on what it was trained on, on new wordings, and on held-out pairs."""
    known = [topic.pairs[0] for topic in corpus.topics]
    reworded = [
        Pair(
            UNSEEN_FORMS[number % len(UNSEEN_FORMS)].format(names(topic)[0]), topic.pairs[0].answer
        )
        for number, topic in enumerate(corpus.topics)
    ]
    whole, answers = held_out_losses(model, tokenizer, corpus.held_out)
    known_answers = [answered(model, tokenizer, pair) for pair in known]
    new_answers = [answered(model, tokenizer, pair) for pair in reworded]
    return Evaluation(
        held_out_loss=whole,
        held_out_answer_loss=answers,
        known_share=_share(known_answers),
        reworded_share=_share(new_answers),
        samples=tuple(known_answers[::12] + new_answers[5::11]),
    )


def held_out_losses(
    model: GPT2LMHeadModel, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> tuple[float, float]:
    """Mean cross-entropy in nats per token of held-out turns: all tokens, the answer's only."""
    whole, answer, num_whole, num_answer = 0.0, 0.0, 0, 0
    for pair in pairs:
        opening = tokenizer.encode(f"Question: {pair.question}\nAnswer:").ids
        ids = torch.tensor([tokenizer.encode(turn(pair.question, pair.answer)).ids])
        with torch.inference_mode():
            logits = model(input_ids=ids).logits[0, :-1]
        losses = torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none")
        whole, num_whole = whole + float(losses.sum()), num_whole + len(losses)
        behind = losses[len(opening) - 1 :]
        answer, num_answer = answer + float(behind.sum()), num_answer + len(behind)
    return whole / max(num_whole, 1), answer / max(num_answer, 1)


def answered(model: GPT2LMHeadModel, tokenizer: Tokenizer, pair: Pair) -> Answered:
    """Let the model answer greedily, up to the end of the line."""
    ids = tokenizer.encode(f"Question: {pair.question}\nAnswer:").ids
    generator: Any = model  # its annotations do not allow for the class itself
    with torch.inference_mode():
        written = generator.generate(
            torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            max_new_tokens=MAX_ANSWER_TOKENS,
            do_sample=False,
            pad_token_id=0,
            eos_token_id=[0, tokenizer.encode("\n").ids[0]],
        )
    text = tokenizer.decode(written[0, len(ids) :].tolist()).split("\n")[0].strip()
    return Answered(pair.question, text, f1(text, pair.answer))


def f1(text: str, reference: str) -> float:
    """Overlap of words, as for SQuAD: harmonic mean of precision and recall."""
    mine, right = Counter(_words(text)), Counter(_words(reference))
    common = sum((mine & right).values())
    if not common:
        return 0.0
    precision, recall = common / sum(mine.values()), common / sum(right.values())
    return 2 * precision * recall / (precision + recall)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _share(answers: Iterable[Answered]) -> float:
    right = [answer.f1 > RIGHT_F1 for answer in answers]
    return sum(right) / max(len(right), 1)
