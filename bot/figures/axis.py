"""Axes: round numbers that a scale is marked with."""

import math


def ticks(most: float, count: int = 4) -> list[float]:
    """Round numbers from 0 to at least `most`, about so many steps apart."""
    if not most > 0 or not math.isfinite(most):
        return [0.0, 1.0]
    rough = most / count
    power = 10 ** math.floor(math.log10(rough))
    step = next(
        (unit * power for unit in (1, 2, 2.5, 5) if unit * power >= rough * 0.999), 10 * power
    )
    return [step * index for index in range(math.ceil(most / step - 1e-9) + 1)]
