"""The same prompt at several temperatures: distributions side by side, then the texts."""

from bot.domain.spoken import bits, counted, percent
from bot.domain.views import TemperatureView
from bot.figures.context import context_note
from bot.figures.lettering import fitting, label, legible, wrapped
from bot.figures.page import SMALL, TEXT, TINY, Align, Layer, Page

MAX_CANDIDATES = 10
MAX_COLUMNS = 4
_LABELS, _ROW, _NUMBER = 92.0, 19.0, 40.0


def paint(page: Page, view: TemperatureView) -> None:
    """One row for each token, one column for each temperature, and a text for each below."""
    page.heading(
        f"The same prompt at {counted(len(view.columns), 'temperature')}",
        context_note(view.context, None),
    )
    columns = view.columns[:MAX_COLUMNS]
    if not columns:
        page.paragraph("There is no temperature here.", SMALL, page.palette.pale, 1)
        return
    wide = (page.room - _LABELS) / len(columns)
    lefts = [page.left + _LABELS + wide * index for index in range(len(columns))]
    page.text("temperature", page.left, page.y + 12, SMALL, page.palette.pale)
    page.text("entropy", page.left, page.y + 26, SMALL, page.palette.pale)
    for left, column in zip(lefts, columns, strict=True):
        page.text(f"{column.temperature:g}", left, page.y + 12, TEXT, is_bold=True)
        page.text(bits(column.entropy), left, page.y + 26, SMALL, page.palette.pale)
    page.y += 34
    _bars(page, view, lefts, wide)
    page.y += 8
    for index, column in enumerate(columns):
        page.y += 13
        heading = f"At {column.temperature:g} it goes on"
        page.text(heading, page.left, page.y, SMALL, page.palette.series[index % 3], is_bold=True)
        page.y += 4
        text = legible(column.continuation.strip("\n").replace("\n", " \n ")) or "(nothing)"
        for line in wrapped(text, page.room / TEXT, 4):
            page.y += TEXT * 1.05
            page.text(line, page.left, page.y, TEXT)
            page.y += TEXT * 0.25
        page.y += 6
    page.paragraph(f"All were written with seed {view.seed}.", TINY, page.palette.pale, 1)


def _bars(page: Page, view: TemperatureView, lefts: list[float], wide: float) -> None:
    columns = view.columns[:MAX_COLUMNS]
    rows = columns[0].candidates[:MAX_CANDIDATES]
    most = max((each.after for column in columns for each in column.candidates), default=1.0)
    room = wide - _NUMBER - 10
    for row, candidate in enumerate(rows):
        if row % 2 == 0:
            page.box(
                page.left - 4, page.y, page.room + 8, _ROW, page.palette.track, 2, Layer.GROUND
            )
        name = fitting(label(candidate.piece.text), (_LABELS - 8) / TEXT)
        page.text(name, page.left, page.y + 14, TEXT)
        for index, (left, column) in enumerate(zip(lefts, columns, strict=True)):
            share = next(
                (each.after for each in column.candidates if each.piece.id == candidate.piece.id),
                0.0,
            )
            length = max(room * share / (most or 1.0), 1.2)
            page.box(left, page.y + 4, length, _ROW - 8, page.palette.series[index % 3], 2)
            number = percent(share).replace("under ", "<")
            page.text(
                number, left + length + 4, page.y + 13.5, TINY + 0.5, page.palette.ink, Align.LEFT
            )
        page.y += _ROW
