"""The use case *settings*: what admins set for their server, and the context people reset."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from bot.domain.blocked import with_blocked, without_blocked
from bot.domain.classifier import Use
from bot.domain.conversation import Asker, Conversation
from bot.domain.decency import DecencyLevel
from bot.domain.errors import InvalidParameter, ModelUnavailable, UnknownModel
from bot.domain.model_spec import ModelSpec
from bot.domain.rate_limit import Limit
from bot.domain.sampling import SamplingParams
from bot.domain.server_settings import LimitSettings, ServerSettings
from bot.domain.template import Template, template_named
from bot.domain.topic_guard import NOT_CONFIGURED, GuardMode
from bot.service.access import require_admin
from bot.service.classifier_ports import Classifiers
from bot.service.defaults import Defaults
from bot.service.ports import ModelPool, Store


@dataclasses.dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """A server's settings with the defaults filled in, and what was set by its admins.

    `has_topic_guard` tells whether there is a classifier, without which the guard is off.
    """

    threads: str
    model: str
    temperature: float
    top_p: float
    length: str
    limits: LimitSettings
    handbook: bool
    decency: DecencyLevel
    topic_guard: GuardMode
    has_topic_guard: bool
    stored: ServerSettings


class SettingsService:
    """Settings of one server. Showing is for everybody, setting for admins."""

    def __init__(
        self, store: Store, models: ModelPool, defaults: Defaults, classifiers: Classifiers
    ) -> None:
        self._store = store
        self._models = models
        self._defaults = defaults
        self._classifiers = classifiers

    async def show(self, server: str) -> EffectiveSettings:
        """What holds on a server now."""
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(server)
        spec = self._spec(settings)
        sampling = self._defaults.sampling_for(
            settings,
            seed=0,
            length=None,
            template=self._template(spec),
            shape=spec.shape if spec is not None else None,
        )
        return EffectiveSettings(
            threads=self._defaults.threads_for(settings),
            model=self._defaults.model_for(settings),
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            length=settings.length or self._defaults.length,
            limits=self._defaults.limits_for(settings),
            handbook=self._defaults.handbook_for(settings),
            decency=self._defaults.decency_for(settings),
            topic_guard=self._defaults.guard_for(settings),
            has_topic_guard=self._classifiers.has(Use.TOPIC_GUARD),
            stored=settings,
        )

    def _spec(self, settings: ServerSettings) -> ModelSpec | None:
        """The model that answers, if it is still known."""
        try:
            return self._models.spec(self._defaults.model_for(settings))
        except UnknownModel:
            return None

    def _template(self, spec: ModelSpec | None) -> Template | None:
        """Its template, if that is still known."""
        try:
            return template_named(spec.template) if spec is not None else None
        except ModelUnavailable:
            return None

    async def change(self, asker: Asker, server: str, **changes: Any) -> EffectiveSettings:
        """Set fields of `ServerSettings`; None goes back to the default.

        Raises:
            NotAllowed: not an admin.
            InvalidParameter: a value is out of range, nothing was named, or the topic guard
                has no classifier.
        """
        if not changes:
            raise InvalidParameter("Nothing to set: please name at least one setting.")
        sampling = {key: changes[key] for key in ("temperature", "top_p") if changes.get(key)}
        SamplingParams(**sampling)
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(server)
            require_admin(asker, settings, "change this server's settings")
            wants_guard = changes.get("topic_guard") not in (None, GuardMode.OFF)
            if wants_guard and not self._classifiers.has(Use.TOPIC_GUARD):
                raise InvalidParameter(NOT_CONFIGURED)
            await transaction.servers.put(server, dataclasses.replace(settings, **changes))
        return await self.show(server)

    async def change_limits(
        self,
        asker: Asker,
        server: str,
        *,
        scope: str,
        count: int | None,
        period_seconds: int | None,
    ) -> EffectiveSettings:
        """Set the limit of `person`, `channel` or `server`; both None restore the default.

        Raises:
            NotAllowed: not an admin.
            InvalidParameter: unknown scope, only half a limit, or out of range.
        """
        if scope not in ("person", "channel", "server"):
            raise InvalidParameter("A limit is for person, channel or server.")
        if (count is None) != (period_seconds is None):
            raise InvalidParameter(
                "Please give both a count and a period, or leave out both for the default."
            )
        limit = None
        if count is not None and period_seconds is not None:
            limit = Limit(count, period_seconds)
        return await self.change(asker, server, **{f"{scope}_limit": limit})

    async def block(self, asker: Asker, server: str, entry: str) -> Sequence[str]:
        """Let a word or phrase never be shown; returns all that are blocked.

        Raises:
            NotAllowed: not an admin.
            InvalidParameter: no word, too long, there already, or the list is full.
        """
        return await self._reblock(asker, server, lambda blocked: with_blocked(blocked, entry))

    async def unblock(self, asker: Asker, server: str, entry: str) -> Sequence[str]:
        """Let it be shown again; returns all that are blocked.

        Raises:
            NotAllowed: not an admin.
            InvalidParameter: it is not blocked.
        """
        return await self._reblock(asker, server, lambda blocked: without_blocked(blocked, entry))

    async def blocked(self, asker: Asker, server: str) -> Sequence[str]:
        """What is blocked; a list of such words is not for everybody.

        Raises:
            NotAllowed: not an admin.
        """
        return await self._reblock(asker, server, lambda blocked: blocked)

    async def _reblock(
        self,
        asker: Asker,
        server: str,
        changed: Callable[[tuple[str, ...]], tuple[str, ...]],
    ) -> Sequence[str]:
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(server)
            require_admin(asker, settings, "see or change what is blocked")
            blocked = changed(settings.blocked)
            if blocked != settings.blocked:
                settings = dataclasses.replace(settings, blocked=blocked)
                await transaction.servers.put(server, settings)
        return blocked

    async def reset(self, conversation: Conversation) -> int:
        """Forget a conversation's context; returns how many turns were forgotten."""
        async with self._store.transaction() as transaction:
            return await transaction.turns.clear(conversation)
