"""Texts so long that only a reader that passes once over them comes to an end.

Nothing is timed. One pass over them takes a moment; one for each of their characters takes
longer than a test may (see `timeout` in pyproject.toml), on any machine.
"""

NUM_CHARACTERS = 1_000_000


def endless(unit: str) -> str:
    """The unit over and over."""
    return (unit * NUM_CHARACTERS)[:NUM_CHARACTERS]
