"""Pictures of concepts that need no text: pure computations for `/learn`."""

import math
import random
from collections.abc import Callable, Sequence
from functools import partial

from bot.domain.charts import Bars, Curves, HeatMap, Series, Sheet

LOGITS = (2.0, 1.0, 0.0)
_ANIMALS = {
    "cat": (0.9, 0.2, 0.0),
    "kitten": (0.9, 0.1, 0.0),
    "dog": (0.9, 0.4, 0.0),
    "car": (0.0, 0.8, 0.9),
    "bus": (0.0, 1.0, 0.9),
}
"""Invented embeddings of width 3: how much of an animal, how large, how much of a machine."""
WARM_UP = 0.1
_IMAGE = ((0, 0, 0, 1, 1, 1),) * 6
_EDGE = ((-1, 0, 1),) * 3


def softmax_of_logits(_: str) -> Sheet:
    """Three logits, and the probabilities that softmax makes of them."""
    labels = tuple(f"logit {logit:g}" for logit in LOGITS)
    return Sheet(
        "Softmax",
        (
            Bars("Before softmax", labels, (Series("logit", LOGITS),), "logit"),
            Bars(
                "After softmax",
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
        (Bars("Softmax of logits / T", labels, series, "probability"),),
    )


def activations(_: str) -> Sheet:
    """Four activation functions between -3 and 3."""
    inputs = tuple(step / 5 for step in range(-15, 16))
    functions: tuple[tuple[str, Callable[[float], float]], ...] = (
        ("ReLU", lambda x: max(0.0, x)),
        ("GELU", lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
        ("tanh", math.tanh),
        ("sigmoid", lambda x: 1 / (1 + math.exp(-x))),
    )
    return Sheet(
        "Activation functions",
        (_curves("Output by input", inputs, functions, "input", "output"),),
    )


def schedules(_: str) -> Sheet:
    """Warm-up with a cosine, and with a straight line, over a training of 100 %."""
    shares = tuple(step / 100 for step in range(0, 101, 2))
    falls: tuple[tuple[str, Callable[[float], float]], ...] = (
        ("cosine", lambda done: (1 + math.cos(math.pi * done)) / 2),
        ("linear", lambda done: 1 - done),
    )
    functions = tuple((name, partial(_scheduled, fall)) for name, fall in falls)
    chart = _curves("Warm-up, then down", shares, functions, "share of training", "of the peak")
    return Sheet("Learning-rate schedules", (chart,))


def descent(_: str) -> Sheet:
    """Where x is after so many steps on the loss x², from 1 at three learning rates."""
    rates, steps = (0.05, 0.4, 0.95), tuple(map(float, range(9)))
    functions = tuple((f"rate {rate:g}", partial(pow, 1 - 2 * rate)) for rate in rates)
    chart = _curves("Crawling, good, jumping", steps, functions, "step", "x")
    return Sheet("Gradient descent on x²", (chart,))


def surprise(_: str) -> Sheet:
    """The cross-entropy of one token by the probability that the model gave it."""
    shares = tuple(step / 50 for step in range(1, 51))
    functions = (("-log p", lambda share: abs(math.log(share))),)
    chart = _curves("Loss by probability", shares, functions, "p of the right class", "nats")
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
            HeatMap("One-hot vectors", words, words, one_hot, "", "", "cosine"),
            HeatMap("Embeddings", words, words, learned, "", "", "cosine"),
        ),
    )


def dropped(_: str) -> Sheet:
    """Eight activations in five training steps with a dropout of one half."""
    rng = random.Random(1)
    values = tuple(tuple(2.0 if rng.random() < 0.5 else 0.0 for _ in range(8)) for _ in range(5))
    chart = HeatMap(
        "p = 0.5: zeroed or doubled",
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
            _grid("Input", _IMAGE),
            _grid("Kernel", _EDGE),
            _grid("Output", found),
        ),
    )


def softmax(logits: Sequence[float], temperature: float = 1.0) -> tuple[float, ...]:
    """Probabilities of logits, rounded for a picture."""
    powers = [math.exp(logit / temperature) for logit in logits]
    return tuple(round(power / sum(powers), 3) for power in powers)


def _curves(
    title: str,
    places: tuple[float, ...],
    functions: Sequence[tuple[str, Callable[[float], float]]],
    place_name: str,
    value_name: str,
) -> Curves:
    series = tuple(
        Series(name, tuple(round(function(place), 3) for place in places))
        for name, function in functions
    )
    return Curves(title, places, series, place_name, value_name)


def _scheduled(fall: Callable[[float], float], share: float) -> float:
    """The learning rate at a share of the training, the first tenth of which warms up."""
    return share / WARM_UP if share < WARM_UP else fall((share - WARM_UP) / (1 - WARM_UP))


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
