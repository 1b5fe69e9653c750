"""The use case *models*: list, show, and which one answers on a server."""

import dataclasses
from collections.abc import Callable, Sequence

from bot.domain.conversation import Asker
from bot.domain.errors import NotAllowed
from bot.domain.model_spec import ModelSpec, ModelStatus
from bot.domain.progress import LoadProgress
from bot.service.access import require_admin
from bot.service.chosen_model import chosen_model
from bot.service.defaults import Defaults
from bot.service.ports import ModelPool, Store


class ModelService:
    """The catalogue as people see it; switching is for admins."""

    def __init__(self, store: Store, models: ModelPool, defaults: Defaults) -> None:
        self._store = store
        self._models = models
        self._defaults = defaults
        self._switching: dict[str, tuple[str, str]] = {}

    async def list(self) -> Sequence[ModelStatus]:
        """Every model of the catalogue."""
        return await self._models.statuses()

    async def show(self, name: str) -> ModelStatus:
        """One model.

        Raises:
            UnknownModel: names the known ones.
        """
        self._models.spec(name)
        statuses = await self._models.statuses()
        return next(status for status in statuses if status.spec.name == name)

    async def current(self, server: str) -> ModelSpec:
        """The model that answers on a server.

        Raises:
            UnknownModel: the server's choice is no longer in the catalogue.
        """
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(server)
        return chosen_model(self._models, self._defaults, settings)

    async def current_name(self, server: str) -> str:
        """The name of the model that is to answer on a server, known or not."""
        async with self._store.reading() as transaction:
            return self._defaults.model_for(await transaction.servers.get(server))

    async def switch(
        self,
        asker: Asker,
        server: str,
        name: str,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> ModelSpec:
        """Load `name` beside the old model, then let it answer on this server.

        The old model answers until the new one is there; a failure changes nothing.

        Raises:
            NotAllowed: not an admin, or another admin's switch is running.
            UnknownModel, ModelUnavailable, NotEnoughMemory: why it cannot be.
        """
        return await self._change(asker, server, name, name, on_progress)

    async def use_default(
        self,
        asker: Asker,
        server: str,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> ModelSpec:
        """Go back to the installation's default model; otherwise like `switch`.

        Raises:
            NotAllowed, UnknownModel, ModelUnavailable, NotEnoughMemory: as `switch`.
        """
        return await self._change(asker, server, self._defaults.model, None, on_progress)

    async def _change(
        self,
        asker: Asker,
        server: str,
        name: str,
        stored: str | None,
        on_progress: Callable[[LoadProgress], None] | None,
    ) -> ModelSpec:
        """Load `name`, then store `stored` as what the server's admins chose."""
        async with self._store.reading() as transaction:
            require_admin(asker, await transaction.servers.get(server), "switch the model")
        spec = self._models.spec(name)
        if server in self._switching:
            other, wanted = self._switching[server]
            raise NotAllowed(
                f"{other} is switching this server to {wanted} right now; please wait until "
                "that is done and try again."
            )
        self._switching[server] = (asker.name, name)
        try:
            async with self._models.lease(name, on_progress):
                await self._store_model(server, stored)
        finally:
            del self._switching[server]
        return spec

    async def _store_model(self, server: str, name: str | None) -> None:
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(server)
            await transaction.servers.put(server, dataclasses.replace(settings, model=name))
