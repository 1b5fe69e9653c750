"""What the headers of Discord's answers teach."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.cogs.budget import MAX_INVALID, RateBudget, bucket_of
from tests.scripted_models import SetClock

EDIT = "/api/v10/webhooks/7/token/messages/@original"
BUCKET = "webhooks/7/token"


def answered(status: int = 200, remaining: int | None = None, reset_after: float = 2.0) -> Any:
    headers = {}
    if remaining is not None:
        headers = {
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset-After": str(reset_after),
        }
    return SimpleNamespace(status=status, headers=headers)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def budget(clock: SetClock) -> RateBudget:
    return RateBudget(clock.monotonic)


def test_the_last_request_of_a_bucket_is_kept_for_the_end(
    budget: RateBudget, clock: SetClock
) -> None:
    budget.note("PATCH", EDIT, answered(remaining=2))
    assert budget.pause(BUCKET) == 0
    budget.note("PATCH", EDIT, answered(remaining=1))
    assert budget.pause(BUCKET) == 2.0
    clock.advance(2)
    assert budget.pause(BUCKET) == 0


def test_a_bucket_that_is_full_again_is_forgotten(budget: RateBudget, clock: SetClock) -> None:
    for number in range(50):
        path = f"/api/v10/webhooks/7/secret{number}/messages/@original"
        budget.note("PATCH", path, answered(remaining=1, reset_after=2.0))
        clock.advance(0.5)
    assert "secret49" in repr(vars(budget))
    assert "secret10" not in repr(vars(budget))
    clock.advance(2)
    assert budget.pause("channels/1") == 0
    assert "secret" not in repr(vars(budget))


def test_other_answers_are_not_slowed_down(budget: RateBudget) -> None:
    budget.note("PATCH", EDIT, answered(remaining=0))
    assert budget.pause("webhooks/7/other") == 0


def test_many_refusals_in_ten_minutes_stop_what_need_not_be_sent(
    budget: RateBudget, clock: SetClock
) -> None:
    for _ in range(MAX_INVALID):
        assert not budget.is_exhausted
        budget.note("POST", "/api/v10/channels/1/messages", answered(status=403))
    assert budget.is_exhausted
    clock.advance(601)
    assert not budget.is_exhausted


@pytest.mark.parametrize(
    ("path", "bucket"),
    [
        (EDIT, BUCKET),
        ("/api/v10/channels/12/messages/34", "channels/12"),
        ("/api/v10/gateway/bot", None),
    ],
)
def test_a_bucket_is_named_by_channel_or_token(path: str, bucket: str | None) -> None:
    assert bucket_of(path) == bucket
