"""Pictures of concepts that need no text: pure computations for `/learn`."""

import math
import random
from collections.abc import Callable, Sequence

from bot.domain.charts import Bars, HeatMap, Series, Sheet

LOGITS = (2.0, 1.0, 0.0)
_ANIMALS = {
    "cat": (0.9, 0.2, 0.0),
    "kitten": (0.9, 0.1, 0.0),
    "dog": (0.9, 0.4, 0.0),
    "car": (0.0, 0.8, 0.9),
    "bus": (0.0, 1.0, 0.9),
}
"""Invented embeddings of width 3: how much of an animal, how large, how much of a machine."""
_STEPS = 21
_IMAGE = ((0, 0, 0, 1, 1, 1),) * 6
_EDGE = ((-1, 0, 1),) * 3


def softmax_of_logits(_: str) -> Sheet:
    """Three logits, and the probabilities that softmax makes of them."""
    labels = tuple(f"logit {logit:g}" for logit in LOGITS)
    return Sheet(
        "Softmax",
        (
            Bars("Before: any numbers", labels, (Series("logit", LOGITS),), "logit"),
            Bars(
                "After softmax: positive, with sum 1",
                labels,
                (Series("probability", softmax(LOGITS)),),
                "probability",
            ),
        ),
    )


def temperatures(_: str) -> Sheet:
    """The same three logits at three temperatures."""
    labels = tuple(f"logit {logit:g}" for logit in LOGITS)
    series = tuple(
        Series(f"T = {temperature:g}", softmax(LOGITS, temperature))
        for temperature in (0.5, 1.0, 2.0)
    )
    return Sheet(
        "Temperature",
        (Bars("Low sharpens, high flattens, the order stays", labels, series, "probability"),),
    )


def activations(_: str) -> Sheet:
    """Four activation functions between -3 and 3."""
    inputs = tuple(range(-3, 4))
    functions: tuple[tuple[str, Callable[[float], float]], ...] = (
        ("sigmoid", lambda x: 1 / (1 + math.exp(-x))),
        ("tanh", math.tanh),
        ("ReLU", lambda x: max(0.0, x)),
        ("GELU", lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
    )
    series = tuple(
        Series(name, tuple(round(function(x), 3) for x in inputs)) for name, function in functions
    )
    labels = tuple(f"{x:g}" for x in inputs)
    return Sheet("Activation functions", (Bars("Output by input", labels, series, "output"),))


def schedules(_: str) -> Sheet:
    """Warm-up with a cosine, and with a straight line, over a training of 100 %."""
    shares = tuple(step / (_STEPS - 1) for step in range(_STEPS))
    warm_up = 0.1
    series = tuple(
        Series(
            name,
            tuple(
                round(share / warm_up if share < warm_up else fall(_progress(share, warm_up)), 3)
                for share in shares
            ),
        )
        for name, fall in (
            ("cosine", lambda done: (1 + math.cos(math.pi * done)) / 2),
            ("linear", lambda done: 1 - done),
        )
    )
    labels = tuple(f"{share:.0%}" for share in shares)
    chart = Bars(
        "Learning rate, as a share of its peak, during training", labels, series, "share of peak"
    )
    return Sheet("Learning-rate schedules", (chart,))


def descent(_: str) -> Sheet:
    """The loss x² from x = 1 at three learning rates."""
    rates, steps = (0.05, 0.4, 0.95), range(9)
    series = tuple(
        Series(f"rate {rate:g}", tuple(round((1 - 2 * rate) ** (2 * step), 3) for step in steps))
        for rate in rates
    )
    labels = tuple(f"step {step}" for step in steps)
    return Sheet(
        "Gradient descent on x²",
        (Bars("Too small crawls, too large jumps to and fro", labels, series, "loss"),),
    )


def surprise(_: str) -> Sheet:
    """The cross-entropy of one token by the probability that the model gave it."""
    shares = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
    chart = Bars(
        "Loss of the right class by its probability",
        tuple(f"{share:.0%}" for share in shares),
        (Series("-log p", tuple(round(abs(math.log(share)), 2) for share in shares)),),
        "nats",
    )
    return Sheet("Cross-entropy", (chart,))


def embeddings(_: str) -> Sheet:
    """How alike five words are, as one-hot vectors and as small invented embeddings."""
    words = tuple(_ANIMALS)
    one_hot = tuple(tuple(float(row == column) for column in words) for row in words)
    learned = tuple(
        tuple(round(_cosine(_ANIMALS[row], _ANIMALS[column]), 2) for column in words)
        for row in words
    )
    return Sheet(
        "How alike two words are",
        (
            HeatMap("One-hot: every word is a stranger", words, words, one_hot, "", "", "cosine"),
            HeatMap("Embeddings: likeness shows", words, words, learned, "", "", "cosine"),
        ),
    )


def dropped(_: str) -> Sheet:
    """Eight activations in five training steps with a dropout of one half."""
    rng = random.Random(1)
    values = tuple(tuple(2.0 if rng.random() < 0.5 else 0.0 for _ in range(8)) for _ in range(5))
    chart = HeatMap(
        "Activations of 1 with p = 0.5: zeroed, or doubled",
        tuple(f"step {step}" for step in range(1, 6)),
        tuple(f"unit {unit}" for unit in range(1, 9)),
        values,
        "training step",
        "unit",
        "value",
    )
    return Sheet("Dropout", (chart,))


def edges(_: str) -> Sheet:
    """A small image with an edge, and what a kernel for such edges makes of it."""
    size = len(_IMAGE) - len(_EDGE) + 1
    found = tuple(
        tuple(
            float(
                sum(
                    _EDGE[i][j] * _IMAGE[row + i][column + j]
                    for i in range(len(_EDGE))
                    for j in range(len(_EDGE))
                )
            )
            for column in range(size)
        )
        for row in range(size)
    )
    return Sheet(
        "Convolution",
        (
            _grid("Input: dark on the left, bright on the right", _IMAGE),
            _grid("Kernel: bright right of dark", _EDGE),
            _grid("Output: where the edge is", found),
        ),
    )


def softmax(logits: Sequence[float], temperature: float = 1.0) -> tuple[float, ...]:
    """Probabilities of logits, rounded for a picture."""
    powers = [math.exp(logit / temperature) for logit in logits]
    return tuple(round(power / sum(powers), 3) for power in powers)


def _progress(share: float, warm_up: float) -> float:
    return (share - warm_up) / (1 - warm_up)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))


def _grid(title: str, values: Sequence[Sequence[float]]) -> HeatMap:
    return HeatMap(
        title,
        ("",) * len(values),
        ("",) * len(values[0]),
        tuple(tuple(float(value) for value in row) for row in values),
    )
