"""Question/answer files: one JSON object a line, of which nothing else is taken."""

import json
from pathlib import Path

from bot.domain.errors import InvalidParameter
from bot.domain.question import clean_text
from bot.training.finetuning.material import Example

MAX_LINE = 100_000
_FIELDS = frozenset({"question", "questions", "answer", "document"})


def read_pairs(path: Path, text: str) -> list[Example]:
    """The pairs of a file: `question` or a list `questions`, `answer`, perhaps `document`.

    Pairs without a document are kept together by their answer, so that no wording of a question
    is validated whose answer was learned from another wording.

    Raises:
        InvalidParameter: names the line that is no pair.
    """
    examples = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            examples.append(_pair(f"{path}, line {number}", line))
    return examples


def _pair(place: str, line: str) -> Example:
    if len(line) > MAX_LINE:
        raise InvalidParameter(
            f"{place} has {len(line):,} characters; write one question and answer a line."
        )
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise InvalidParameter(f"{place} is no JSON object; write one question and answer a line.")
    if unknown := sorted(set(row) - _FIELDS):
        raise InvalidParameter(
            f"{place} has the field {unknown[0][:60]}, which no pair has; question (or questions), "
            "answer and document are taken."
        )
    questions = row.get("questions") or [row.get("question")]
    answer = row.get("answer")
    texts = [*questions, answer] if isinstance(questions, list) else [None]
    if not all(isinstance(each, str) and each.strip() for each in texts):
        raise InvalidParameter(f"{place} needs a question and an answer, both of them text.")
    clean = " ".join(clean_text(str(answer)).split())
    return Example(
        answer=clean,
        document=str(row.get("document") or clean),
        questions=tuple(dict.fromkeys(" ".join(clean_text(each).split()) for each in questions)),
    )
