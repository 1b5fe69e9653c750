"""Requests that are to be alone in their batch: in steps of their own, and in nobody's way."""

from dataclasses import replace

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2LMHeadModel

from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import PrefixCache
from bot.generation.request import Request, Sequence
from bot.generation.scheduler import Scheduler
from tests.generation.engines import drain, engine, generated, prompts, request
from tests.generation.test_scheduler import step


def wish(id_: int, num_prompt: int = 3, num_new: int = 4, *, is_alone: bool = False) -> Request:
    sampling = SamplingParams(max_new_tokens=num_new)
    return Request(id_, tuple(range(num_prompt)), sampling, f"p{id_}", is_alone)


def served(scheduler: Scheduler) -> list[int]:
    """Whose one step is."""
    return [chunk.sequence.request.id for chunk in step(scheduler)]


def test_a_step_is_either_shared_or_somebodys_own() -> None:
    scheduler = Scheduler(max_batch=4, max_step_tokens=8, queue_limit=4)
    for id_ in (1, 2):
        scheduler.add(wish(id_, num_new=3))
    scheduler.add(wish(9, num_new=4, is_alone=True))
    steps = [served(scheduler) for _ in range(8)]
    assert steps == [[9], [1, 2], [9], [1, 2], [9], [1, 2], [9], []]


def test_alone_without_company_takes_every_step() -> None:
    scheduler = Scheduler(max_batch=4, max_step_tokens=8, queue_limit=4)
    scheduler.add(wish(9, num_new=3, is_alone=True))
    assert [served(scheduler) for _ in range(4)] == [[9], [9], [9], []]


def test_two_that_want_to_be_alone_come_one_after_the_other() -> None:
    scheduler = Scheduler(max_batch=4, max_step_tokens=8, queue_limit=4)
    for id_ in (8, 9):
        scheduler.add(wish(id_, num_new=2, is_alone=True))
    scheduler.add(wish(1, num_new=9))
    assert [served(scheduler) for _ in range(6)] == [[8], [1], [8], [1], [9], [1]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 40),  # prompt
            st.integers(1, 6),  # new tokens
            st.booleans(),  # alone
            st.integers(0, 12),  # step of arrival
            st.none() | st.integers(0, 20),  # step of cancelling
        ),
        max_size=20,
    ),
    st.integers(1, 4),
    st.integers(1, 12),
)
def test_nobody_is_stalled_and_everybody_ends(
    wishes: list[tuple[int, int, bool, int, int | None]], max_batch: int, extra: int
) -> None:
    scheduler = Scheduler(max_batch, max_batch + extra, queue_limit=100)
    sequences: dict[int, Sequence] = {}
    waits: list[Sequence] = []  # who shared no step because the last one was somebody's own
    for now in range(2_000):
        for id_, (num_prompt, num_new, is_alone, arrival, cancelling) in enumerate(wishes):
            if arrival == now:
                sequences[id_] = scheduler.add(wish(id_, num_prompt, num_new, is_alone=is_alone))
            if cancelling is not None and cancelling == now and id_ in sequences:
                scheduler.finish(sequences[id_])
        is_owed = any(not sequence.is_finished for sequence in waits)
        now_served = served(scheduler)
        own = [id_ for id_ in now_served if wishes[id_][2]]
        assert not own or now_served == own[:1]
        assert not (own and is_owed)
        together = [s for s in scheduler.running() if not s.request.is_alone]
        waits = together if own else []
        if not now_served and now > 20:
            break
    assert all(sequence.is_finished for sequence in sequences.values())
    for id_, (_, num_new, _, _, cancelling) in enumerate(wishes):
        if cancelling is None:
            assert sequences[id_].generated == [7] * num_new


class Steps:
    """A model that notes how many sequences each step held, by request."""

    def __init__(self, model: GPT2) -> None:
        self._model = model
        self.company: dict[int, set[int]] = {}
        self.num_read: dict[int, int] = {}

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
        for chunk in chunks:
            id_ = chunk.sequence.request.id
            self.company.setdefault(id_, set()).add(len(chunks))
            self.num_read[id_] = self.num_read.get(id_, 0) + len(chunk.tokens)
        return self._model.forward(chunks, cache)


def test_beside_others_one_alone_is_computed_by_itself_from_its_first_token_on(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    watched = Steps(model)
    busy = engine(model, model=watched, prefixes=PrefixCache(64))
    prompt = prompts(1, 60)[0][:40]
    answers: dict[int, list[int]] = {}
    busy.add(request(1, prompt))
    drain(busy, answers)
    for id_ in (2, 3):
        busy.add(request(id_, prompt))
    busy.add(replace(request(4, prompt), is_alone=True))
    drain(busy, answers)
    assert watched.company[4] == {1}
    assert watched.company[2] == {2}
    assert watched.num_read[4] == watched.num_read[1]
    assert watched.num_read[2] < watched.num_read[1]
    assert all(answers[id_] == generated(tiny_model, prompt) for id_ in (1, 2, 3, 4))
