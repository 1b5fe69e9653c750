"""Numbers as people read them in a terminal."""


def bytes_in_words(count: int | None) -> str:
    """A size in decimal units: "3.1 GB"; a question mark where it is unknown."""
    if count is None:
        return "?"
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
