"""How far Lectern's numbers are from transformers' in float32, on the same weights.

    python -m benchmarks.quality [--positions 2048] [--model FOLDER ...] [--layers 12]

Every layout of the weights reads texts token by token, 16 at once, through the cache: the
path on which answers are written. At every position its distribution of the next token is
compared with the reference's: Kullback-Leibler divergence KL(reference || ours) in nats,
computed in float64, and whether both find the same token the most likely one. Then greedy
answers are compared whole.

Without `--model` these are the starter model, reading the handbook, and gpt2-xl's width with
`--layers` layers of random weights (48 are gpt2-xl itself), reading random tokens. Random
weights spread their bets: "entropy" says how evenly, at most ln 50,257 = 10.82. Their most
likely tokens are often nearly ties, so the share of equal ones says less than the divergence.
"""

import argparse
import gc
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.machine import save, summary, table
from benchmarks.random_model import write_random_model
from bot.domain.model_spec import GPT2_XL
from bot.domain.sampling import SamplingParams
from bot.generation.catalog import STARTER_FOLDER
from bot.generation.checkpoint import Checkpoint
from bot.generation.chunk import Chunk
from bot.generation.engine import Engine
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.layout import Machine
from bot.generation.request import Request, Sequence
from bot.generation.scheduler import Scheduler
from bot.generation.tokenizer import Tokenizer

TEXTS = 16
PROMPT_TOKENS = 16
TOPICS = STARTER_FOLDER.parent / "topics"
LAYOUTS = (("float32", "none"), ("bfloat16", "none"), ("float32", "int8"))


@dataclass(frozen=True, slots=True)
class Reference:
    """What transformers says in float32: logits (texts, length, vocabulary), greedy answers."""

    logits: np.ndarray
    answers: list[list[int]]


def handbook_texts(folder: Path, length: int) -> list[list[int]]:
    """The handbook in `TEXTS` pieces of `length` tokens, from as many topics."""
    checkpoint = Checkpoint(folder, folder.name)
    tokenizer = Tokenizer(folder, folder.name, checkpoint.config.shape.vocabulary)
    ids: list[int] = []
    texts = []
    for path in sorted(TOPICS.glob("*.md")):
        ids += tokenizer.encode(path.read_text(encoding="utf-8"))
        if len(ids) >= length:
            texts.append(ids[:length])
            ids = []
    return texts[:TEXTS]


def random_texts(vocabulary: int, length: int) -> list[list[int]]:
    """Tokens from the whole vocabulary."""
    generator = random.Random(0)
    return [generator.choices(range(vocabulary), k=length) for _ in range(TEXTS)]


@torch.inference_mode()
def reference(folder: Path, texts: list[list[int]], tokens: int, file: Path) -> Reference:
    """Run transformers, one text at a time; the logits are kept in a file, not in memory."""
    from transformers import GPT2LMHeadModel

    model: Any = GPT2LMHeadModel.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True
    ).eval()
    end_of_text_id = model.config.eos_token_id
    size = (len(texts), len(texts[0]), model.config.vocab_size)
    logits = np.memmap(file, np.float32, "w+", shape=size)
    answers = []
    for number, text in enumerate(texts):
        rows = torch.tensor([text])
        logits[number] = model(rows).logits[0].numpy()
        prompt = rows[:, :PROMPT_TOKENS]
        found = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=tokens,
            do_sample=False,
            pad_token_id=0,
        )[0, PROMPT_TOKENS:].tolist()
        if end_of_text_id in found:
            found = found[: found.index(end_of_text_id)]
        answers.append(found)
    return Reference(logits, answers)


def decode(model: GPT2, cache: KVCache, texts: list[list[int]]) -> Iterator[Tensor]:
    """Logits (texts, vocabulary) behind each position, all texts a token at a time."""
    sampling = SamplingParams(max_new_tokens=1)
    sequences = [
        Sequence(Request(number, tuple(text), sampling)) for number, text in enumerate(texts)
    ]
    for position in range(len(texts[0])):
        yield model.forward(
            tuple(
                Chunk(sequence, slot, position, sequence.tokens(position, position + 1), True)
                for slot, sequence in enumerate(sequences)
            ),
            cache,
        )


def greedy(engine: Engine, prompts: list[list[int]], tokens: int) -> list[list[int]]:
    """Our answers, one prompt at a time."""
    answers = []
    for number, prompt in enumerate(prompts):
        sampling = SamplingParams(max_new_tokens=tokens)
        sequence = engine.add(Request(number, tuple(prompt), sampling))
        while engine.scheduler.num_running or engine.scheduler.num_waiting:
            engine.step()
        answers.append(sequence.generated)
    return answers


@torch.inference_mode()
def compare(
    folder: Path, machine: Machine, texts: list[list[int]], known: Reference, tokens: int
) -> dict[str, Any]:
    """One row: a layout against the reference."""
    checkpoint = Checkpoint(folder, folder.name)
    config = checkpoint.config
    layout = machine.layout(config.shape)
    weights = checkpoint.load(layout.dtype, machine.device, pack=machine.packer(layout))
    cache_dtype = machine.cache_dtype(config.shape)
    compiles, in_halves = machine.compiles(config.shape), machine.multiplies_halves
    model = GPT2(config, weights, cache_dtype, compiles, in_halves)
    cache = KVCache(config.shape, len(texts), cache_dtype, machine.device)
    divergences, entropies, num_equal = [], [], 0
    for position, found in enumerate(decode(model, cache, texts)):
        ours = found.double().log_softmax(dim=-1)
        theirs = torch.from_numpy(known.logits[:, position]).double().log_softmax(dim=-1)
        shares = theirs.exp()
        divergences.append((shares * (theirs - ours)).sum(dim=-1))
        entropies.append(-(shares * theirs).sum(dim=-1))
        num_equal += int((ours.argmax(dim=-1) == theirs.argmax(dim=-1)).sum())
    engine = Engine(model, cache, Scheduler(1, 128, len(texts)), config.end_of_text_id)
    answers = greedy(engine, [text[:PROMPT_TOKENS] for text in texts], tokens)
    num_same = sum(ours == theirs for ours, theirs in zip(answers, known.answers, strict=True))
    divergence = torch.cat(divergences)
    return {
        "layout": str(layout),
        "positions": divergence.numel(),
        "mean KL": f"{divergence.mean():.2e}",
        "max KL": f"{divergence.max():.2e}",
        "same first choice %": round(100 * num_equal / divergence.numel(), 2),
        "greedy answers identical": f"{num_same} of {len(answers)}",
        "entropy": round(float(torch.cat(entropies).mean()), 2),
    }


def rows(
    name: str, folder: Path, texts: list[list[int]], tokens: int, work: Path
) -> Iterator[dict[str, Any]]:
    """Every layout that this machine has; one model at a time is in memory."""
    known = reference(folder, texts, tokens, work / "logits")
    for dtype, quantization in LAYOUTS:
        gc.collect()
        machine = Machine.here("cpu", dtype, quantization)
        yield {"model": name} | compare(folder, machine, texts, known, tokens)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, default=2048)
    parser.add_argument("--tokens", type=int, default=32, help="length of the greedy answers")
    parser.add_argument("--model", type=Path, action="append", help="reads the handbook")
    parser.add_argument("--layers", type=int, default=12, help="of random weights; 0: none")
    parser.add_argument("--scale", type=float, default=0.02, help="of random weights")
    options = parser.parse_args()
    length = max(PROMPT_TOKENS, -(-options.positions // TEXTS))
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="quality-") as temporary:
        work = Path(temporary)
        for folder in options.model or [STARTER_FOLDER]:
            found += rows(folder.name, folder, handbook_texts(folder, length), options.tokens, work)
        if options.model is None and options.layers:
            shape = replace(GPT2_XL, num_layers=options.layers)
            write_random_model(work / "random", shape, scale=options.scale)
            texts = random_texts(shape.vocabulary, length)
            name = f"random, {shape.num_layers} x {shape.width}, scale {options.scale}"
            found += rows(name, work / "random", texts, options.tokens, work)
    print(summary(), table(found), sep="\n\n")
    print(f"\nwritten to {save('quality', found, length=length, tokens=options.tokens)}")


if __name__ == "__main__":
    main()
