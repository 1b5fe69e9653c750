"""Engines over a small model, and what transformers makes of the same prompts."""

import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelShape
from bot.domain.sampling import SamplingParams
from bot.generation.engine import Engine, Model
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import PrefixCache
from bot.generation.request import Request, TokenEvent
from bot.generation.scheduler import Scheduler
from bot.generation.speculation import ROW_COST, Price
from tests.models import VOCABULARY

NUM_NEW = 16


def engine(model: GPT2, /, **parts: object) -> Engine:
    """An engine over a small GPT-2, or over the stand-in `model=` with its sizes."""
    return engine_over(parts.pop("model", model), model.config.shape, **parts)  # type: ignore[arg-type]


def engine_over(
    model: Model,
    shape: ModelShape,
    max_batch: int = 8,
    max_step_tokens: int = 24,
    prefixes: PrefixCache | None = None,
    speculates: bool = False,
    **parts: object,
) -> Engine:
    """An engine over anything that fulfils Model; error ids are e0, e1, …"""
    ids = iter(range(1000))
    price = Price(ROW_COST, max_step_tokens)
    return Engine(
        model,
        KVCache(shape, max_batch, torch.float32, torch.device("cpu")),
        Scheduler(max_batch, max_step_tokens, 1000, prefixes, price if speculates else None),
        end_of_text_id=None,
        prefixes=prefixes,
        new_error_id=lambda: f"e{next(ids)}",
        **parts,  # type: ignore[arg-type]
    )


def prompts(count: int, longest: int = 60) -> list[tuple[int, ...]]:
    generator = torch.Generator().manual_seed(count)
    lengths = torch.randint(1, longest, (count,), generator=generator).tolist()
    return [
        tuple(torch.randint(1, VOCABULARY, (length,), generator=generator).tolist())
        for length in lengths
    ]


@torch.inference_mode()
def generated(model: GPT2LMHeadModel, prompt: tuple[int, ...]) -> list[int]:
    ids = torch.tensor([prompt])
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=NUM_NEW,
        do_sample=False,
        eos_token_id=None,
        pad_token_id=0,
    )
    return out[0, len(prompt) :].tolist()


def drain(engine: Engine, answers: dict[int, list[int]], max_steps: int = 2000) -> list[TokenEvent]:
    """Step until nothing is left; tokens go to `answers`, the endings are returned."""
    endings = []
    for _ in range(max_steps):
        events = engine.step()
        for event in events:
            if event.token is not None:
                answers.setdefault(event.request_id, []).append(event.token)
            if event.finish_reason is not None:
                endings.append(event)
        if not engine.scheduler.num_running and not engine.scheduler.num_waiting:
            return endings
    raise AssertionError("the engine does not come to an end")


def request(id_: int, prompt: tuple[int, ...], **params: object) -> Request:
    return Request(id_, prompt, SamplingParams(**({"max_new_tokens": NUM_NEW} | params)))  # type: ignore[arg-type]
