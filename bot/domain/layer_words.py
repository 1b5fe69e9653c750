"""What each layer would have said, in words."""

from bot.domain.spoken import fitted, percent, spoken, text_of
from bot.domain.views import LayerGuess, LayersView


def alt_text(view: LayersView, max_length: int) -> str:
    """The likeliest token of every layer, from the last layer down."""
    intro = (
        f"What each layer would say after {text_of(view.context)}, token {view.position + 1:,} "
        f"of {view.num_tokens:,}"
    )
    if view.actual is not None:
        intro += f"; what came is {spoken(view.actual)}"
    items = [
        f"{name(guess.layer)} {_likeliest(guess)}, the final token "
        f"{percent(guess.final_probability)}"
        for guess in reversed(view.guesses)
    ]
    return fitted(f"{intro}:" if items else f"{intro}.", items, max_length)


def explanation(view: LayersView) -> str:
    """What the first and the last layer say, and from where on the final token leads."""
    if not view.guesses or not view.guesses[-1].candidates:
        return "There is no layer to be seen here."
    last, first = view.guesses[-1], view.guesses[0]
    final = last.candidates[0]
    sentences = [
        "A model thinks in layers, each of which adds to what the one before passed on; here every "
        "layer is asked early which token should come next, as if it were the last (the logit "
        "lens).",
        f"After {text_of(view.context)} the last layer, {last.layer}, says "
        f"{spoken(final.piece)} with {percent(final.before)}.",
    ]
    if len(view.guesses) > 1 and first.candidates:
        sentences.append(f"{_sentence_name(first.layer)} says {_likeliest(first)}.")
    start = leads_from(view)
    if start == first.layer:
        sentences.append(f"This token, {spoken(final.piece)}, leads from the very start.")
    elif start == last.layer:
        sentences.append(f"This token, {spoken(final.piece)}, leads in the last layer only.")
    else:
        sentences.append(
            f"This token, {spoken(final.piece)}, leads from layer {start} on; just below, another "
            "one still did."
        )
    if view.actual is not None and view.actual.id != final.piece.id:
        sentences.append(
            f"What came is {spoken(view.actual)}: the likeliest token is not always taken."
        )
    return " ".join(sentences)


def leads_from(view: LayersView) -> int:
    """The layer from which on the final token is the likeliest of each."""
    final = view.guesses[-1].candidates[0].piece.id
    start = view.guesses[-1].layer
    for guess in reversed(view.guesses):
        if not guess.candidates or guess.candidates[0].piece.id != final:
            break
        start = guess.layer
    return start


def name(layer: int) -> str:
    """A layer by its number, and the embedding, which is none."""
    return f"layer {layer}" if layer else "the embedding"


def _sentence_name(layer: int) -> str:
    return f"Layer {layer}" if layer else "The embedding, before any layer,"


def _likeliest(guess: LayerGuess) -> str:
    if not guess.candidates:
        return "nothing"
    first = guess.candidates[0]
    return f"{spoken(first.piece)} {percent(first.before)}"
