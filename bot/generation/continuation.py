"""Greedy continuations of several prompts by an engine, side by side, without a worker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.engine import Engine
from bot.generation.request import Request


@dataclass(frozen=True, slots=True)
class Continuation:
    """What the engine wrote behind a prompt, with the end-of-text token where it came.

    `seconds` is from the start of all until its end; `error_id` names the log entry if it
    failed.
    """

    prompt: tuple[int, ...]
    tokens: tuple[int, ...]
    seconds: float
    error_id: str | None = None


def continuations(
    engine: Engine, lengths: Mapping[tuple[int, ...], int], end_of_text_id: int | None
) -> Iterator[Continuation]:
    """Continue every prompt greedily by as many tokens as `lengths` says, in its order.

    All of them run at once, as far as the engine has slots. The engine must be idle.
    """
    start, prompts, done = perf_counter(), list(lengths), {}
    for number, (prompt, length) in enumerate(lengths.items()):
        engine.add(Request(number, prompt, SamplingParams(max_new_tokens=length)))
    tokens: dict[int, list[int]] = {number: [] for number in range(len(prompts))}
    while engine.scheduler.num_running or engine.scheduler.num_waiting:
        for event in engine.step():
            id_, reason = event.request_id, event.finish_reason
            if event.token is not None:
                tokens[id_].append(event.token)
            if reason is FinishReason.END_OF_TEXT and end_of_text_id is not None:
                tokens[id_].append(end_of_text_id)
            if reason is not None:
                seconds = perf_counter() - start
                done[id_] = Continuation(prompts[id_], tuple(tokens[id_]), seconds, event.error_id)
    yield from (done[number] for number in range(len(prompts)))
