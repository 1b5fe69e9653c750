"""Statistics as charts; one without a number is left out."""

from bot.domain.charts import Bars, Chart, Days, Series, Sheet
from bot.domain.comparison import Standing
from bot.domain.statistics import Rest, Statistics

REST_NAMES = {
    Rest.NOTES: "from the notes",
    Rest.APPROVED: "approved before",
    Rest.MEMORY: "from memory",
    Rest.NOTHING: "“I don't know”",
    Rest.UNFINISHED: "no answer",
}
MAX_TOPIC = 40
MAX_MODELS = 8


def sheet_of(statistics: Statistics, title: str) -> Sheet:
    """Questions, what answers rest on, waits and speeds, topics, standings, from top to bottom."""
    charts: list[Chart] = [_questions(statistics)]
    if statistics.rests:
        names = tuple(REST_NAMES[rest] for rest in statistics.rests)
        counts = tuple(float(count) for count in statistics.rests.values())
        charts.append(Bars("What answers rest on", names, (Series("answers", counts),), "answers"))
    charts += _speeds(statistics)
    if statistics.topics:
        topics = tuple(_cut(each.topic) for each in statistics.topics)
        counts = tuple(float(each.num_answers) for each in statistics.topics)
        charts.append(Bars("Busiest topics", topics, (Series("answers", counts),), "answers"))
    if statistics.standings:
        charts.append(standings_chart(statistics.standings))
    return Sheet(title, tuple(charts))


def standings_chart(standings: tuple[Standing, ...]) -> Bars:
    """The share of the votes that each model got of those it could have got, in percent.

    How many they were is told, too: one vote of one is no victory.
    """
    shown = standings[:MAX_MODELS]
    shares = tuple(round(100 * each.share, 1) for each in shown)
    return Bars(
        "Blind votes in comparisons",
        tuple(f"{each.model} ({each.num_votes}/{each.num_cast})" for each in shown),
        (Series("votes", shares),),
        "% of the votes",
    )


def _questions(statistics: Statistics) -> Days:
    calendar = statistics.calendar
    counts = tuple(float(each.num_questions) for each in calendar)
    days = tuple(each.day for each in calendar)
    return Days("Questions per day", days, (Series("questions", counts),), "questions")


def _speeds(statistics: Statistics) -> list[Bars]:
    """Waits, and speeds of those models that have one."""
    speeds = statistics.speeds[:MAX_MODELS]
    fast = [each for each in speeds if each.tokens_per_second is not None]
    charts = []
    if speeds:
        waits = (
            Series("median", tuple(round(each.first_token_seconds, 2) for each in speeds)),
            Series("nine of ten within", tuple(round(each.slow_seconds, 2) for each in speeds)),
        )
        models = tuple(each.model for each in speeds)
        charts.append(Bars("Time to the first token", models, waits, "seconds"))
    if fast:
        rates = tuple(round(each.tokens_per_second or 0.0, 1) for each in fast)
        models = tuple(each.model for each in fast)
        series = (Series("tokens/s", rates),)
        charts.append(Bars("Speed of writing (median)", models, series, "tokens per second"))
    return charts


def _cut(topic: str) -> str:
    return topic if len(topic) <= MAX_TOPIC else f"{topic[: MAX_TOPIC - 1].rstrip()}…"
