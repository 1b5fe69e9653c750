"""What stands below an answer in a terminal: its sources, or that nobody has checked it."""

from bot.domain.card import Basis
from bot.domain.composition import UNCHECKED, source_line
from bot.domain.topic_guard import HINT
from bot.service.snapshot import Snapshot


def is_unchecked(snapshot: Snapshot) -> bool:
    """Whether the model writes from memory, which may turn out not to be worth reading."""
    return snapshot.card is not None and snapshot.card.basis is Basis.MEMORY


def remarks_on(snapshot: Snapshot) -> list[str]:
    """One line for each source, and the marks of an answer that rests on none."""
    if snapshot.card is None or not snapshot.text.strip():
        return []
    mark = [UNCHECKED] if is_unchecked(snapshot) else []
    mark += [HINT] if snapshot.card.is_off_topic else []
    return mark + [source_line(source) for source in snapshot.card.sources]
