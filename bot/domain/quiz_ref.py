"""What the buttons of a quiz carry, so that they outlive the process without a row of their own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class QuizRef:
    """One quiz that was asked: whom, which card, when, and out of which lesson.

    `asked` is in milliseconds since 1970 and the seed of the choice of answers; `checksum` is
    that of the quiz as it was shown. `lesson` is the slug of the lesson that the person chose,
    "" for whatever comes.
    """

    person_id: str
    card: str
    asked: int
    checksum: str
    lesson: str = ""


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND
