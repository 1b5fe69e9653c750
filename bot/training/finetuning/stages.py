"""How far a run is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """After one step: its loss, the tokens it read, and the latest loss on what is held back."""

    step: int
    num_steps: int
    loss: float
    num_tokens: int
    validation_loss: float | None
