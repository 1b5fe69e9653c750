"""The models of this process under one memory budget: loaded on demand, kept while leased."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import torch

from bot.domain.errors import ModelUnavailable, NotEnoughMemory
from bot.domain.model_spec import ModelSpec, ModelStatus
from bot.domain.progress import LoadProgress
from bot.generation.catalog import Catalog
from bot.generation.checkpoint import LoadCancelled
from bot.generation.download import DownloadProgress
from bot.generation.hardware import (
    available_bytes,
    resolve_device,
    resolve_dtype,
    return_memory,
)
from bot.generation.lease import Lease
from bot.generation.resident import ModelFiles, Resident, ServingLimits

DEFAULT_BUDGET_SHARE = 0.85
ProgressCallback = Callable[[LoadProgress], None]


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """How models are held and served.

    `memory_budget` is in bytes for all models together, None for 85 % of what is available
    when the pool is made; `num_threads` is how many cores one step may use, None for all;
    `download_missing` lets a lease fetch a model that is not on disk.
    """

    device: str = "auto"
    dtype: str = "auto"
    memory_budget: int | None = None
    num_threads: int | None = None
    download_missing: bool = False
    limits: ServingLimits = field(default_factory=ServingLimits)


class _Entry:
    """One model that is loaded or being loaded, with everybody who wants it."""

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.num_leases = 0
        self.last_used = 0
        self.num_bytes = 0  # reserved in the budget
        self.resident: Resident | None = None
        self.is_abandoned = False
        self.executor = ThreadPoolExecutor(1, thread_name_prefix=f"model-{spec.name}")
        self.loading: asyncio.Task[None] | None = None
        self.progress: LoadProgress | None = None
        self.listeners: list[ProgressCallback] = []

    def publish(self, stage: str, share: float) -> None:
        """Tell everybody who waits; on the event loop.

        Each is told in a callback of its own: an error of one must not end the load.
        """
        self.progress = LoadProgress(self.spec.name, stage, share)
        for listener in self.listeners:
            asyncio.get_running_loop().call_soon(listener, self.progress)


class Pool:
    """Resident models; fulfils the services' ModelPool. Belongs to one event loop.

    Every model has one thread of its own, which loads it and then computes its steps, so
    that loading one never holds up another.

    Raises:
        ConfigurationError: `options` name a device or element type that is not there.
    """

    def __init__(self, catalog: Catalog, options: PoolOptions | None = None) -> None:
        self._options = options or PoolOptions()
        self._catalog = catalog
        self._device = resolve_device(self._options.device)
        self._dtype = resolve_dtype(self._options.dtype, self._device)
        budget = self._options.memory_budget
        self._budget = (
            int(DEFAULT_BUDGET_SHARE * available_bytes(self._device)) if budget is None else budget
        )
        self._entries: dict[str, _Entry] = {}
        self._num_uses = 0
        self._is_closed = False

    @property
    def dtype(self) -> str:
        """The element type that models are loaded in."""
        return self._dtype

    @property
    def device(self) -> str:
        """Where models are loaded."""
        return str(self._device)

    @property
    def memory_budget(self) -> int:
        """Bytes for all models together."""
        return self._budget

    @property
    def used_bytes(self) -> int:
        """Bytes reserved for loaded models and those being loaded."""
        return sum(entry.num_bytes for entry in self._entries.values())

    def spec(self, name: str) -> ModelSpec:
        """The catalogue entry.

        Raises:
            UnknownModel: no such name; the text lists the known ones.
        """
        return self._catalog.spec(name)

    def is_loaded(self, name: str) -> bool:
        """Whether the model is in memory now."""
        entry = self._entries.get(name)
        return entry is not None and entry.resident is not None

    async def statuses(self) -> list[ModelStatus]:
        """Every catalogue entry with its state on this machine."""
        return await asyncio.to_thread(self._statuses)

    @asynccontextmanager
    async def lease(
        self, name: str, on_progress: ProgressCallback | None = None
    ) -> AsyncIterator[Lease]:
        """Hold the named model, loading it first where needed.

        Whoever asks for a model that is being loaded waits for the same load; `on_progress`
        is called on the event loop. Leaving cancels completions that have not ended.

        Raises:
            UnknownModel, ModelUnavailable, NotEnoughMemory: a sentence for the person.
        """
        spec = self._catalog.spec(name)
        if self._is_closed:
            raise ModelUnavailable("The bot is shutting down; please ask again in a minute.")
        entry = self._entries.get(name)
        if entry is None:
            entry = self._entries[name] = _Entry(spec)
            entry.loading = asyncio.create_task(self._load(entry), name=f"load {name}")
            # Its failure is told to those who wait; when nobody does any more, to nobody.
            entry.loading.add_done_callback(lambda task: task.cancelled() or task.exception())
        entry.num_leases += 1
        try:
            lease = Lease(await self._loaded(entry, on_progress))
            try:
                yield lease
            finally:
                lease.cancel_all()
        finally:
            entry.num_leases -= 1
            self._num_uses += 1
            entry.last_used = self._num_uses

    async def unload(self, name: str) -> bool:
        """Take an idle model out of memory; False if it is not there or in use."""
        entry = self._entries.get(name)
        if entry is None or entry.resident is None or entry.num_leases:
            return False
        await self._evict([entry])
        return True

    async def close(self) -> None:
        """Cancel every load and request, and give all memory back."""
        self._is_closed = True
        loads = []
        for entry in self._entries.values():
            entry.is_abandoned = True
            loads += [entry.loading] if entry.loading is not None else []
        await self._evict_loaded()
        await asyncio.gather(*loads, return_exceptions=True)
        await self._evict_loaded()  # what was loaded before it noticed

    async def _loaded(self, entry: _Entry, on_progress: ProgressCallback | None) -> Resident:
        """Wait until the entry's model is loaded."""
        if entry.resident is None and entry.loading is not None:
            if on_progress is not None:
                entry.listeners.append(on_progress)
                if entry.progress is not None:
                    on_progress(entry.progress)
            try:
                await asyncio.shield(entry.loading)
            except LoadCancelled:
                raise ModelUnavailable("The bot is shutting down.") from None
            finally:
                if on_progress is not None:
                    entry.listeners.remove(on_progress)
        if entry.resident is None:
            raise ModelUnavailable(f"{entry.spec.name} was unloaded; please ask again.")
        return entry.resident

    async def _load(self, entry: _Entry) -> None:
        loop = asyncio.get_running_loop()
        name = entry.spec.name

        def report(stage: str, share: float) -> None:
            loop.call_soon_threadsafe(entry.publish, stage, share)

        def downloaded(progress: DownloadProgress) -> None:
            if entry.is_abandoned:
                raise LoadCancelled
            report("download", progress.share)

        def prepare() -> ModelFiles:
            if self._options.num_threads is not None:
                torch.set_num_threads(self._options.num_threads)
            if self._options.download_missing and not self._catalog.on_disk(name):
                self._catalog.download(name, downloaded)
            folder = self._catalog.folder(name)
            return ModelFiles(folder, name, self._dtype, self._device)

        try:
            entry.publish("load", 0.0)
            files = await loop.run_in_executor(entry.executor, prepare)
            await self._make_room(entry, files.num_bytes)
            engine = await loop.run_in_executor(
                entry.executor,
                lambda: files.load(
                    self._options.limits,
                    lambda share: report("load", share),
                    lambda: entry.is_abandoned,
                ),
            )
            entry.resident = Resident(entry.spec, files, engine, entry.executor)
            entry.publish("ready", 1.0)
        except BaseException:
            del self._entries[name]
            entry.is_abandoned = True
            entry.executor.shutdown(wait=False)
            raise

    async def _make_room(self, entry: _Entry, need: int) -> None:
        """Reserve `need` bytes for `entry`, evicting idle models, the longest unused first.

        Nothing is evicted unless it helps.

        Raises:
            NotEnoughMemory: even without the idle models it would not fit.
        """
        idle = [e for e in self._entries.values() if e.resident is not None and not e.num_leases]
        idle.sort(key=lambda other: other.last_used)
        loading = [e for e in self._entries.values() if e.resident is None]
        free = available_bytes(self._device) - sum(other.num_bytes for other in loading)
        excess = max(self.used_bytes + need - self._budget, need - free)
        victims = []
        while excess > 0 and idle:
            victims.append(idle.pop(0))
            excess -= victims[-1].num_bytes
        if excess > 0:
            limit = min(self._budget, free + self.used_bytes)
            raise NotEnoughMemory(
                f"{entry.spec.name} needs {_gigabytes(need)} of memory, but models may use "
                f"{_gigabytes(limit)} in all, of which {_gigabytes(self._busy_bytes())} are in use."
            )
        entry.num_bytes = need
        await self._evict(victims)

    def _busy_bytes(self) -> int:
        busy = (e for e in self._entries.values() if e.num_leases or e.resident is None)
        return sum(entry.num_bytes for entry in busy)

    async def _evict_loaded(self) -> None:
        await self._evict([e for e in self._entries.values() if e.resident is not None])

    async def _evict(self, victims: list[_Entry]) -> None:
        """Take models out of memory; whoever wants one from now on loads it anew."""
        for entry in victims:
            del self._entries[entry.spec.name]
        for entry in victims:
            resident, entry.resident = entry.resident, None
            if resident is not None:
                await resident.close()
            del resident  # the last reference to the weights
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(entry.executor, return_memory)
            entry.executor.shutdown(wait=False)

    def _statuses(self) -> list[ModelStatus]:
        return [self._status(spec) for spec in self._catalog.specs]

    def _status(self, spec: ModelSpec) -> ModelStatus:
        here, shape = self._catalog.on_disk(spec.name), self._catalog.shape(spec.name)
        memory = None if shape is None else shape.weight_bytes(self._dtype)
        disk = self._catalog.disk_bytes(spec.name)
        return ModelStatus(spec, here, self.is_loaded(spec.name), memory, shape, disk)


def _gigabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e9:.2f} GB"
