"""The view *attention*: where a head looks (Vaswani et al. 2017).

    A = softmax( Q Kᵀ / √D + mask )

Row i says how the head shares its look, 1 in all, between token i and those before it; the
mask hides what comes after. How much a token is looked at is no explanation of what comes out
(Jain & Wallace 2019), but it shows what a head has specialised in. Many heads look at the very
first token when they find nothing, which therefore attracts much of every average (Xiao et al.
2023, "attention sinks").
"""

import torch
from torch import Tensor

from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import ModelShape
from bot.domain.views import AttentionView
from bot.generation.anatomy import Anatomy
from bot.generation.errand import Pieces
from bot.insight.slide import Slide
from bot.insight.trace import Trace

MAX_SHOWN = 32
"""Tokens of a picture that can still be read on a phone."""


def attention_view(
    anatomy: Anatomy, slide: Slide, position: int | None, layer: int | None, head: int | None
) -> Pieces[AttentionView]:
    """One head, or the average over all heads, layers or both.

    Of a long text the end is shown, or what stands around `position`.

    Raises:
        InvalidParameter: no such layer or head.
    """
    shape = anatomy.gpt2.config.shape
    check_place_in_model(shape, layer, head)
    first, stop = shown_window(slide, position)
    trace = Trace(anatomy, slide.tokens[:stop], first)
    total: list[Tensor] = []  # at most one, (n, n): averages keep nothing else

    def watch(number: int, queries: Tensor, keys: Tensor) -> None:
        if layer is None or number == layer:
            looks = weights(queries[trace.row(first) :], keys, first)  # (H, n, n)
            one = looks.mean(dim=0) if head is None else looks[head]
            total[:] = [total[0] + one if total else one]

    yield from trace.run(watch=watch, num_layers=None if layer is None else layer + 1)
    average = total[0] / (shape.num_layers if layer is None else 1)
    return AttentionView(
        pieces=slide.pieces(first, stop),
        weights=tuple(tuple(row) for row in average.tolist()),
        layer=layer,
        head=head,
        num_layers=shape.num_layers,
        num_heads=shape.num_heads,
        first=first,
    )


def weights(queries: Tensor, keys: Tensor, first: int) -> Tensor:
    """A for the last n tokens: queries (n, H, D), keys (H, T, D) → (H, n, n).

    The tokens stand at places `first` to T; what they look at before `first` is left out.
    """
    scores = queries.transpose(0, 1).float() @ keys.float().transpose(1, 2)  # (H, n, T)
    scores *= queries.shape[-1] ** -0.5
    places = torch.arange(keys.shape[1], device=keys.device)
    is_later = places[None, :] > places[first:, None]  # (n, T)
    looks = torch.softmax(scores.masked_fill(is_later, -torch.inf), dim=-1)
    return looks[:, :, first:]


def shown_window(slide: Slide, position: int | None) -> tuple[int, int]:
    """The places that are shown: the first, and the one behind the last."""
    num_tokens = len(slide.tokens)
    place = num_tokens - 1 if position is None else slide.place(position)
    first = min(max(place - MAX_SHOWN // 2, 0), max(num_tokens - MAX_SHOWN, 0))
    return first, min(first + MAX_SHOWN, num_tokens)


def check_place_in_model(shape: ModelShape, layer: int | None, head: int | None) -> None:
    """Refuse a layer or head that is not there.

    Raises:
        InvalidParameter: names those that are.
    """
    for name, chosen, number in (
        ("layer", layer, shape.num_layers),
        ("head", head, shape.num_heads),
    ):
        if chosen is not None and not 0 <= chosen < number:
            raise InvalidParameter(
                f"There is no {name} {chosen} in this model; choose one from 0 to {number - 1}."
            )
