"""Fits the constants of a confidence to answers whose worth is known.

Logistic regression by Newton's method with a ridge, so that few examples do not make large
constants; then the threshold: the lowest probability above which at most a given share of the
questions without an answer would still be answered. The threshold is chosen with probabilities
that were held out: each from constants which had not seen the question's document.
"""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.confidence import Logistic

RIDGE = 1.0
"""For figures from 0 to about 1; the bias has none."""
NUM_FOLDS = 10
DIGITS = 4
"""Decimal places of what is fitted."""
NUM_STEPS = 50


@dataclass(frozen=True, slots=True)
class Example:
    """The figures of an answer, whether it was right, and whether its question has one.

    `document` holds what the question is about: examples of one document stay together when
    some are held out. Without figures nothing was found, and the probability is 0.
    """

    figures: Mapping[str, float]
    is_right: bool
    answerable: bool = True
    document: str = ""


def fitted(examples: Sequence[Example], names: Sequence[str]) -> Logistic:
    """The regression that makes the examples most likely; needs one of each kind.

    Raises:
        ValueError: all examples are right, or all are wrong.
    """
    if len({example.is_right for example in examples}) < 2:
        raise ValueError("right and wrong answers are both needed")
    rows = [[1.0, *(example.figures.get(name, 0.0) for name in names)] for example in examples]
    targets = [float(example.is_right) for example in examples]
    weights = [0.0] * (len(names) + 1)
    ridge = [1e-6, *[RIDGE] * len(names)]
    for _ in range(NUM_STEPS):
        gradient = [-each * weight for each, weight in zip(ridge, weights, strict=True)]
        hessian = [
            [each * (row == col) for col in range(len(weights))] for row, each in enumerate(ridge)
        ]
        for row, target in zip(rows, targets, strict=True):
            probability = _sigmoid(sum(w * x for w, x in zip(weights, row, strict=True)))
            slope = probability * (1 - probability)
            for i, x in enumerate(row):
                gradient[i] += (target - probability) * x
                for j, y in enumerate(row):
                    hessian[i][j] += slope * x * y
        step = solve(hessian, gradient)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-8:
            break
    return Logistic(weights[0], dict(zip(names, weights[1:], strict=True)))


def rounded(logistic: Logistic) -> Logistic:
    """With as many digits as can be read and copied; further ones change nothing."""
    weights = {name: round(weight, DIGITS) for name, weight in logistic.weights.items()}
    return Logistic(round(logistic.bias, DIGITS), weights)


def held_out(
    examples: Sequence[Example], names: Sequence[str], learnt_from: Sequence[Example]
) -> list[float]:
    """The probability of each example by constants fitted without those of its fold.

    `learnt_from` are the examples that may be fitted to; a document is in one fold only.

    Raises:
        ValueError: without some fold all examples are right, or all are wrong.
    """
    folds = {_fold(example) for example in examples}
    models = {
        fold: fitted([each for each in learnt_from if _fold(each) != fold], names) for fold in folds
    }
    return [
        models[_fold(each)].probability(each.figures) if each.figures else 0.0 for each in examples
    ]


def threshold(
    examples: Sequence[Example], probabilities: Sequence[float], tolerated: float
) -> float:
    """The lowest probability at which at most `tolerated` of unanswerable ones are answered.

    Of those at least 0.5: an answer that is more likely wrong than right is none. Rounded up.
    """
    unanswerable = sorted(
        (p for each, p in zip(examples, probabilities, strict=True) if not each.answerable),
        reverse=True,
    )
    allowed = int(tolerated * len(unanswerable))
    if allowed >= len(unanswerable):
        return 0.5
    steps = 10.0**DIGITS
    return max(0.5, math.floor(unanswerable[allowed] * steps + 1) / steps)


def _fold(example: Example) -> int:
    return zlib.crc32(example.document.encode()) % NUM_FOLDS


def solve(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """x of matrix · x = vector, by elimination with pivots."""
    size = len(vector)
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for col in range(size):
        pivot = max(range(col, size), key=lambda row: abs(rows[row][col]))
        rows[col], rows[pivot] = rows[pivot], rows[col]
        for row in range(col + 1, size):
            factor = rows[row][col] / rows[col][col]
            for k in range(col, size + 1):
                rows[row][k] -= factor * rows[col][k]
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(rows[row][k] * solution[k] for k in range(row + 1, size))
        solution[row] = (rows[row][size] - known) / rows[row][row]
    return solution


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
