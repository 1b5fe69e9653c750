"""What a system is given to do, and how it tells that it did it."""

from collections.abc import Callable
from dataclasses import dataclass

Generate = Callable[[list[list[int]], int], list[float]]
"""(prompts, steps) → `time.perf_counter()` when every stream had its first token, and after
each of `steps` further tokens of every stream."""


@dataclass(frozen=True, slots=True)
class Workload:
    """`streams` prompts of `prompt_tokens` ids at once, then `steps` tokens for each."""

    streams: int
    prompt_tokens: int
    steps: int
