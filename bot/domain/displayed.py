"""The text of an answer as it stands on Discord, where quotes may not do what they say."""

import dataclasses

from bot.domain.card import Basis, Card
from bot.domain.composition import body
from bot.domain.mentions import neutralise_mentions
from bot.domain.tables import with_drawn_tables
from bot.domain.untrusted import for_display


def displayed(text: str, card: Card | None) -> str:
    """Text in which the notes' words look like what they are, and nothing is a mention.

    Quotes are stored word for word, so that they can be checked; only what is shown differs.
    """
    if card is None or card.basis is Basis.MEMORY:
        return neutralise_mentions(text)
    if text.strip() != body(card, text).strip():
        return for_display(text)  # more, or other, than the card's own words
    quotes = tuple(dataclasses.replace(each, text=_shown(each.text)) for each in card.quotes)
    shown = dataclasses.replace(card, quotes=quotes, explanation=for_display(card.explanation))
    return body(shown, text)


def _shown(quote: str) -> str:
    """Discord draws no tables, so they are drawn for it."""
    return for_display(with_drawn_tables(quote))
