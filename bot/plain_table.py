"""Tables on the command line, without lines."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text


def plain_table(rows: Iterable[tuple[str, ...]], *headings: str) -> Table:
    """Cells as they are: a label in them may look like markup."""
    table = Table(box=None, show_header=bool(headings), padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
