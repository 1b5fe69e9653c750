"""GCRA against a plain count of requests in its window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidParameter
from bot.domain.rate_limit import MICROSECONDS, Limit, decide

LIMITS = st.builds(Limit, st.integers(1, 20), st.integers(1, 100))


@given(LIMITS)
def test_a_fresh_key_takes_its_burst_and_no_more(limit: Limit) -> None:
    tat, allowed = None, 0
    for _ in range(limit.count + 5):
        decision = decide(tat, 0, limit)
        tat, allowed = decision.tat, allowed + decision.is_allowed
    assert allowed == limit.count


@given(LIMITS, st.lists(st.integers(0, 30 * MICROSECONDS), max_size=80))
def test_a_refused_request_passes_at_the_time_it_was_told(limit: Limit, steps: list[int]) -> None:
    tat, now = None, 0
    for step in steps:
        now += step
        decision = decide(tat, now, limit)
        if not decision.is_allowed:
            assert now < decision.retry_at <= now + limit.interval
            assert decide(decision.tat, decision.retry_at, limit).is_allowed
            assert not decide(decision.tat, decision.retry_at - 1, limit).is_allowed
        tat = decision.tat


@given(LIMITS, st.lists(st.integers(0, 30 * MICROSECONDS), max_size=80))
def test_no_period_ever_sees_more_than_twice_the_count(limit: Limit, steps: list[int]) -> None:
    tat, now, passed = None, 0, []
    for step in steps:
        now += step
        decision = decide(tat, now, limit)
        tat = decision.tat
        if decision.is_allowed:
            passed.append(now)
    for start in passed:
        within = [at for at in passed if start <= at < start + limit.period_seconds * MICROSECONDS]
        assert len(within) <= 2 * limit.count


def test_a_clock_set_back_locks_nobody_out() -> None:
    decision = decide(10**15, 0, Limit(5, 60))
    assert decision.is_allowed
    assert decision.tat == 12 * MICROSECONDS


def test_a_raised_limit_frees_those_whom_the_old_one_held() -> None:
    held = decide(None, 0, Limit(1, 86_400)).tat
    assert not decide(held, 1, Limit(1, 86_400)).is_allowed
    assert decide(held, 1, Limit(6, 60)).is_allowed


@pytest.mark.parametrize(("count", "period"), [(0, 60), (5, 0), (100_001, 60), (5, 604_801)])
def test_an_impossible_limit_is_refused(count: int, period: int) -> None:
    with pytest.raises(InvalidParameter):
        Limit(count, period)
