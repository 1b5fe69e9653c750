"""How far a completion or the loading of a model is: what generation tells its callers."""

from dataclasses import dataclass

from bot.domain.sampling import FinishReason


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest state of one completion.

    `position` counts the requests ahead while it waits and is None once it runs. `text` is
    the whole text so far, free of half characters and of a stop string's beginning.
    `finish_reason` is set on the last one only.
    `eta_seconds` is the expected wait until it starts, known only while it waits; `error_id`
    names the log entry of a failure. `logprob` is the sum of the tokens' natural
    log-probabilities, as the model gave them before sampling changed them.
    """

    text: str
    num_new_tokens: int
    position: int | None = None
    eta_seconds: float | None = None
    finish_reason: FinishReason | None = None
    error_id: str | None = None
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How far a model's loading is: `share` from 0 to 1."""

    model: str
    stage: str
    share: float

    @property
    def words(self) -> str:
        """What happens to the model right now, for people."""
        verb = {"download": "Downloading", "load": "Loading"}.get(self.stage, "Preparing")
        return f"{verb} {self.model}"
