"""The topic guard: the starter model as a classifier beside what needs no model.

    python -m benchmarks.classify [--threads 2] [--only NAME …]

Every row learns from the data that ships with the project and tells the labels of an independent
file, `bot/evaluation/development/topic_guard.jsonl`, which was written by hand in other ways and
decides nothing in training. Bag of words is a logistic regression on words and pairs of words.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from benchmarks.machine import save, summary, table
from bot.classify import guard_data
from bot.domain.words import words_of
from bot.generation.catalog import STARTER_FOLDER
from bot.training.classifying.classifier import Classifier
from bot.training.classifying.confusion import Confusion, always
from bot.training.classifying.labelled import LabelledTexts
from bot.training.classifying.labelled_file import Line, read_lines
from bot.training.classifying.reading import read_labelled
from bot.training.classifying.session import prepare_classifier, run_classifier
from bot.training.finetuning.base import Base
from bot.training.finetuning.plan import TuningMethod, Wishes

TEST = Path(__file__).parents[1] / "bot" / "evaluation" / "development" / "topic_guard.jsonl"
BAG_STEPS, BAG_RATE, BAG_DECAY = 100, 0.1, 1e-3


def most_common(texts: LabelledTexts, lines: Sequence[Line]) -> Confusion:
    """Always the label that most texts have."""
    label = Counter(each.label for each in texts.texts).most_common(1)[0][0]
    return always(label, texts.labels, (line.label for line in lines))


def bag_of_words(texts: LabelledTexts, lines: Sequence[Line]) -> Confusion:
    """A logistic regression on which words and pairs of words are in a text."""
    torch.manual_seed(7)
    parts = [_parts(each.text) for each in texts.texts]
    counts = Counter(part for some in parts for part in some)
    places = {part: place for place, part in enumerate(sorted(counts))}

    def bags(some: Sequence[set[str]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        known = [[places[part] for part in sorted(bag) if part in places] for bag in some]
        ends = list(accumulate(map(len, known), initial=0))[:-1]
        weights = [len(bag) ** -0.5 for bag in known for _ in bag]
        return (
            torch.tensor(list(chain.from_iterable(known))),
            torch.tensor(ends),
            torch.tensor(weights),
        )

    truths = torch.tensor([texts.labels.index(each.label) for each in texts.texts])
    layer = torch.nn.EmbeddingBag(len(places), len(texts.labels), mode="sum")
    torch.nn.init.zeros_(layer.weight)
    optimiser = torch.optim.AdamW(layer.parameters(), lr=BAG_RATE, weight_decay=BAG_DECAY)
    inputs = bags(parts)
    for _ in range(BAG_STEPS):
        optimiser.zero_grad()
        scores = layer(inputs[0], inputs[1], per_sample_weights=inputs[2])
        functional.cross_entropy(scores, truths).backward()
        optimiser.step()
    asked = bags([_parts(line.text) for line in lines])
    told = layer(asked[0], asked[1], per_sample_weights=asked[2]).argmax(-1).tolist()
    pairs = zip((line.label for line in lines), (texts.labels[i] for i in told), strict=True)
    return Confusion.of(texts.labels, pairs)


def _parts(text: str) -> set[str]:
    words = words_of(text)
    return {*words, *(f"{a} {b}" for a, b in pairwise(words))}


def starter(method: TuningMethod) -> Callable[[LabelledTexts, Sequence[Line]], Confusion]:
    """What `lectern finetune --task classify --base starter --data topic-guard` makes."""

    def tested(texts: LabelledTexts, lines: Sequence[Line]) -> Confusion:
        base = Base.of("starter", STARTER_FOLDER, "starter")
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            ready = prepare_classifier("guard", base, texts, Wishes(method), "cpu")
            run_classifier(ready, folder, datetime.now(UTC), lambda stage: None)
            confusion, _ = Classifier.load("guard", folder, texts.labels).tested_on(lines)
            return confusion

    return tested


WAYS = {
    "most common label": most_common,
    "bag of words": bag_of_words,
    "starter, full": starter(TuningMethod.FULL),
    "starter, LoRA": starter(TuningMethod.LORA),
}


def main() -> None:
    """All ways, one after the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=list(WAYS), choices=list(WAYS))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(summary(), flush=True)
    texts = read_labelled([], guard_data())
    lines = read_lines(TEST, TEST.read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = []
    for name in options.only:
        started = time.perf_counter()
        confusion = WAYS[name](texts, lines)
        rows.append(
            {
                "topic guard": name,
                "texts tested": confusion.total,
                "accuracy": round(confusion.accuracy, 3),
                "macro-F1": round(confusion.macro_f1, 3),
                "off told on": confusion.counts[0][1],
                "on told off": confusion.counts[1][0],
                "seconds": round(time.perf_counter() - started, 1),
            }
        )
        print(rows[-1], flush=True)
    print(table(rows))
    save("classify", rows, threads=options.threads)


if __name__ == "__main__":
    main()
