"""The view *layers*: the logit lens (nostalgebraist 2020, "interpreting GPT: the logit lens").

Every layer adds to one stream of numbers, and only what stands behind the last of them is read
by the head. Reading the stream behind each layer as if it were the last,

    softmax( head( norm( stream behind layer l ) ) ),

shows a guess taking shape: nonsense at first, then words of the right kind, then the answer.
"""

import torch
from torch import Tensor

from bot.domain.views import Candidate, LayerGuess, LayersView
from bot.generation.anatomy import Anatomy
from bot.generation.errand import Pieces
from bot.insight.next_token import CONTEXT, default_position
from bot.insight.slide import Slide
from bot.insight.trace import Trace, logits_of, probabilities

NUM_GUESSES = 3
"""Tokens of each layer that are shown."""
_ROWS_AT_ONCE = 16


def layers_view(anatomy: Anatomy, slide: Slide, position: int | None) -> Pieces[LayersView]:
    """What each layer would have said behind a position."""
    position = default_position(slide) if position is None else position
    place = slide.place(position)
    streams: list[Tensor] = []  # (1, W) behind the embedding and each layer
    trace = Trace(anatomy, slide.tokens[: place + 1], place)
    yield from trace.run(hear=lambda layer, stream: streams.append(stream[-1:].clone()))
    rows = anatomy.gpt2.states(torch.cat(streams))  # (layers + 1, W)
    winner = int(logits_of(anatomy, rows[-1:])[0].argmax())
    guesses: list[LayerGuess] = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        shares = probabilities(logits_of(anatomy, rows[start : start + _ROWS_AT_ONCE]))
        best = torch.topk(shares, NUM_GUESSES, dim=-1)
        for values, ids, final in zip(
            best.values.tolist(), best.indices.tolist(), shares[:, winner].tolist(), strict=True
        ):
            candidates = tuple(
                Candidate(slide.piece(token), share, share)
                for token, share in zip(ids, values, strict=True)
            )
            guesses.append(LayerGuess(len(guesses), candidates, final))
        yield
    return LayersView(
        context=slide.pieces(place + 1 - CONTEXT, place + 1),
        position=position,
        num_tokens=slide.num_positions,
        guesses=tuple(guesses),
        actual=slide.following(place),
    )
