"""How surprising each token was, in words."""

from bot.domain.spoken import bits, chance, counted, fitted, spoken
from bot.domain.views import SurpriseView


def alt_text(view: SurpriseView, max_length: int) -> str:
    """The mean, and every token with its surprisal, the most surprising first."""
    if not view.pieces:
        return "A text without tokens, so there is nothing to be surprised at."
    mean = sum(view.surprisals) / len(view.surprisals)
    unsure = sum(view.entropies) / len(view.entropies)
    unforetold = ", the first of which nothing foretells," if view.first else ""
    intro = (
        f"A text of {counted(view.first + len(view.pieces), 'token')}{unforetold} coloured by how "
        "surprising each was, "
        f"{bits(mean)} on average; the entropy before a token is {bits(unsure)} on average. "
        "The most surprising first:"
    )
    order = sorted(range(len(view.pieces)), key=lambda index: -view.surprisals[index])
    items = [
        f"{spoken(view.pieces[index])} {bits(view.surprisals[index])} "
        f"(token {view.first + index + 1:,})"
        for index in order
    ]
    return fitted(intro, items, max_length)


def explanation(view: SurpriseView) -> str:
    """The most surprising token, the most expected one, and where the model was least sure."""
    if not view.pieces:
        return "There is no text here, so there is nothing to be surprised at."
    tokens = range(len(view.pieces))
    most = max(tokens, key=lambda index: view.surprisals[index])
    least = min(tokens, key=lambda index: view.surprisals[index])
    unsure = max(tokens, key=lambda index: view.entropies[index])
    mean = sum(view.surprisals) / len(view.surprisals)
    sentences = [
        "Surprisal says in bits how unexpected a token was to the model: 1 bit is a coin's toss, "
        "10 bits are one chance in a thousand.",
        f"Most surprising was {spoken(view.pieces[most])} with {bits(view.surprisals[most])}: "
        f"the model had given it {chance(view.surprisals[most])}.",
    ]
    if least != most:
        sentences.append(
            f"Least surprising was {spoken(view.pieces[least])} with "
            f"{bits(view.surprisals[least])}, to which it had given "
            f"{chance(view.surprisals[least])}."
        )
        sentences.append(
            f"On average a token came with {bits(mean)}, as if the model had each time guessed "
            f"among {_choices(mean)} equally likely tokens; this number is called perplexity."
        )
    sentences.append(
        "The bars below the text are entropy, how unsure the model was before it saw the token: "
        f"it was least sure before {spoken(view.pieces[unsure])}, with "
        f"{bits(view.entropies[unsure])}."
    )
    return " ".join(sentences)


def _choices(entropy: float) -> str:
    number = 2 ** max(entropy, 0.0)
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"
