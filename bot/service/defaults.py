"""What holds where neither the person nor the server said anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.conversation import Length
from bot.domain.decency import DecencyLevel
from bot.domain.decoding import Method, decoding_for
from bot.domain.model_spec import ModelShape
from bot.domain.sampling import SamplingParams
from bot.domain.server_settings import LimitSettings, ServerSettings, ThreadsMode
from bot.domain.template import Template
from bot.domain.topic_guard import GuardMode


@dataclass(frozen=True, slots=True)
class Defaults:
    """The installation's defaults, from the configuration.

    `sampling` holds the parameters that it names; the others are what suits a model's size.
    """

    model: str = "starter"
    sampling: Mapping[str, float] = field(default_factory=dict)
    method: Method = Method.AUTO
    length: Length = Length.NORMAL
    limits: LimitSettings = field(default_factory=LimitSettings)
    threads: ThreadsMode = ThreadsMode.AUTO
    handbook: bool = True
    decency: DecencyLevel = DecencyLevel.STANDARD
    topic_guard: GuardMode = GuardMode.OFF

    def decency_for(self, settings: ServerSettings) -> DecencyLevel:
        """How much is withheld on a server."""
        return settings.decency or self.decency

    def guard_for(self, settings: ServerSettings) -> GuardMode:
        """What happens on a server to questions that are not about deep learning."""
        return settings.topic_guard or self.topic_guard

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
        shape: ModelShape | None = None,
        wishes: Mapping[str, float] | None = None,
    ) -> SamplingParams:
        """Sampling of an answer: a person's wishes over the server's over the template's.

        With a template its stop strings hold. Without one nothing is known of the text that is
        to go on, so it is sampled once, plainly. Whoever sets a temperature or a nucleus wants to
        have answers sampled.
        """
        chosen = length or settings.length or self.length
        wanted: dict[str, Any] = {**decoding_for(shape, self.method).values(), **self.sampling}
        if template is None:
            wanted |= {"num_candidates": 0, "num_drafts": 1}
        else:
            wanted |= template.sampling
        set_here = {"temperature": settings.temperature, "top_p": settings.top_p}
        named = {name: value for name, value in set_here.items() if value is not None}
        named |= wishes or {}
        if named:
            wanted |= {"num_candidates": 0, **named}
        return SamplingParams(
            max_new_tokens=chosen.max_new_tokens,
            seed=seed,
            stop=template.stop_for(chosen) if template else (),
            **wanted,
        )
