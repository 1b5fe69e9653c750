"""Notes and passages as lines of a terminal."""

from collections.abc import Sequence

from bot.domain.card import Source
from bot.domain.composition import source_line
from bot.domain.note import Note
from bot.domain.passage import Found, Passage
from bot.service.notes import Added

NUM_SHOWN = 5
MAX_EXCERPT = 160


def added_line(added: Added) -> str:
    """What became of one file."""
    if added.note is None:
        return f"refused: {added.refusal}"
    verb = "unchanged" if added.is_unchanged else "added"
    return f"{verb}: {added.name} ({_passages(added.note.num_passages)})"


def note_line(note: Note) -> str:
    """A note in one line."""
    return (
        f"{note.name} – {note.title}, {_passages(note.num_passages)}, "
        f"by {note.added_by_name} {note.added_at:%Y-%m-%d}"
    )


def passage_line(number: int, passage: Passage) -> str:
    """Where a passage stands, and how it begins."""
    page = f"p. {passage.page}, " if passage.page is not None else ""
    heading = f"{passage.heading}: " if passage.heading else ""
    return f"{number}. {page}{heading}{_excerpt(passage)}"


def found_lines(found: Found) -> Sequence[str]:
    """The best passages, with how well each covers the question."""
    if not found.hits:
        return ["Nothing in the notes comes near that; try other words."]
    lines = []
    for number, hit in enumerate(found.hits[:NUM_SHOWN], 1):
        lines.append(source_line(Source.of(number, hit)))
        lines.append(f"    covers {hit.coverage:.0%}: {_excerpt(hit.passage)}")
    return lines


def _passages(number: int) -> str:
    return "1 passage" if number == 1 else f"{number} passages"


def _excerpt(passage: Passage) -> str:
    text = " ".join(passage.text.split())
    return text if len(text) <= MAX_EXCERPT else f"{text[: MAX_EXCERPT - 1]}…"
