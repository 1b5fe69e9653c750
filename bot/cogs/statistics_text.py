"""Statistics in words and a small table that fits a phone."""

from collections.abc import Sequence

from bot.cogs.frame import escape, shortened
from bot.domain.comparison import Standing
from bot.domain.mentions import neutralise_mentions
from bot.domain.statistics import Rest, Speed, Statistics
from bot.domain.statistics_sheet import REST_NAMES

MAX_NAME = 13
MAX_TOPIC = 40
MAX_ROWS = 8
NOT_FAST = "–"
IN_UTC = "-# Days are counted in UTC."


def report_text(statistics: Statistics, whose: str, nothing: str) -> str:
    """All numbers of a period in a few lines; `nothing` is said where nobody asked."""
    if not statistics.days:
        return nothing
    lines = [f"**{whose}**, the last {statistics.num_days} days", _questions_line(statistics)]
    lines += _rests_line(statistics) + _opinions_line(statistics) + _topics_line(statistics)
    if statistics.speeds:
        lines.append(_speed_table(statistics.speeds[:MAX_ROWS]))
        lines.append("-# Time to the first token: the median, and within which nine of ten had it.")
    if statistics.standings:
        lines.append(standings_table(statistics.standings))
    return "\n".join([*lines, IN_UTC])


def standings_text(statistics: Statistics) -> str:
    """How models fared in comparisons."""
    if not statistics.standings:
        return (
            f"Nobody has voted here in the last {statistics.num_days} days; compare models with "
            "`/compare` and vote before the names are known."
        )
    return "\n".join(
        [
            f"**Standings of the last {statistics.num_days} days**",
            standings_table(statistics.standings),
            "-# Votes that were given before the names were known, of those that a model could "
            "have got.",
        ]
    )


def standings_table(standings: Sequence[Standing]) -> str:
    """Model, votes, share, comparisons."""
    rows = [("model", "won", "votes", "compared")]
    for each in standings[:MAX_ROWS]:
        votes = f"{each.num_votes}/{each.num_cast}"
        rows.append(
            (shortened(each.model, MAX_NAME), f"{each.share:.0%}", votes, f"{each.num_comparisons}")
        )
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in a block of code; all columns but the first are numbers and stand to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for first, *numbers in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "```\n" + "\n".join(lines) + "\n```"


def _questions_line(statistics: Statistics) -> str:
    count = statistics.num_questions
    line = f"{count:,} question{'' if count == 1 else 's'}"
    if statistics.num_people > 1:
        line += f" by {statistics.num_people:,} people"
    busiest = statistics.busiest
    if busiest is not None and count > busiest.num_questions:
        line += f" · most on {busiest.day.day} {busiest.day:%B} ({busiest.num_questions:,})"
    return line


def _rests_line(statistics: Statistics) -> list[str]:
    total = sum(statistics.rests.values())
    shares = [f"{REST_NAMES[rest]} {count / total:.0%}" for rest, count in _ordered(statistics)]
    return [f"Answers: {' · '.join(shares)}"] if shares else []


def _ordered(statistics: Statistics) -> list[tuple[Rest, int]]:
    return [(rest, statistics.rests[rest]) for rest in Rest if rest in statistics.rests]


def _opinions_line(statistics: Statistics) -> list[str]:
    opinions = statistics.opinions
    words = [f"👍 {opinions.num_good:,} · 👎 {opinions.num_bad:,}"]
    words += [f"endorsed {opinions.num_endorsed:,}"] if opinions.num_endorsed else []
    words += [f"corrected {opinions.num_corrected:,}"] if opinions.num_corrected else []
    has_any = words[1:] or opinions.num_good or opinions.num_bad
    return [f"Feedback: {' · '.join(words)}"] if has_any else []


def _topics_line(statistics: Statistics) -> list[str]:
    topics = [
        f"{neutralise_mentions(escape(shortened(each.topic, MAX_TOPIC)))} ({each.num_answers:,})"
        for each in statistics.topics
    ]
    return [f"Busiest topics: {' · '.join(topics)}"] if topics else []


def _speed_table(speeds: Sequence[Speed]) -> str:
    rows = [("model", "answers", "first", "9 of 10", "tok/s")]
    for each in speeds:
        rate = each.tokens_per_second
        rows.append(
            (
                shortened(each.model, MAX_NAME),
                f"{each.num_answers:,}",
                f"{each.first_token_seconds:.1f} s",
                f"{each.slow_seconds:.1f} s",
                NOT_FAST if rate is None else f"{rate:,.0f}",
            )
        )
    return table(rows)
