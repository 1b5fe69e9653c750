"""The same prompt at several temperatures, in words."""

from bot.domain.spoken import bits, fitted, listed, percent, spoken, text_of
from bot.domain.views import Piece, TemperatureColumn, TemperatureView

_NUM_CANDIDATES = 4
_MAX_CONTINUATION = 120


def alt_text(view: TemperatureView, max_length: int) -> str:
    """The distribution and the text of every temperature."""
    intro = f"What follows {text_of(view.context)} at {len(view.columns)} temperatures:"
    items = []
    for column in view.columns:
        shares = ", ".join(
            f"{spoken(each.piece)} {percent(each.after)}"
            for each in column.candidates[:_NUM_CANDIDATES]
        )
        items.append(
            f"at {column.temperature:g} {shares}, entropy {bits(column.entropy)}, the text "
            f"goes on {_continuation(column)}"
        )
    return fitted(intro if items else f"{intro[:-1]}.", items, max_length)


def explanation(view: TemperatureView) -> str:
    """What temperature does, on the likeliest token and on the texts."""
    if not view.columns:
        return "No temperature was tried here."
    sentences = [
        "Temperature decides how daring the choice of the next token is: a low one nearly always "
        "takes the likeliest, a high one often something unlikely.",
    ]
    low = min(view.columns, key=lambda column: column.temperature)
    high = max(view.columns, key=lambda column: column.temperature)
    if low.candidates:
        first = max(low.candidates, key=lambda each: each.after)
        shares = [
            f"{percent(each.after)} at {column.temperature:g}"
            for column in view.columns
            for each in column.candidates
            if each.piece.id == first.piece.id
        ]
        sentences.append(
            f"After {text_of(view.context)} the token {spoken(first.piece)} has {listed(shares)}."
        )
    if low is not high:
        sentences.append(
            f"Entropy, how open the choice is, goes from {bits(low.entropy)} (as with "
            f"{_choices(low.entropy)} equally likely tokens) to {bits(high.entropy)} "
            f"({_choices(high.entropy)})."
        )
        texts = {column.continuation for column in view.columns}
        sentences.append(
            f"All texts were written with seed {view.seed}, "
            + (
                "so that nothing but the temperature makes them differ."
                if len(texts) > 1
                else "and this time they are the same at every temperature."
            )
        )
    return " ".join(sentences)


def _continuation(column: TemperatureColumn) -> str:
    text = " ".join(column.continuation.split())
    if not text:
        return "with nothing"
    if len(text) > _MAX_CONTINUATION:
        text = f"{text[: _MAX_CONTINUATION - 1]}…"
    return text_of([Piece(0, text)], _MAX_CONTINUATION)


def _choices(entropy: float) -> str:
    number = 2 ** max(entropy, 0.0)
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"
