"""Text whose lines were broken for a file, for places that break lines by themselves."""

import re

_KEEPS_LINES = re.compile(r"\s*(?:[-*+>|#]|\d+[.)])\s|\$\$")
_FENCE = "```"


def reflowed(text: str) -> str:
    """Each paragraph in one line; code, lists, quotes and formulas keep their lines."""
    blocks: list[str] = []
    is_code = False
    for block in text.split("\n\n"):
        keeps = is_code or _FENCE in block or _KEEPS_LINES.match(block)
        blocks.append(block if keeps else " ".join(block.split("\n")))
        is_code ^= block.count(_FENCE) % 2 == 1
    return "\n\n".join(blocks)
