"""The scheduler: slots, budgets, turns."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import QueueFull
from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.request import Request, Sequence
from bot.generation.scheduler import LONELY, Scheduler


def request(id_: int, num_prompt: int = 3, num_new: int = 4, person: str = "ada") -> Request:
    return Request(id_, tuple(range(num_prompt)), SamplingParams(max_new_tokens=num_new), person)


def step(scheduler: Scheduler) -> tuple[Chunk, ...]:
    """One step in which the model answers 7 to everything."""
    chunks = scheduler.schedule()
    for chunk in chunks:
        scheduler.advance(chunk, (7,) * chunk.num_logits)
        if chunk.sequence.num_remaining == 0:
            scheduler.finish(chunk.sequence)
    return chunks


def ids(sequences: list[Sequence]) -> list[int]:
    return [sequence.request.id for sequence in sequences]


def test_a_short_prompt_is_read_in_one_step_and_then_decoded_token_by_token() -> None:
    scheduler = Scheduler(max_batch=2, max_step_tokens=8, queue_limit=0)
    scheduler.add(request(1, num_prompt=3, num_new=3))
    (first,), (second,), (third,) = step(scheduler), step(scheduler), step(scheduler)
    assert (first.start, first.tokens, first.num_logits) == (0, (0, 1, 2), 1)
    assert (second.start, second.tokens, second.num_logits) == (3, (7,), 1)
    assert third.start == 4
    assert step(scheduler) == ()


def test_a_long_prompt_does_not_stall_a_running_answer() -> None:
    scheduler = Scheduler(max_batch=2, max_step_tokens=10, queue_limit=4)
    running = scheduler.add(request(1, num_prompt=2, num_new=30))
    step(scheduler)
    scheduler.add(request(2, num_prompt=100))
    for expected in range(2, 12):
        chunks = step(scheduler)
        assert sum(len(chunk.tokens) for chunk in chunks) <= 10
        assert chunks[0].sequence is running
        assert len(running.generated) == expected


def test_a_prompt_piece_that_is_not_the_last_asks_for_no_token() -> None:
    scheduler = Scheduler(max_batch=1, max_step_tokens=2, queue_limit=0)
    scheduler.add(request(1, num_prompt=10))
    pieces = [step(scheduler)[0] for _ in range(3)]
    assert [piece.num_logits for piece in pieces] == [0, 0, 1]
    assert [len(piece.tokens) for piece in pieces] == [4, 4, 2]


def test_the_queue_is_bounded_beyond_the_free_slots() -> None:
    scheduler = Scheduler(max_batch=2, max_step_tokens=8, queue_limit=3)
    for id_ in range(5):
        scheduler.add(request(id_))
    with pytest.raises(QueueFull, match="5 answers are waiting"):
        scheduler.add(request(5))
    scheduler.schedule()
    with pytest.raises(QueueFull, match="3 answers are waiting"):
        scheduler.add(request(6))


def test_waiting_people_take_turns() -> None:
    scheduler = Scheduler(max_batch=1, max_step_tokens=8, queue_limit=20)
    for id_ in range(5):
        scheduler.add(request(id_, person="ada"))
    scheduler.add(request(10, person="ben"))
    scheduler.add(request(20, person="cleo"))
    scheduler.add(request(11, person="ben"))
    assert ids(list(scheduler.waiting())) == [0, 10, 20, 1, 11, 2, 3, 4]


def test_nobody_is_overtaken_twice_by_the_same_person() -> None:
    scheduler = Scheduler(max_batch=1, max_step_tokens=8, queue_limit=20)
    for id_ in range(3):
        scheduler.add(request(id_, num_new=1, person="ada"))
    step(scheduler)
    scheduler.add(request(10, num_new=1, person="ben"))
    started = [step(scheduler)[0].sequence.request.id for _ in range(3)]
    assert started.index(10) <= 1


def test_the_lowest_free_slot_is_given_out_first() -> None:
    """Who runs sits side by side, whichever answers have ended."""
    scheduler = Scheduler(max_batch=4, max_step_tokens=16, queue_limit=4)
    running = [scheduler.add(request(id_, num_new=30)) for id_ in range(4)]
    step(scheduler)
    for number in (2, 0, 1):
        scheduler.finish(running[number])
    for id_ in (4, 5):
        scheduler.add(request(id_, num_new=30))
    assert sorted(chunk.slot for chunk in step(scheduler)) == [0, 1, 3]


def test_a_prompt_that_nobody_shares_a_step_with_is_read_in_larger_pieces() -> None:
    scheduler = Scheduler(max_batch=2, max_step_tokens=8, queue_limit=0)
    scheduler.add(request(1, 40))
    assert [len(chunk.tokens) for chunk in step(scheduler)] == [8 * LONELY]
    scheduler.add(request(2, 40))
    assert sum(len(chunk.tokens) for chunk in step(scheduler)) == 8


def test_cancelling_frees_the_slot_and_forgets_the_waiting() -> None:
    scheduler = Scheduler(max_batch=1, max_step_tokens=8, queue_limit=4)
    running, waiting = scheduler.add(request(1)), scheduler.add(request(2, person="ben"))
    third = scheduler.add(request(3))
    step(scheduler)
    scheduler.finish(waiting)
    scheduler.finish(running)
    scheduler.finish(running)
    assert scheduler.num_waiting == 1
    assert scheduler.num_free_slots == 1
    assert step(scheduler)[0].sequence is third


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20))
def test_the_order_that_is_told_is_the_order_of_admission(people: list[str]) -> None:
    few, many = Scheduler(1, 8, queue_limit=99), Scheduler(99, 100, queue_limit=0)
    for id_, person in enumerate(people):
        few.add(request(id_, person=person))
        many.add(request(id_, person=person))
    told = ids(list(few.waiting()))
    many.schedule()
    assert told == ids(list(many.running()))


@pytest.mark.parametrize(("max_batch", "max_step_tokens"), [(0, 8), (8, 8), (9, 4)])
def test_a_budget_that_could_stall_prompts_is_refused(max_batch: int, max_step_tokens: int) -> None:
    with pytest.raises(ValueError, match="max_step_tokens"):
        Scheduler(max_batch, max_step_tokens, 0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 40),  # prompt
            st.integers(1, 6),  # new tokens
            st.sampled_from("abc"),
            st.integers(0, 12),  # step of arrival
            st.none() | st.integers(0, 20),  # step of cancelling
        ),
        max_size=25,
    ),
    st.integers(1, 4),
    st.integers(1, 12),
)
def test_everybody_finishes_within_the_budgets_and_no_slot_leaks(
    wishes: list[tuple[int, int, str, int, int | None]], max_batch: int, extra: int
) -> None:
    max_step_tokens = max_batch + extra
    scheduler = Scheduler(max_batch, max_step_tokens, queue_limit=100)
    sequences: dict[int, Sequence] = {}
    for now in range(1000):
        for id_, (num_prompt, num_new, person, arrival, cancelling) in enumerate(wishes):
            if arrival == now:
                sequences[id_] = scheduler.add(request(id_, num_prompt, num_new, person))
            if cancelling is not None and cancelling == now and id_ in sequences:
                scheduler.finish(sequences[id_])
        chunks = step(scheduler)
        slots = [chunk.slot for chunk in chunks]
        assert len(set(slots)) == len(slots) <= max_batch
        budget = max_step_tokens * (LONELY if len(chunks) == 1 else 1)
        assert sum(len(chunk.tokens) for chunk in chunks) <= budget
        assert scheduler.num_running + scheduler.num_free_slots == max_batch
        if not chunks and now > 20:
            break
    assert all(sequence.is_finished for sequence in sequences.values())
    assert scheduler.num_waiting == 0
    assert scheduler.num_free_slots == max_batch
    for id_, (_, num_new, _, _, cancelling) in enumerate(wishes):
        if cancelling is None:
            assert sequences[id_].generated == [7] * num_new
