"""Speculative decoding by prompt lookup: guess a few tokens, check all of them in one step.

A step reads every weight once, for one token or for a handful. Answers often repeat what
their prompt says (a definition, a quotation, a name), so the tokens that followed the last
two or three words earlier in the text are a free guess (Saxena 2023, prompt lookup
decoding; the check is Leviathan et al. 2023). The check samples a token behind every
guessed one with the very numbers that it would have been sampled with anyway and keeps
going while the two are equal. So guesses change how long an answer takes, never its
distribution: with the same seed it is the same text, up to the rounding of another batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MATCHED = (3, 2)
"""Lengths of the last words that are looked up, the surer one first."""
MAX_GUESSED = 8
FIRST_RATE = 0.3
"""How often a guess is right before anything is known of a text."""
SMOOTHING = 0.2
ROW_COST = 0.09
"""What one more token makes a step cost, as a share of a step with a single token.

Measured with gpt2-xl in int8 on two cores: 0.04 for two rows, 0.09 a row for four and eight. A
constant and not a clock decides, so that the same requests are always computed in the same
steps.
"""
DEAR_ROW_COST = 0.25
"""The same where products of a few rows have no fast kernel.

Measured with gpt2-xl on the same machine. In float32: 0.04 up to three rows, then a step takes
twice as long: 0.29 at five rows, 0.22 at nine. In bfloat16 that is widened: 0.2 at eight.
"""


@dataclass(frozen=True, slots=True)
class Price:
    """What guesses cost: `row_cost` as above, for steps of at most `max_rows` tokens."""

    row_cost: float
    max_rows: int


class PromptLookup:
    """One text that grows, with its guesses and how often they were right.

    The rate is measured on every token, also on those that nothing was guessed for in the
    step: guessing costs nothing until it is checked.
    """

    def __init__(self, tokens: Iterable[int]) -> None:
        self._tokens: list[int] = []
        self._followers: dict[tuple[int, ...], int] = {}
        self.rate = FIRST_RATE
        for token in tokens:
            self._append(token)

    def extend(self, tokens: Iterable[int]) -> None:
        """Add tokens that were sampled."""
        for token in tokens:
            guess = self.guess(1)
            if guess:
                self.rate += SMOOTHING * ((guess[0] == token) - self.rate)
            self._append(token)

    def guess(self, length: int) -> tuple[int, ...]:
        """What followed the last words the last time; at most `length` tokens."""
        for num_matched in MATCHED:
            start = self._followers.get(tuple(self._tokens[-num_matched:]))
            if start is not None:
                return tuple(self._tokens[start : start + length])
        return ()

    def _append(self, token: int) -> None:
        position = len(self._tokens)
        for num_matched in MATCHED:
            if position >= num_matched:
                self._followers[tuple(self._tokens[-num_matched:])] = position
        self._tokens.append(token)


def num_guesses(rates: list[float], room: int, row_cost: float) -> list[int]:
    """How many tokens to guess for each running text so that tokens per second are highest.

    `rates` are the probabilities that a text's guess is right, so that its j-th one in a row
    brings rateʲ tokens. A step with n rows costs 1 + (n - 1) · `row_cost`; rows are added,
    the best first, while they bring more for their cost than the step does without them. At
    most `room` rows are added.
    """
    gains = sorted(
        (
            (rate**number, text)
            for text, rate in enumerate(rates)
            for number in range(1, MAX_GUESSED + 1)
        ),
        reverse=True,
    )
    numbers = [0] * len(rates)
    tokens = float(len(rates))
    cost = 1 + (len(rates) - 1) * row_cost
    for gain, text in gains[:room]:
        if gain * cost <= row_cost * tokens:
            break
        numbers[text] += 1
        tokens += gain
        cost += row_cost
    return numbers
