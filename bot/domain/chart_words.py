"""A sheet of charts in words, for people who cannot see it."""

from bot.domain.charts import Sheet

MAX_ALT = 1_000


def alt_text(sheet: Sheet) -> str:
    """What the charts are of."""
    return f"{sheet.title}: {'; '.join(chart.title for chart in sheet.charts)}."[:MAX_ALT]
