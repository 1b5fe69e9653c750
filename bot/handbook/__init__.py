"""The project's own deep-learning notes: data, and how to read all of them."""

from pathlib import Path

from bot.domain.handbook import Topic, parse_topic

FOLDER = Path(__file__).resolve().parent / "topics"


def load_topics(folder: Path = FOLDER) -> tuple[Topic, ...]:
    """Every topic, in order of the file names.

    Raises:
        BotError: a file does not keep the format.
    """
    paths = sorted(folder.glob("*.md"))
    return tuple(parse_topic(path.stem, path.read_text(encoding="utf-8")) for path in paths)
