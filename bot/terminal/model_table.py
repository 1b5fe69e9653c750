"""The catalogue as a table in the terminal."""

from collections.abc import Sequence

from rich.table import Table

from bot.domain.model_spec import ModelStatus
from bot.terminal.numbers import bytes_in_words


def model_table(statuses: Sequence[ModelStatus], current: str) -> Table:
    """One row a model; an arrow marks the one that answers."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("model", "layers", "parameters", "disk", "memory", "here"):
        table.add_column(heading)
    for status in statuses:
        shape, mark = status.shape, "→ " if status.spec.name == current else "  "
        table.add_row(
            mark + status.spec.name,
            str(shape.num_layers) if shape else "?",
            f"{shape.num_parameters / 1e6:,.1f} M" if shape else "?",
            bytes_in_words(status.disk_bytes),
            bytes_in_words(status.memory_bytes),
            "loaded" if status.is_loaded else "yes" if status.on_disk else "no",
        )
    return table
