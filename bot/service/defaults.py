"""What holds where neither the person nor the server said anything."""

import dataclasses
from dataclasses import dataclass, field

from bot.domain.conversation import Length
from bot.domain.sampling import SamplingParams
from bot.domain.server_settings import LimitSettings, ServerSettings, ThreadsMode


@dataclass(frozen=True, slots=True)
class Defaults:
    """The installation's defaults, from the configuration."""

    model: str = "starter"
    sampling: SamplingParams = field(
        default_factory=lambda: SamplingParams(
            temperature=0.7, top_p=0.9, repetition_penalty=1.1, no_repeat_ngram=3
        )
    )
    length: Length = Length.NORMAL
    limits: LimitSettings = field(default_factory=LimitSettings)
    threads: ThreadsMode = ThreadsMode.AUTO

    def threads_for(self, settings: ServerSettings) -> ThreadsMode:
        """Whether an answer opens a thread on a server."""
        return settings.threads or self.threads

    def limits_for(self, settings: ServerSettings) -> LimitSettings:
        """The rate limits of a server."""
        return LimitSettings(
            person=settings.person_limit or self.limits.person,
            channel=settings.channel_limit or self.limits.channel,
            server=settings.server_limit or self.limits.server,
        )

    def model_for(self, settings: ServerSettings) -> str:
        """The model that answers on a server."""
        return settings.model or self.model

    def sampling_for(
        self, settings: ServerSettings, *, seed: int, length: Length | None, stop: tuple[str, ...]
    ) -> SamplingParams:
        """Sampling of an answer: the person's wishes over the server's over the defaults."""
        chosen = length or settings.length or self.length
        temperature = settings.temperature
        return dataclasses.replace(
            self.sampling,
            max_new_tokens=chosen.max_new_tokens,
            temperature=self.sampling.temperature if temperature is None else temperature,
            top_p=settings.top_p or self.sampling.top_p,
            seed=seed,
            stop=stop,
        )
