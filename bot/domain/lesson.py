"""A lesson: what is explained at once, a topic of the handbook or a comparison of several."""

import re
from dataclasses import dataclass

from bot.domain.errors import BotError
from bot.domain.handbook import Topic

_FIELD = re.compile(r"^(aliases|topics):[ \t]*(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lesson:
    """An explanation with its names.

    `topics` are the slugs of the topics whose questions ask about it; `see_also` those of
    other lessons.
    """

    slug: str
    title: str
    aliases: tuple[str, ...]
    text: str
    topics: tuple[str, ...]
    see_also: tuple[str, ...]


def lesson_of(topic: Topic) -> Lesson:
    """The lesson that a topic is."""
    return Lesson(topic.slug, topic.title, topic.aliases, topic.text, (topic.slug,), topic.see_also)


def parse_lesson(slug: str, source: str) -> Lesson:
    """Read one file of `bot/handbook/lessons`; `bot/handbook/FORMAT.md` describes it.

    Raises:
        BotError: names the lesson and what is missing in it.
    """
    text = source.replace("\r\n", "\n")
    fields = {match[1]: match for match in _FIELD.finditer(text)}
    if not text.startswith("# ") or fields.keys() != {"aliases", "topics"}:
        raise BotError(
            f"The lesson {slug} needs a title line, aliases and topics; see bot/handbook/FORMAT.md."
        )
    topics = _names(fields["topics"][2])
    return Lesson(
        slug=slug,
        title=text.partition("\n")[0].removeprefix("# ").strip(),
        aliases=_names(fields["aliases"][2]),
        text=text[max(match.end() for match in fields.values()) :].strip(),
        topics=topics,
        see_also=topics,
    )


def _names(line: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in line.split(",") if name.strip())
