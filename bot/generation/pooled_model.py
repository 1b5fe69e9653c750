"""One model of the pool: loaded or being loaded, with everybody who wants it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import torch

from bot.domain.error_id import new_error_id
from bot.domain.errors import BotError, ModelUnavailable, NotEnoughMemory
from bot.domain.model_spec import ModelSpec
from bot.domain.progress import LoadProgress
from bot.generation.checkpoint import LoadCancelled
from bot.generation.download import DownloadProgress
from bot.generation.hardware import is_out_of_memory, return_memory, step_back
from bot.generation.resident import ModelFiles, Resident

log = logging.getLogger(__name__)

ProgressCallback = Callable[[LoadProgress], None]
Prepare = Callable[[Callable[[DownloadProgress], None]], ModelFiles]
"""Finds, or fetches, and checks the files of a model; blocks."""


class PooledModel:
    """A model with a thread that loads it, and then one that computes its steps.

    The first steps back behind other models' threads; the second computes with `num_threads`
    cores. `num_bytes` is what the model has reserved in the budget, `last_used` a count that
    is higher for whatever was used later; both belong to the pool, as do the leases. Belongs
    to the event loop.
    """

    def __init__(self, spec: ModelSpec, num_threads: int) -> None:
        self.spec = spec
        self.num_leases = 0
        self.last_used = 0
        self.num_bytes = 0
        self.resident: Resident | None = None
        self.loading: asyncio.Task[None] | None = None
        self._is_abandoned = False
        self._loader = ThreadPoolExecutor(1, f"load-{spec.name}", initializer=step_back)
        self._executor = ThreadPoolExecutor(
            1, f"model-{spec.name}", initializer=torch.set_num_threads, initargs=(num_threads,)
        )
        self._progress: LoadProgress | None = None
        self._listeners: list[ProgressCallback] = []

    @property
    def is_idle(self) -> bool:
        """Whether it is loaded and nobody holds it."""
        return self.resident is not None and not self.num_leases

    async def load(self, prepare: Prepare, make_room: Callable[[int], Awaitable[None]]) -> None:
        """Read the files and begin to serve; `make_room` reserves the bytes that it takes.

        Raises:
            NotEnoughMemory: the budget or the machine has no room for it.
            ModelUnavailable: its files cannot be had or used; or a bug, logged with the id
                that the sentence tells.
            LoadCancelled: it was abandoned.
        """
        try:
            await self._load(prepare, make_room)
            return
        except (BotError, LoadCancelled):
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits is told a sentence
            refusal = self._refusal(error)
        # Raised out here the refusal does not keep the error, whose frames hold the weights.
        raise refusal

    async def _load(self, prepare: Prepare, make_room: Callable[[int], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()

        def report(stage: str, share: float) -> None:
            loop.call_soon_threadsafe(self._publish, stage, share)

        def downloaded(progress: DownloadProgress) -> None:
            if self._is_abandoned:
                raise LoadCancelled
            report("download", progress.share)

        self._publish("load", 0.0)
        files = await loop.run_in_executor(self._loader, prepare, downloaded)
        await make_room(files.num_bytes)
        engine = await loop.run_in_executor(
            self._loader,
            lambda: files.load(lambda share: report("load", share), lambda: self._is_abandoned),
        )
        # Until its next task the thread may hold what it returned: the weights.
        await loop.run_in_executor(self._loader, int)
        self._loader.shutdown(wait=False)
        self.resident = Resident(self.spec, files, engine, self._executor)
        self._publish("ready", 1.0)

    async def loaded(self, on_progress: ProgressCallback | None = None) -> Resident:
        """Wait for the end of the load, which goes on if this is cancelled.

        Raises:
            ModelUnavailable, NotEnoughMemory: see `load`.
        """
        if self.resident is None and self.loading is not None:
            if on_progress is not None:
                self._listeners.append(on_progress)
                if self._progress is not None:
                    on_progress(self._progress)
            try:
                await asyncio.shield(self.loading)
            except LoadCancelled:
                raise ModelUnavailable("The bot is shutting down.") from None
            finally:
                if on_progress is not None:
                    self._listeners.remove(on_progress)
        if self.resident is None:
            raise ModelUnavailable(f"{self.spec.name} was unloaded; please ask again.")
        return self.resident

    def abandon(self) -> None:
        """Let a load that is running end soon."""
        self._is_abandoned = True

    def drop(self) -> None:
        """After a load that failed: nothing runs in the threads any more."""
        self._is_abandoned = True
        self._loader.submit(return_memory)
        self._loader.shutdown(wait=False)

    async def unload(self) -> None:
        """End every request and give the memory back."""
        resident, self.resident = self.resident, None
        if resident is not None:
            await resident.close()
        del resident  # the last reference to the weights
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, return_memory)
        self._executor.shutdown(wait=False)

    def _refusal(self, error: Exception) -> ModelUnavailable:
        """What a person reads of an error that no check foresaw."""
        name = self.spec.name
        if is_out_of_memory(error):
            log.warning("%s cannot be loaded: %s", name, str(error) or "out of memory")
            return NotEnoughMemory(
                f"There is not enough free memory to load {name} now; choose a smaller model, or "
                "free memory and ask again."
            )
        error_id = new_error_id()
        log.error("%s cannot be loaded (%s)", name, error_id, exc_info=error)
        return ModelUnavailable(
            f"{name} cannot be loaded because of an error on my side; tell an admin the error id "
            f"{error_id}."
        )

    def _publish(self, stage: str, share: float) -> None:
        """Tell everybody who waits; on the event loop.

        Each is told in a callback of its own: an error of one must not end the load.
        """
        self._progress = LoadProgress(self.spec.name, stage, share)
        for listener in self._listeners:
            asyncio.get_running_loop().call_soon(listener, self._progress)
