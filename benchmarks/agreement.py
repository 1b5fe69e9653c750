"""Does company change an answer? Texts alone against texts in a batch of eight.

    python -m benchmarks.agreement [--prompts 200] [--tokens 48] [--model FOLDER]

A processor adds numbers in another order when a matrix has more rows, and the last bits of
the sums differ. Where two tokens are nearly equally likely, that can change the choice and
then the rest of the text. In float32 this should hardly ever happen; bfloat16 is coarser.
Greedy decoding and sampling (temperature 0.8, top-p 0.9, one seed per prompt) are measured.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import save, summary, table
from benchmarks.random_model import write_random_model
from bot.domain.model_spec import ModelShape
from bot.domain.sampling import SamplingParams
from bot.generation.catalog import STARTER_FOLDER
from bot.generation.checkpoint import Checkpoint
from bot.generation.engine import Engine
from bot.generation.gpt2 import GPT2
from bot.generation.hardware import DTYPES, resolve_device
from bot.generation.kv_cache import KVCache
from bot.generation.request import Request
from bot.generation.scheduler import Scheduler
from bot.generation.tokenizer import Tokenizer

BATCH = 8
SMALL = ModelShape(num_layers=6, width=384, num_heads=6, vocabulary=4096, window=512)
SUBJECTS = (
    "a learning rate",
    "dropout",
    "attention",
    "a loss function",
    "overfitting",
    "gradient descent",
    "a convolution",
    "an embedding",
    "layer normalisation",
    "a residual connection",
    "beam search",
    "backpropagation",
    "a transformer",
    "tokenization",
    "weight decay",
    "a recurrent network",
    "the softmax",
    "cross-entropy",
    "a batch",
    "perplexity",
)
FRAMES = (
    "Question: What is {}?\nAnswer:",
    "Question: Why does one use {}?\nAnswer:",
    "Explain {} to a first-year student.",
    "In deep learning, {} is",
    "The main difference between {} and",
    "A common mistake with {} is",
    "Question: When does {} fail?\nAnswer:",
    "{} was introduced because",
    "Question: How do I implement {} in Python?\nAnswer:",
    "One sentence about {}:",
)


def prompts(count: int) -> list[str]:
    """Different short prompts about the subject of the house."""
    every = [frame.format(subject) for frame in FRAMES for subject in SUBJECTS]
    return [every[number % len(every)] for number in range(count)]


def answer(make_engine: Callable[[], Engine], requests: list[Request]) -> dict[int, list[int]]:
    """Tokens of each request, all given to one engine at once."""
    engine = make_engine()
    answers: dict[int, list[int]] = {request.id: [] for request in requests}
    for request in requests:
        engine.add(request)
    while engine.scheduler.num_waiting or engine.scheduler.num_running:
        for event in engine.step():
            if event.token is not None:
                answers[event.request_id].append(event.token)
    return answers


def compare(folder: Path, dtype: str, sampling: SamplingParams, count: int) -> dict[str, Any]:
    """One row: the share of prompts whose tokens are the same alone and in a batch."""
    checkpoint = Checkpoint(folder, "model")
    shape = checkpoint.config.shape
    device = resolve_device("auto")
    tokenizer = Tokenizer(folder, "model", shape.vocabulary, checkpoint.config.end_of_text_id)
    model = GPT2(checkpoint.config, checkpoint.load(DTYPES[dtype], device))

    def make_engine() -> Engine:
        cache = KVCache(shape, BATCH, DTYPES[dtype], device)
        return Engine(model, cache, Scheduler(BATCH, 128, count), tokenizer.end_of_text_id)

    requests = [
        Request(number, tuple(tokenizer.encode(text)), replace(sampling, seed=number))
        for number, text in enumerate(prompts(count))
    ]
    start = time.perf_counter()
    alone: dict[int, list[int]] = {}
    for request in requests:
        alone |= answer(make_engine, [request])
    between = time.perf_counter()
    together = answer(make_engine, requests)
    end = time.perf_counter()
    num_same = sum(alone[number] == together[number] for number in alone)
    num_tokens = sum(len(tokens) for tokens in alone.values())
    return {
        "dtype": dtype,
        "decoding": "sampled" if sampling.temperature else "greedy",
        "prompts": count,
        "identical": num_same,
        "share %": round(100 * num_same / count, 1),
        "tokens/s alone": round(num_tokens / (between - start)),
        "tokens/s batched": round(num_tokens / (end - between)),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--model", type=Path, help="a model folder; default: the starter model")
    options = parser.parse_args()
    greedy = SamplingParams(max_new_tokens=options.tokens)
    sampled = replace(greedy, temperature=0.8, top_p=0.9)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.model or STARTER_FOLDER
        if not (folder / "config.json").is_file():
            folder = Path(temporary)
            write_random_model(folder, SMALL, scale=0.08)
        name = "random weights" if folder == Path(temporary) else folder.name
        with torch.inference_mode():
            rows = [
                compare(folder, dtype, sampling, options.prompts)
                for dtype in DTYPES
                for sampling in (greedy, sampled)
            ]
    print(summary(), f"model: {name}", table(rows), sep="\n\n")
    print(f"\nwritten to {save('agreement', rows, model=name, tokens=options.tokens)}")


if __name__ == "__main__":
    main()
