"""The project's own deep-learning notes: data, and how to read all of them."""

from pathlib import Path

from bot.domain.handbook import Topic, parse_topic
from bot.domain.lesson import Lesson, parse_lesson
from bot.domain.wording import Wording, parse_wordings

FOLDER = Path(__file__).resolve().parent / "topics"
WORDINGS = FOLDER.parent / "wordings"
LESSONS = FOLDER.parent / "lessons"
GUARD = FOLDER.parent / "guard"


def load_topics(folder: Path = FOLDER) -> tuple[Topic, ...]:
    """Every topic, in order of the file names.

    Raises:
        BotError: a file does not keep the format.
    """
    paths = sorted(folder.glob("*.md"))
    return tuple(parse_topic(path.stem, path.read_text(encoding="utf-8")) for path in paths)


def load_wordings(folder: Path = WORDINGS) -> tuple[Wording, ...]:
    """How people ask for each piece of each topic, in order of the file names.

    Raises:
        BotError: a file does not keep the format.
    """
    paths = sorted(folder.glob("*.txt"))
    texts = ((path.stem, path.read_text(encoding="utf-8")) for path in paths)
    return tuple(wording for text in texts for wording in parse_wordings(*text))


def load_lessons(folder: Path = LESSONS) -> tuple[Lesson, ...]:
    """Every comparison of topics, in order of the file names.

    Raises:
        BotError: a file does not keep the format.
    """
    paths = sorted(folder.glob("*.md"))
    return tuple(parse_lesson(path.stem, path.read_text(encoding="utf-8")) for path in paths)


def load_guard() -> str:
    """Questions labelled `on topic` and `off topic`, as a CSV file of labelled texts."""
    return (GUARD / "questions.csv").read_text(encoding="utf-8")


def load_other_subjects() -> tuple[str, ...]:
    """Things that people ask about and that are no deep learning, one a line in their file."""
    lines = (GUARD / "other-subjects.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
