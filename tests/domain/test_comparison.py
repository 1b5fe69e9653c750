"""What is computed of a comparison's entries, and what there is a vote on."""

from typing import Any

import pytest

from bot.domain.comparison import Comparison, ComparisonState, Entry, EntryState, Standing
from bot.domain.conversation import Conversation
from bot.domain.sampling import SamplingParams
from tests.storage.rows import NOON


def entry(position: int = 0, **more: Any) -> Entry:
    return Entry(position, f"gpt2-{position}", **{"state": EntryState.DONE, "text": "Yes."} | more)


def comparison(*entries: Entry, **more: Any) -> Comparison:
    values: dict[str, Any] = {
        "id": 1,
        "state": ComparisonState.DONE,
        "conversation": Conversation("guild", "general"),
        "person_id": "1",
        "person_name": "Ada",
        "question": "Why?",
        "sampling": SamplingParams(),
        "is_revealed": False,
        "channel_id": "5",
        "message_id": "6",
        "created_at": NOON,
        "entries": entries,
        "votes": (0,) * len(entries),
    }
    return Comparison(**values | more)


def test_figures_are_those_of_the_tokens() -> None:
    measured = entry(num_new_tokens=5, logprob=-10.0, first_token_seconds=1.0, seconds=3.0)
    assert measured.mean_logprob == -2.0
    assert measured.tokens_per_second == 2.0


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"num_new_tokens": 1, "first_token_seconds": 1.0, "seconds": 1.0},
        {"num_new_tokens": 4, "first_token_seconds": 1.0, "seconds": 1.0},
    ],
)
def test_one_token_or_none_has_no_speed(more: dict[str, Any]) -> None:
    assert entry(**more).tokens_per_second is None


def test_labels_follow_the_places() -> None:
    assert [entry(position).label for position in range(5)] == list("ABCDE")


def test_there_is_a_vote_on_those_that_answered() -> None:
    failed = entry(1, state=EntryState.FAILED, text="", error="No room.")
    made = comparison(entry(0), failed, entry(2))
    assert [each.position for each in made.candidates] == [0, 2]


def test_there_is_none_on_a_single_answer_or_before_the_end() -> None:
    assert comparison(entry(0), entry(1, text=" ")).candidates == ()
    running = comparison(entry(0), entry(1), state=ComparisonState.RUNNING)
    assert running.candidates == ()


def test_a_standing_is_a_share_of_what_could_be_won() -> None:
    assert Standing("gpt2", 3, 8, 2).share == 0.25
    assert Standing("gpt2", 0, 0, 0).share == 0.0
