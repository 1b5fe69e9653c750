"""The engine against transformers' generate, and what happens when something fails."""

import logging

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.sampling import FinishReason
from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.request import Sequence, TokenEvent
from bot.generation.sampler import sample
from tests.generation.engines import NUM_NEW, drain, engine, generated, prompts, request


def test_greedy_answers_are_transformers_alone(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    for prompt in prompts(20):
        answers: dict[int, list[int]] = {}
        alone = engine(model)
        alone.add(request(1, prompt))
        (ending,) = drain(alone, answers)
        assert answers[1] == generated(tiny_model, prompt)
        assert ending.finish_reason == FinishReason.LENGTH


def test_greedy_answers_are_transformers_in_a_batch_with_staggered_arrivals(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    wishes = prompts(40)
    busy = engine(model)
    answers: dict[int, list[int]] = {}
    for id_, prompt in enumerate(wishes):
        busy.add(request(id_, prompt))
        for event in busy.step() if id_ % 3 else ():
            assert event.token is not None
            answers.setdefault(event.request_id, []).append(event.token)
    drain(busy, answers)
    assert answers == {id_: generated(tiny_model, prompt) for id_, prompt in enumerate(wishes)}


def test_every_token_tells_the_models_own_log_probability(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    """Whatever the sampler made of the logits: a penalty, a temperature, a filter."""
    prompt = prompts(3)[2]
    busy = engine(model)
    busy.add(request(1, prompt, temperature=1.3, top_k=5, repetition_penalty=1.5, seed=4))
    busy.add(request(2, prompts(2)[0]))
    tokens: list[int] = []
    logprobs: list[float] = []
    while busy.scheduler.num_running or busy.scheduler.num_waiting:
        for event in busy.step():
            if event.request_id == 1 and event.token is not None:
                tokens.append(event.token)
                logprobs.append(event.logprob)
    with torch.inference_mode():
        logits = tiny_model(torch.tensor([[*prompt, *tokens]])).logits[0, len(prompt) - 1 : -1]
    expected = torch.log_softmax(logits, dim=-1)[range(len(tokens)), tokens]
    assert logprobs == pytest.approx(expected.tolist(), abs=1e-4)


def test_a_seeded_answer_is_the_same_alone_and_in_a_batch(model: GPT2) -> None:
    wishes = [
        request(id_, prompt, temperature=1.0, top_p=0.9, seed=id_)
        for id_, prompt in enumerate(prompts(24))
    ]
    together: dict[int, list[int]] = {}
    batch = engine(model)
    for wish in wishes:
        batch.add(wish)
    drain(batch, together)
    alone: dict[int, list[int]] = {}
    for wish in wishes:
        single = engine(model)
        single.add(wish)
        drain(single, alone)
    assert together == alone


def test_the_end_of_text_ends_an_answer_and_is_no_part_of_it(model: GPT2) -> None:
    prompt = prompts(1)[0]
    answers: dict[int, list[int]] = {}
    first = engine(model)
    first.add(request(1, prompt))
    drain(first, answers)
    second = engine(model)
    second._end_of_text_id = answers[1][4]
    second.add(request(2, prompt))
    (ending,) = drain(second, answers)
    assert answers[2] == answers[1][: answers[1].index(answers[1][4])]
    assert ending == TokenEvent(2, None, FinishReason.END_OF_TEXT)


def test_an_answer_may_fill_the_window_to_its_last_position(model: GPT2) -> None:
    answers: dict[int, list[int]] = {}
    full = engine(model, max_step_tokens=200)
    full.add(request(1, prompts(1, 100)[0][:20], max_new_tokens=108))
    drain(full, answers)
    assert len(answers[1]) == 108


class BrokenModel:
    """Raises, or answers NaN, for chunks whose prompt begins with the poison."""

    def __init__(self, model: GPT2, poison: int, with_nan: bool) -> None:
        self._model = model
        self._poison = poison
        self._with_nan = with_nan

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
        logits = self._model.forward(chunks, cache).clone()
        last = [chunk for chunk in chunks if chunk.num_logits]
        for row, chunk in enumerate(last):
            sequence = chunk.sequence
            if sequence.request.prompt[0] == self._poison and len(sequence.generated) == 3:
                if not self._with_nan:
                    raise RuntimeError("poisoned")
                logits[row, 5] = torch.nan
        return logits


@pytest.mark.parametrize("with_nan", [False, True])
def test_a_poisoned_request_fails_alone(
    model: GPT2,
    tiny_model: GPT2LMHeadModel,
    with_nan: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wishes = [(7 if id_ == 2 else 8, *prompt) for id_, prompt in enumerate(prompts(5))]
    broken = engine(model, model=BrokenModel(model, 7, with_nan))
    for id_, prompt in enumerate(wishes):
        broken.add(request(id_, prompt))
    answers: dict[int, list[int]] = {}
    with caplog.at_level(logging.ERROR):
        endings = drain(broken, answers)
    failed = [event for event in endings if event.finish_reason == FinishReason.FAILED]
    assert failed == [TokenEvent(2, None, FinishReason.FAILED, "e0")]
    assert [record.getMessage() for record in caplog.records] == ["request 2 failed (e0)"]
    assert len(answers.pop(2)) == 3
    assert answers == {id_: generated(tiny_model, wishes[id_]) for id_ in (0, 1, 3, 4)}
    assert broken.scheduler.num_free_slots == 8


def test_a_sampler_that_fails_for_one_request_fails_only_that_one(model: GPT2) -> None:
    def picky(logits: torch.Tensor, sequences: list[Sequence]) -> list[int]:
        if any(sequence.request.id == 1 for sequence in sequences):
            raise ZeroDivisionError
        return sample(logits, sequences)

    broken = engine(model, sampler=picky)
    for id_, prompt in enumerate(prompts(3)):
        broken.add(request(id_, prompt))
    answers: dict[int, list[int]] = {}
    endings = drain(broken, answers)
    assert {event.request_id: event.finish_reason for event in endings} == {
        0: FinishReason.LENGTH,
        1: FinishReason.FAILED,
        2: FinishReason.LENGTH,
    }


def test_the_engine_goes_on_after_a_step_that_failed_for_all(model: GPT2) -> None:
    class Tired:
        def __init__(self) -> None:
            self.is_broken = True

        def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
            if self.is_broken:
                raise MemoryError
            return model.forward(chunks, cache)

    tired = Tired()
    broken = engine(model, model=tired)
    for id_, prompt in enumerate(prompts(3)):
        broken.add(request(id_, prompt))
    endings = drain(broken, {})
    assert [event.finish_reason for event in endings] == [FinishReason.FAILED] * 3
    tired.is_broken = False
    answers: dict[int, list[int]] = {}
    broken.add(request(9, (1, 2, 3)))
    drain(broken, answers)
    assert len(answers[9]) == NUM_NEW


def test_a_request_cancelled_during_a_step_gets_nothing_of_it(model: GPT2) -> None:
    running = engine(model)
    first, second = running.add(request(1, (1, 2))), running.add(request(2, (3, 4)))
    chunks = running.scheduler.schedule()
    outcome = running.run(chunks)
    running.scheduler.finish(first)
    assert [event.request_id for event in running.update(chunks, outcome)] == [2]
    assert second.num_cached == 2
    answers: dict[int, list[int]] = {}
    drain(running, answers)
    assert set(answers) == {2}


def test_an_idle_engine_gives_its_cache_back_and_serves_again(model: GPT2) -> None:
    busy = engine(model)
    answers: dict[int, list[int]] = {}
    for id_ in (1, 2):
        busy.add(request(id_, (1, 2, 3)))
        drain(busy, answers)
        assert busy._cache.is_allocated
        busy.release()
        assert not busy._cache.is_allocated
    assert answers[1] == answers[2]
