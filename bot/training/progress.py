"""How far a training run is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """After one step: loss of its batch, learning rate, speed."""

    step: int
    num_steps: int
    loss: float
    rate: float
    tokens_per_second: float
