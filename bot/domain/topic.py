"""What an answer is about, in a few words: the place that it quotes first."""

from bot.domain.card import Basis, Card
from bot.domain.passage import Origin

MAX_CHARACTERS = 100


def topic_of(card: Card | None) -> str | None:
    """The title of the note or handbook topic, of an approved answer its question.

    None where nothing is quoted: what only comes near tells little of what was asked.
    """
    if card is None or card.basis not in (Basis.NOTES, Basis.ANSWERED) or not card.sources:
        return None
    first = card.sources[0]
    name = first.heading if first.origin is Origin.ANSWER else first.title
    return name[:MAX_CHARACTERS] or None
