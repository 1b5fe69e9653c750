"""A classifier's verdict: GPT-2's forward pass over a text, read by a head of a few rows.

    logits = score · h        h: the last hidden state behind the text's last token

A causal model has seen the whole text only at its last token, so that one speaks for it; that
is what transformers' GPT2ForSequenceClassification does, whose padding comes behind it.
Shapes: N tokens of the text, W width, L labels.
"""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.nn import functional

from bot.domain.errors import ModelUnavailable
from bot.domain.sampling import SamplingParams
from bot.generation.anatomy import Anatomy
from bot.generation.chunk import Chunk
from bot.generation.errand import Pieces
from bot.generation.kv_cache import KVCache
from bot.generation.request import Request, Sequence
from bot.generation.weight_files import damaged, weight_files

SCORE = "score.weight"


def read_head(folder: Path, name: str, num_labels: int, width: int) -> Tensor:
    """The head (L, W) in float32; reads the disk, so belongs in a thread.

    Raises:
        ModelUnavailable: there is none, or one of another shape.
    """
    for path in weight_files(folder, name):
        try:
            with safe_open(path, framework="pt", device="cpu") as file:
                found = file.get_tensor(SCORE).float() if SCORE in file.keys() else None  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise damaged(name, path) from error
        if found is None:
            continue
        if found.shape != (num_labels, width):
            raise ModelUnavailable(
                f"{name} does not fit its config.json: {SCORE} is "
                f"{' × '.join(map(str, found.shape))} and should be {num_labels} × {width}."
            )
        head: Tensor = found.clone()  # the file stays mapped otherwise
        return head
    raise ModelUnavailable(f"{name} is no classifier: its weights have no {SCORE}.")


def classified(anatomy: Anatomy, tokens: tuple[int, ...], head: Tensor) -> Pieces[Tensor]:
    """The logits (L,) of a text in float32. A piece is a layer."""
    gpt2 = anatomy.gpt2
    shape, device = gpt2.config.shape, gpt2.device
    # Compiled code wants a whole window, of which a CPU's system hands out what is used.
    size = shape if device.type == "cpu" else replace(shape, window=len(tokens))
    cache = KVCache(size, 1, anatomy.cache_dtype, device)
    sequence = Sequence(Request(0, tokens, SamplingParams()), slot=0)
    batch = gpt2.batch((Chunk(sequence, 0, 0, tokens, 0),))
    stream = gpt2.embedded(batch.tokens, batch.positions)  # (N, W)
    for behind in gpt2.layers(stream, gpt2.attending(batch, cache)):
        stream = behind
        yield
    state = gpt2.states(stream[-1:]).float()  # (1, W)
    return functional.linear(state, head.to(device))[0].cpu()


def probabilities(logits: Tensor) -> list[float]:
    """softmax(logits), (L,)."""
    shares: list[float] = torch.softmax(logits.double(), dim=-1).tolist()
    return shares
