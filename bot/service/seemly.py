"""A view in which nothing stands that a server withholds.

What people wrote themselves, and what an answer shows already, is left as it is: only what a
model could have written, or wrote for the picture, is looked at.
"""

import dataclasses
from collections.abc import Callable, Sequence

from bot.domain.views import AnyView, Candidate, LayersView, NextView, Piece, TemperatureView

MayShow = Callable[[str], bool]
HIDDEN = "(withheld)"


def seemly(view: AnyView, may_show: MayShow) -> AnyView:
    """The view with what may not be shown replaced; numbers stay."""
    if isinstance(view, NextView):
        return dataclasses.replace(view, candidates=_candidates(view.candidates, may_show))
    if isinstance(view, LayersView):
        guesses = (
            dataclasses.replace(each, candidates=_candidates(each.candidates, may_show))
            for each in view.guesses
        )
        return dataclasses.replace(view, guesses=tuple(guesses))
    if isinstance(view, TemperatureView):
        columns = (
            dataclasses.replace(
                each,
                candidates=_candidates(each.candidates, may_show),
                continuation=each.continuation if may_show(each.continuation) else HIDDEN,
            )
            for each in view.columns
        )
        return dataclasses.replace(view, columns=tuple(columns))
    return view


def _candidates(candidates: Sequence[Candidate], may_show: MayShow) -> tuple[Candidate, ...]:
    return tuple(
        each
        if may_show(each.piece.text)
        else dataclasses.replace(each, piece=Piece(each.piece.id, HIDDEN))
        for each in candidates
    )
