"""What holds where neither the person nor the server said anything."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from bot.domain.conversation import Length
from bot.domain.decency import DecencyLevel
from bot.domain.prompt import Template
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
    handbook: bool = True
    decency: DecencyLevel = DecencyLevel.STANDARD

    def decency_for(self, settings: ServerSettings) -> DecencyLevel:
        """How much is withheld on a server."""
        return settings.decency or self.decency

    def handbook_for(self, settings: ServerSettings) -> bool:
        """Whether answers on a server may be taken from the handbook."""
        return self.handbook if settings.handbook is None else settings.handbook

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
        self,
        settings: ServerSettings,
        *,
        seed: int,
        length: Length | None,
        template: Template | None = None,
    ) -> SamplingParams:
        """Sampling of an answer: the person's wishes over the server's over the defaults.

        With a template its stop strings hold, and its sampling where the server set none.
        """
        chosen = length or settings.length or self.length
        wanted: dict[str, Any] = dict(template.sampling) if template else {}
        if settings.temperature is not None:
            wanted["temperature"] = settings.temperature
        if settings.top_p is not None:
            wanted["top_p"] = settings.top_p
        return dataclasses.replace(
            self.sampling,
            max_new_tokens=chosen.max_new_tokens,
            seed=seed,
            stop=template.stop if template else (),
            **wanted,
        )
