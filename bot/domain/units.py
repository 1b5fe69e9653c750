"""The smallest pieces of a text that say something by themselves: sentences, rows of tables."""

import re
from collections.abc import Iterator

from bot.domain.blocks import Kind, blocks
from bot.domain.sentences import sentences

_LEAD = re.compile(r"(?:^|\n)\W*(\w+(?:[- ]\w+)?)|(\*\*?)([^*\n]{2,40})\2")


def units(text: str) -> Iterator[str]:
    """Sentences, list items and code; a row of a table behind the table's first row."""
    head = ""
    for block in blocks(text):
        part = text[block.start : block.end]
        if block.kind is Kind.ROW:
            yield f"{head}\n{part}" if head else part
            head = head or part
            continue
        head = ""
        if block.kind is Kind.CODE:
            yield part
        else:
            yield from sentences(part)


def leads(text: str) -> str:
    """What a text is on by its looks: the first words of its paragraphs, and bold print."""
    return " ".join(one or other for one, _, other in _LEAD.findall(text))
