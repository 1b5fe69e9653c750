"""One topic of the handbook: its explanation, and questions with their answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.document import Piece
from bot.domain.errors import BotError

AREAS = (
    "foundations",
    "optimisation",
    "regularisation",
    "losses",
    "vision",
    "text",
    "sequences",
    "transformers",
    "gpt-2",
    "decoding",
    "evaluation",
    "fine-tuning",
    "practice",
)
_QUESTIONS = "\n## Questions\n"
_FIELD = re.compile(r"^(area|aliases|see also):[ \t]*(.*)$", re.MULTILINE)
_PAIR = re.compile(r"^Q: (.+)\nA: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and its answer, one line each."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One file of the handbook; `bot/handbook/FORMAT.md` describes it."""

    slug: str
    title: str
    area: str
    aliases: tuple[str, ...]
    see_also: tuple[str, ...]
    text: str
    pairs: tuple[Pair, ...]


def parse_topic(slug: str, source: str) -> Topic:
    """Read one topic file.

    Raises:
        BotError: names the topic and what is missing in it.
    """
    head, separator, questions = source.replace("\r\n", "\n").partition(_QUESTIONS)
    lines = head.split("\n")
    fields = {name: value.strip() for name, value in _FIELD.findall(head)}
    if not lines[0].startswith("# ") or not separator or "area" not in fields:
        raise BotError(
            f"The topic {slug} needs a title line, an area and a section of questions; "
            "see bot/handbook/FORMAT.md."
        )
    last_field = max(match.end() for match in _FIELD.finditer(head))
    pairs = tuple(
        Pair(question.strip(), answer.strip()) for question, answer in _PAIR.findall(questions)
    )
    if not pairs:
        raise BotError(f"The topic {slug} has no pair of lines that start with Q: and A:.")
    return Topic(
        slug=slug,
        title=lines[0].removeprefix("# ").strip(),
        area=fields["area"],
        aliases=_names(fields.get("aliases", "")),
        see_also=_names(fields.get("see also", "")),
        text=head[last_field:].strip(),
        pairs=pairs,
    )


def pieces_of(topic: Topic) -> tuple[Piece, ...]:
    """What is found of a topic: its paragraphs, then each question as the heading of its answer.

    A fenced block stays with the paragraph before it.
    """
    paragraphs: list[str] = []
    is_code = False
    for block in topic.text.split("\n\n"):
        if paragraphs and (is_code or block.startswith("```")):
            paragraphs[-1] += f"\n\n{block}"
        else:
            paragraphs.append(block)
        is_code ^= block.count("```") % 2 == 1
    explained = tuple(Piece(topic.title, paragraph.strip()) for paragraph in paragraphs)
    return explained + tuple(Piece(pair.question, pair.answer) for pair in topic.pairs)


def names_of(topics: Iterable[Topic]) -> tuple[tuple[str, ...], ...]:
    """For each topic its title and then its further names, by which it is found too."""
    return tuple((topic.title, *topic.aliases) for topic in topics)


def _names(line: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in line.split(",") if name.strip())
