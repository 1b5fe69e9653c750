"""Numbers of a period, and the charts that are made of them."""

from datetime import date

import pytest

from bot.domain.charts import Bars, Days
from bot.domain.comparison import Standing
from bot.domain.statistics import DayCount, Rest, Speed, Statistics, TopicCount, quantile
from bot.domain.statistics_sheet import sheet_of

TODAY = date(2026, 11, 20)
LONG = "A title of more than forty characters, yes"
DAYS = (
    DayCount(date(2026, 11, 16), 3, {Rest.NOTES: 2, Rest.MEMORY: 1}),
    DayCount(date(2026, 11, 18), 3, {Rest.NOTES: 1, Rest.UNFINISHED: 2}),
)


def test_days_add_up_and_the_latest_of_the_busiest_is_named() -> None:
    statistics = Statistics(TODAY, 7, DAYS)
    assert statistics.num_questions == 6
    assert statistics.rests == {Rest.NOTES: 3, Rest.MEMORY: 1, Rest.UNFINISHED: 2}
    assert statistics.busiest == DAYS[1]


def test_where_nobody_asked_there_is_no_busiest_day() -> None:
    assert Statistics(TODAY, 7).busiest is None
    assert Statistics(TODAY, 7, (DayCount(TODAY, 0),)).busiest is None


def test_the_calendar_has_every_day_up_to_today() -> None:
    calendar = Statistics(TODAY, 7, DAYS).calendar
    assert [each.day.day for each in calendar] == [14, 15, 16, 17, 18, 19, 20]
    assert [each.num_questions for each in calendar] == [0, 0, 3, 0, 3, 0, 0]


def test_everything_that_is_known_is_drawn() -> None:
    statistics = Statistics(
        TODAY,
        7,
        DAYS,
        speeds=(Speed("gpt2", 5, 0.216, 1.5, 50.04), Speed("starter", 1, 0.1, 0.1, None)),
        topics=(
            TopicCount("Dropout", 2),
            TopicCount("A title of more than forty characters, yes", 1),
        ),
        standings=(Standing("gpt2", 2, 4, 3),),
    )
    sheet = sheet_of(statistics, "This server")
    days, rests, waits, rates, topics, standings = sheet.charts
    assert isinstance(days, Days)
    assert len(days.days) == len(days.series[0].values) == 7
    assert all(isinstance(each, Bars) for each in sheet.charts[1:])
    assert rests.labels == ("from the notes", "from memory", "no answer")
    assert waits.series[0].values == (0.22, 0.1)
    assert (rates.labels, rates.series[0].values) == (("gpt2",), (50.0,))
    assert topics.labels[1] == "A title of more than forty characters,…"
    assert (standings.labels, standings.series[0].values) == (("gpt2 (3/4)",), (75.0,))


def test_charts_without_a_number_are_left_out() -> None:
    sheet = sheet_of(Statistics(TODAY, 7, (DayCount(TODAY, 1),)), "Mine")
    assert [each.title for each in sheet.charts] == ["Questions per day"]


@pytest.mark.parametrize(
    ("counts", "share", "value"),
    [
        ({7: 1}, 0.5, 7),
        ({1: 1, 2: 1}, 0.5, 1),
        ({1: 1, 2: 1, 3: 1}, 0.5, 2),
        ({1: 9, 50: 1}, 0.9, 1),
        ({1: 8, 50: 2}, 0.9, 50),
        (dict.fromkeys(range(1, 11), 1), 0.9, 9),
        ({3: 1, 1: 5}, 1.0, 3),
    ],
)
def test_a_quantile_is_a_value_that_occurred(
    counts: dict[int, int], share: float, value: int
) -> None:
    assert quantile(counts, share) == value
