"""What a look inside found, in words: what its picture shows, and what that means.

Both hold tokens of people's texts as they are: who shows them as Markdown neutralises them.
"""

from bot.domain import (
    attention_words,
    layer_words,
    next_words,
    surprise_words,
    temperature_words,
    token_words,
)
from bot.domain.spoken import cut
from bot.domain.views import (
    AnyView,
    AttentionView,
    LayersView,
    NextView,
    SurpriseView,
    TokensView,
)

MAX_ALT = 1_000
"""UTF-16 units. Discord takes 1,024 that describe a picture."""
MAX_EXPLANATION = 1_500


def alt_text(view: AnyView) -> str:
    """A view for people who do not see its picture: its numbers, as many as fit."""
    match view:
        case TokensView():
            text = token_words.alt_text(view, MAX_ALT)
        case NextView():
            text = next_words.alt_text(view, MAX_ALT)
        case SurpriseView():
            text = surprise_words.alt_text(view, MAX_ALT)
        case AttentionView():
            text = attention_words.alt_text(view, MAX_ALT)
        case LayersView():
            text = layer_words.alt_text(view, MAX_ALT)
        case _:
            text = temperature_words.alt_text(view, MAX_ALT)
    return cut(text, MAX_ALT)


def explanation(view: AnyView) -> str:
    """One paragraph that a beginner understands about what this very view shows."""
    match view:
        case TokensView():
            text = token_words.explanation(view)
        case NextView():
            text = next_words.explanation(view)
        case SurpriseView():
            text = surprise_words.explanation(view)
        case AttentionView():
            text = attention_words.explanation(view)
        case LayersView():
            text = layer_words.explanation(view)
        case _:
            text = temperature_words.explanation(view)
    return cut(text, MAX_EXPLANATION)
