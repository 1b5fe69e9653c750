"""What could come next, in words."""

from bot.domain.sampling import SamplingParams
from bot.domain.spoken import fitted, listed, percent, spoken, text_of
from bot.domain.views import Candidate, NextView

_ORDINALS = ("likeliest", "second likeliest", "third likeliest", "fourth likeliest")
_TINY = 1e-9


def alt_text(view: NextView, max_length: int) -> str:
    """Every candidate with its probabilities before and after sampling."""
    intro = (
        f"Bars of the likeliest tokens after {text_of(view.context)}, token "
        f"{view.position + 1:,} of {view.num_tokens:,}; probabilities as the model gave them and "
        f"after {settings(view.sampling)}"
    )
    if view.actual is not None:
        intro += f"; what came is {spoken(view.actual)}"
    items = [
        f"{spoken(each.piece)} {percent(each.before)}, then {percent(each.after)}"
        for each in view.candidates
    ]
    if view.rest > _TINY:
        items.append(f"all other tokens together {percent(view.rest)} before sampling")
    return fitted(f"{intro}:" if items else f"{intro}.", items, max_length)


def explanation(view: NextView) -> str:
    """Which token the model finds likeliest, what sampling makes of it, and what came."""
    if not view.candidates:
        return "There is nothing that could come next here."
    first, *others = view.candidates
    likeliest = f"{spoken(first.piece)} likeliest, with {percent(first.before)}"
    if others:
        likeliest += ", before " + listed(
            [f"{spoken(each.piece)} ({percent(each.before)})" for each in others[:2]]
        )
    sentences = [
        "GPT-2 writes one token at a time: it gives every token that it knows a probability, "
        "and one of them is taken.",
        f"After {text_of(view.context)} it finds {likeliest}.",
        *_sampling(view.sampling, first),
    ]
    num_fallen = sum(each.before > _TINY and each.after <= _TINY for each in view.candidates)
    if num_fallen and (view.sampling.is_random or view.sampling.is_contrastive):
        are = "token" if num_fallen == 1 else "tokens"
        sentences.append(f"That leaves nothing to {num_fallen} of the {are} shown.")
    sentences.append(_outcome(view))
    return " ".join(sentences)


def settings(sampling: SamplingParams) -> str:
    """How a token was chosen, in a few words."""
    if sampling.is_contrastive:
        return f"contrastive search among the {sampling.num_candidates} likeliest"
    if not sampling.is_random:
        return "greedy choice (temperature 0)"
    parts = [f"temperature {sampling.temperature:g}"]
    if sampling.top_k:
        parts.append(f"top-k {sampling.top_k}")
    if sampling.top_p < 1:
        parts.append(f"top-p {sampling.top_p:g}")
    return listed(parts)


def _sampling(sampling: SamplingParams, first: Candidate) -> list[str]:
    """What each setting does, and what it did to the likeliest token."""
    if sampling.is_contrastive:
        return [
            f"Contrastive search draws nothing: of the {sampling.num_candidates} likeliest tokens "
            "it takes the one that is likely and yet least like what was written before."
        ]
    if not sampling.is_random:
        return ["At temperature 0 nothing is drawn: the likeliest token is taken every time."]
    does = [_of_temperature(sampling.temperature)]
    if sampling.top_k:
        does.append(f"top-k keeps the {sampling.top_k} likeliest tokens")
    if sampling.top_p < 1:
        does.append(f"top-p keeps the likeliest ones that reach {percent(sampling.top_p)} together")
    if sampling.repetition_penalty > 1:
        does.append("the repetition penalty makes less likely what was written already")
    text = listed(does)
    return [
        f"{text[0].upper()}{text[1:]}: {spoken(first.piece)} goes from {percent(first.before)} "
        f"to {percent(first.after)}."
    ]


def _of_temperature(temperature: float) -> str:
    if temperature < 1:
        return f"a temperature of {temperature:g} favours what is likely anyway"
    if temperature > 1:
        return f"a temperature of {temperature:g} evens the probabilities out"
    return "a temperature of 1 leaves the probabilities as they are"


def _outcome(view: NextView) -> str:
    if view.actual is None:
        return "The text ends here, so nothing has been taken yet."
    for rank, each in enumerate(view.candidates):
        if each.piece.id == view.actual.id:
            if rank < len(_ORDINALS):
                return f"What came is {spoken(view.actual)}, the {_ORDINALS[rank]}."
            return f"What came is {spoken(view.actual)}, with {percent(each.before)}."
    return f"What came is {spoken(view.actual)}, which is not among those shown."
