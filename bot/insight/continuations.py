"""The other half of the view *temperature*: how the text goes on, written as answers are.

Continuations are ordinary requests: they wait in the queue, share steps with everybody's
answers, and are drawn by the same sampler.
"""

import asyncio
import dataclasses

from bot.domain.errors import ModelUnavailable
from bot.domain.sampling import FinishReason
from bot.domain.views import TemperatureView
from bot.generation.completion import Completion
from bot.generation.lease import Lease
from bot.insight.next_token import CONTEXT
from bot.insight.slide import Slide
from bot.insight.temperature import TEMPERATURES, columns_behind, sampling_at

PERSON = "look inside"
"""Whose turn continuations take in the queue: that of everybody who looks."""


async def temperature_view(lease: Lease, slide: Slide, position: int | None) -> TemperatureView:
    """The text up to a position, by default the prompt, at each of the temperatures.

    Raises:
        InvalidParameter: no such position.
        QueueFull: too many answers wait already.
        ModelUnavailable: the model failed, or was unloaded meanwhile.
    """
    place = slide.start if position is None else slide.place(position)
    begun = _begin(lease, slide, place)
    if begun:
        await _read(begun[0])  # then the others need not read the prompt, nor the trace
        for temperature in TEMPERATURES[1:]:
            begun.append(_complete(lease, slide, place, temperature))
    columns = await lease.examine(lambda anatomy: columns_behind(anatomy, slide, place))
    texts = await asyncio.gather(*map(_end, begun)) or [""] * len(columns)
    return TemperatureView(
        context=slide.pieces(place + 1 - CONTEXT, place + 1),
        columns=tuple(
            dataclasses.replace(column, continuation=text)
            for column, text in zip(columns, texts, strict=True)
        ),
        seed=slide.sampling.seed,
    )


def _begin(lease: Lease, slide: Slide, place: int) -> list[Completion]:
    """The first continuation; none where the window is full."""
    has_room = place + 1 < lease.window
    return [_complete(lease, slide, place, TEMPERATURES[0])] if has_room else []


def _complete(lease: Lease, slide: Slide, place: int, temperature: float) -> Completion:
    room = lease.window - place - 1
    return lease.complete(slide.text(place), sampling_at(temperature, slide, room), PERSON)


async def _read(completion: Completion) -> None:
    """Wait until the model has read the prompt."""
    async for progress in completion:
        if progress.num_new_tokens:
            return


async def _end(completion: Completion) -> str:
    """The whole text."""
    async for _ in completion:
        pass
    last = completion.latest
    if last.finish_reason is FinishReason.FAILED:
        raise ModelUnavailable(
            "The model failed while it wrote on; please try again, and if it happens again tell "
            f"an admin the error id {last.error_id}."
        )
    if last.finish_reason is FinishReason.CANCELLED:
        raise ModelUnavailable("The model was unloaded meanwhile; please try again in a minute.")
    return last.text
