"""Perplexity: how many equally likely tokens a model hesitates between, on average.

    PPL(x) = exp( −1/n · Σ log p(xᵢ | the tokens before xᵢ in its window) )

A text longer than the context window is read through windows that begin every `stride`
tokens; a window counts only the tokens that no earlier one has counted. A small stride gives
every token more context and takes longer. The very first token of the text, and with a
stride of a whole window the first of each, has nothing before it and is not counted.

Source: "Perplexity of fixed-length models" in the documentation of transformers, whose loop
this is (https://huggingface.co/docs/transformers/perplexity). n counts what was summed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from bot.domain.errors import InvalidParameter
from bot.generation.scoring import Score


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `start` to `stop` are read, those from `first_counted` on are counted."""

    start: int
    stop: int
    first_counted: int


def windows(num_tokens: int, window: int, stride: int) -> Iterator[Window]:
    """The windows over a text of `num_tokens`, each at most `window` tokens.

    Raises:
        InvalidParameter: the stride is not between 1 and `window`.
    """
    if not 1 <= stride <= window:
        raise InvalidParameter(
            f"The stride must be between 1 and {window:,}, the model's context window, "
            f"but is {stride:,}."
        )
    counted = 0
    for start in range(0, num_tokens, stride):
        stop = min(start + window, num_tokens)
        yield Window(start, stop, max(counted, start + 1))
        counted = stop
        if stop == num_tokens:
            return


def perplexity(score: Score, tokens: tuple[int, ...], window: int, stride: int) -> float:
    """The perplexity of a text of at least two tokens.

    Raises:
        InvalidParameter: see `windows`; or the text is too short.
    """
    if len(tokens) < 2:
        raise InvalidParameter("A text needs at least two tokens for a perplexity.")
    total, count = 0.0, 0
    for each in windows(len(tokens), window, stride):
        position = each.start  # of the row that comes next
        for block in score(tokens[each.start : each.stop]):  # (n, V)
            # Row i tells of token i + 1.
            first = max(position, each.first_counted - 1)
            stop = min(position + len(block), each.stop - 1)
            if first < stop:
                rows = torch.arange(first - position, stop - position)
                targets = torch.tensor(tokens[first + 1 : stop + 1])
                total -= float(block[rows, targets].double().sum())
                count += stop - first
            position += len(block)
    try:
        return math.exp(total / count)
    except OverflowError:  # a model that rules the text out
        return math.inf
