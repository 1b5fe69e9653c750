"""The engine takes the beginnings of prompts from what it read before."""

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.generation.chunk import Chunk
from bot.generation.engine import Engine
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import BLOCK_TOKENS, PrefixCache
from tests.generation.engines import NUM_NEW, drain, engine, generated, prompts, request


class Counting:
    """A model that counts the tokens it computes."""

    def __init__(self, model: GPT2, is_sick: bool = False) -> None:
        self._model = model
        self.is_sick = is_sick
        self.num_tokens = 0

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
        self.num_tokens += sum(len(chunk.tokens) for chunk in chunks)
        logits = self._model.forward(chunks, cache)
        return logits * torch.nan if self.is_sick else logits


def answered(asked: Engine, id_: int, prompt: tuple[int, ...]) -> list[int]:
    answers: dict[int, list[int]] = {}
    asked.add(request(id_, prompt))
    drain(asked, answers)
    return answers.get(id_, [])


def test_a_follow_up_computes_only_its_new_tokens(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    counting = Counting(model)
    thread = engine(model, model=counting, prefixes=PrefixCache(64))
    question, rest = (3,) * 5 + prompts(1, 60)[0][:40], (9, 8, 7)
    answer = answered(thread, 1, question)
    follow_up = (*question, *answer, *rest)
    counting.num_tokens = 0
    assert answered(thread, 2, follow_up) == generated(tiny_model, follow_up)
    known = (len(question) + NUM_NEW - 1) // BLOCK_TOKENS * BLOCK_TOKENS
    assert counting.num_tokens == len(follow_up) - known + NUM_NEW - 1


def test_what_was_guessed_right_is_filed_too(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    prefixes = PrefixCache(64)
    thread = engine(model, prefixes=prefixes, speculates=True)
    # A tiny model soon repeats itself, so that most of its answer is guessed.
    question = tuple(range(1, 10))
    answers: dict[int, list[int]] = {}
    thread.add(request(1, question, max_new_tokens=100))
    drain(thread, answers)
    known = (len(question) + len(answers[1]) - 1) // BLOCK_TOKENS - 1
    assert len(prefixes) >= known


def test_a_long_prompt_is_filed_at_once(model: GPT2) -> None:
    prefixes = PrefixCache(64)
    prompt = tuple(range(1, 51))
    thread = engine(model, max_step_tokens=48, prefixes=prefixes)
    thread.add(request(1, prompt, max_new_tokens=1))
    drain(thread, {})
    assert len(prefixes) == len(prompt) // BLOCK_TOKENS


def test_answers_stay_transformers_when_many_prompts_share_beginnings(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    header = prompts(1, 60)[0][:33]
    wishes = [header[: 11 * (n % 4)] + prompt for n, prompt in enumerate(prompts(30, 50))]
    prefixes = PrefixCache(12)  # too few for all of them
    busy = engine(model, prefixes=prefixes)
    answers: dict[int, list[int]] = {}
    for id_, prompt in enumerate(wishes * 2):
        busy.add(request(id_, prompt))
        for event in busy.step() if id_ % 3 else ():
            if event.token is not None:
                answers.setdefault(event.request_id, []).append(event.token)
    drain(busy, answers)
    expected = [generated(tiny_model, prompt) for prompt in wishes]
    assert answers == dict(enumerate(expected * 2))
    assert prefixes.num_found_tokens > 0


def test_what_a_sick_step_computed_is_not_kept(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    sick = Counting(model, is_sick=True)
    prefixes = PrefixCache(64)
    hospital = engine(model, model=sick, prefixes=prefixes)
    prompt = tuple(range(1, 50))
    assert answered(hospital, 1, prompt) == []
    assert len(prefixes) == 0
    sick.is_sick = False
    assert answered(hospital, 2, prompt) == generated(tiny_model, prompt)


def test_without_memory_for_a_beginning_the_answer_goes_on(
    model: GPT2, tiny_model: GPT2LMHeadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copied(cache: KVCache, slot: int, start: int, stop: int) -> torch.Tensor:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(KVCache, "copied", copied)
    prefixes = PrefixCache(64)
    prompt = prompts(1, 60)[0][:40]
    assert answered(engine(model, prefixes=prefixes), 1, prompt) == generated(tiny_model, prompt)
    assert len(prefixes) == 0


def test_beginnings_outlive_the_idle_release_of_the_running_cache(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    prefixes = PrefixCache(64)
    calm = engine(model, prefixes=prefixes)
    prompt = tuple(range(1, 50))
    answered(calm, 1, prompt)
    calm.release()
    assert answered(calm, 2, prompt) == generated(tiny_model, prompt)
    assert prefixes.num_found_tokens == 48


def test_a_step_that_is_repeated_alone_restores_its_beginning_again(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    class Once(Counting):
        def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
            if len(chunks) > 1 and any(chunk.prefix for chunk in chunks):
                for chunk in chunks:
                    cache.wipe(chunk.slot, chunk.stop)
                raise RuntimeError("once")
            return super().forward(chunks, cache)

    shaky = engine(model, model=Once(model), prefixes=PrefixCache(64))
    prompt = tuple(range(1, 50))
    answered(shaky, 1, prompt)
    answers: dict[int, list[int]] = {}
    for id_ in (2, 3):
        shaky.add(request(id_, (*prompt, id_)))
    drain(shaky, answers)
    assert answers == {id_: generated(tiny_model, (*prompt, id_)) for id_ in (2, 3)}
