"""What a question must be before anything is done with it."""

import re
import unicodedata

from bot.domain.errors import QuestionRefused

MAX_QUESTION_CHARACTERS = 4_000
_EXAMPLE = "for example: What is dropout?"
_KEPT_FORMAT_CHARACTERS = "\u200d"  # joins emoji such as families; harmless between letters
_INVISIBLE = ("Cc", "Cf", "Cs")
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that show nothing
END_OF_TEXT = re.compile(r"<\|(\s*end\s*of\s*text\s*)\|>", re.IGNORECASE)
"""GPT-2's special token, written out: no word, and never one in a prompt."""
_FIELD_MARKER = re.compile(
    r"^(\s*)(Question|Answer|Q|A|#+[ \t]*(?:Instruction|Response|Input)):",
    re.MULTILINE | re.IGNORECASE,
)


def clean_question(text: str) -> str:
    """The question as it is stored and shown to the model.

    Invisible characters (zero width, bidirectional controls) and control characters go,
    line ends are unified, outer white space is stripped.

    Raises:
        QuestionRefused: nothing is left, no word is in it, or it is too long.
    """
    cleaned = clean_text(text)
    if not cleaned:
        raise QuestionRefused(f"Your question is empty; please write one, {_EXAMPLE}")
    if not any(character.isalnum() for character in END_OF_TEXT.sub("", cleaned)):
        raise QuestionRefused(f"I cannot find a word in that; please ask in words, {_EXAMPLE}")
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionRefused(
            f"Your question has {len(cleaned):,} characters; please shorten it to "
            f"{MAX_QUESTION_CHARACTERS:,} or fewer."
        )
    return cleaned


def clean_text(text: str) -> str:
    """Text without invisible and control characters, line ends unified, stripped."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    # A text has few different characters, however long it is.
    unwanted = {ord(character): None for character in set(unified) if not _is_kept(character)}
    kept = unified.translate(unwanted) if unwanted else unified
    return kept.strip().strip(_KEPT_FORMAT_CHARACTERS).strip()


def _is_kept(character: str) -> bool:
    if character in "\n\t" or character in _KEPT_FORMAT_CHARACTERS:
        return True
    return character not in _BLANKS and unicodedata.category(character) not in _INVISIBLE


def without_field_markers(text: str) -> str:
    """Text in which no line starts like a field of the prompt ("Question:", "A:").

    A person could otherwise end the question early and write the answer for the model.
    """
    return _FIELD_MARKER.sub(r"\1\2 -", text)
