"""The text of an answer out of its card: quotes, explanation, or that it does not know."""

from bot.domain.blocks import Kind, blocks
from bot.domain.card import Basis, Card, Quote, Source
from bot.domain.passage import Origin

UNKNOWN = "I don't know: neither the notes nor the model give a convincing answer."
UNCHECKED = "From the model's memory, unchecked."
ENDORSED = "Already answered here; a teaching assistant has approved it."
NEAREST = "These passages come nearest to your question:"
NO_NOTES = "Nothing in the notes comes near it; please ask a teaching assistant."


def body(card: Card, text: str = "") -> str:
    """What people read, without its sources; `text` is what the model wrote from memory."""
    if card.basis is Basis.MEMORY:
        return text
    quoted = "\n".join(quote_line(quote) for quote in card.quotes)
    if card.basis is Basis.NOTHING:
        return f"{UNKNOWN} {NEAREST if card.sources else NO_NOTES}\n{quoted}".strip()
    return f"{quoted}\n\n{card.explanation}".strip() if card.explanation else quoted


def quote_line(quote: Quote) -> str:
    """A quote with the number of its source; lists, tables and code stand on their own lines.

    The lines that a paragraph was wrapped into are joined: they are not the author's words.
    """
    every = list(blocks(quote.text))
    is_prose = all(block.kind is Kind.PROSE for block in every)
    if is_prose and "```" not in quote.text:
        paragraphs = (" ".join(quote.text[each.start : each.end].split()) for each in every)
        return "“" + "\n\n".join(paragraphs) + f"” [{quote.number}]"
    return f"{quote.text}\n[{quote.number}]"


def spoken(card: Card, text: str) -> str:
    """The answer as a turn of the conversation: words without marks."""
    if card.basis is Basis.MEMORY:
        return text.strip()
    if card.basis is Basis.NOTHING:
        return "I do not know."
    said = [quote.text for quote in card.quotes] + [card.explanation]
    return " ".join(" ".join(each.split()) for each in said if each)


def source_line(source: Source) -> str:
    """Where a source stands, for people; links and pages where there are any."""
    place = source.title
    heading = source.heading.removeprefix(source.title).lstrip(" >")
    if heading:
        place += f" — {heading}"
    if source.page is not None:
        place += f", p. {source.page}"
    if source.origin is Origin.HANDBOOK:
        place += " (handbook)"
    if source.link is not None:
        place += f" {source.link}"
    return f"[{source.number}] {place}"
