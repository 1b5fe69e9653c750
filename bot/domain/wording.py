"""How people ask for a piece of the handbook without naming it: phrases in everyday words."""

from dataclasses import dataclass

from bot.domain.errors import BotError


@dataclass(frozen=True, slots=True)
class Wording:
    """Phrases that ask for what stands under one heading of a document."""

    document: str
    heading: str
    phrases: tuple[str, ...]


def parse_wordings(slug: str, source: str) -> tuple[Wording, ...]:
    """Read the file of one topic: headings behind `# `, and below each one phrase a line.

    Raises:
        BotError: names the topic and the line that stands under no heading.
    """
    found: dict[str, list[str]] = {}
    below: list[str] | None = None
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if text.startswith("# "):
            below = found.setdefault(text.removeprefix("# ").strip(), [])
        elif text and below is None:
            raise BotError(
                f"Line {number} of the wordings of {slug} stands under no heading; "
                "see bot/handbook/FORMAT.md."
            )
        elif text and below is not None:
            below.append(text)
    return tuple(Wording(slug, heading, tuple(some)) for heading, some in found.items())
