"""The models of this process under one memory budget: loaded on demand, kept while leased."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock

import torch

from bot.domain.errors import ModelUnavailable, NotEnoughMemory
from bot.domain.model_spec import ModelSpec, ModelStatus
from bot.generation.catalog import Catalog
from bot.generation.download import DownloadProgress
from bot.generation.hardware import available_bytes, gigabytes
from bot.generation.layout import Layout, Machine
from bot.generation.lease import Lease
from bot.generation.pooled_model import PooledModel, Prepare, ProgressCallback
from bot.generation.resident import ModelFiles, ServingLimits
from bot.generation.trial import Trial, candidates, run_trial, signature

DEFAULT_BUDGET_SHARE = 0.85
READING = ServingLimits(1, queue_limit=1, prefix_bytes=0, speculates=False)
"""Of a model that reads one text at a time and writes none."""


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """How models are held and served.

    `memory_budget` is in bytes for all models together, None for 85 % of what is available
    when the pool is made; `num_threads` is how many cores one step may use, None for all;
    `download_missing` lets a lease fetch a model that is not on disk.
    """

    device: str = "auto"
    dtype: str = "auto"
    quantization: str = "auto"
    memory_budget: int | None = None
    num_threads: int | None = None
    download_missing: bool = False
    limits: ServingLimits = field(default_factory=ServingLimits)


class Pool:
    """Resident models; fulfils the services' ModelPool. Belongs to one event loop.

    Every model is loaded in a thread of its own and computes its steps in another, so that
    loading one never holds up another.

    What the clock says of layouts is asked once: `trial` is what it said earlier, on whatever
    machine, and `on_trial` is told on the event loop of a new one, to keep.

    Raises:
        ConfigurationError: `options` name a device or a layout that cannot be had.
    """

    def __init__(
        self,
        catalog: Catalog,
        options: PoolOptions | None = None,
        trial: Trial | None = None,
        on_trial: Callable[[Trial], None] | None = None,
    ) -> None:
        self._options = options or PoolOptions()
        self._catalog = catalog
        self._machine = Machine.here(
            self._options.device, self._options.dtype, self._options.quantization
        )
        self._device = self._machine.device
        budget = self._options.memory_budget
        self._budget = (
            int(DEFAULT_BUDGET_SHARE * available_bytes(self._device)) if budget is None else budget
        )
        self._num_threads = self._options.num_threads or torch.get_num_threads()
        self._on_trial = on_trial
        self._trying = Lock()
        if trial is not None and trial.signature == signature(self._machine, self._num_threads):
            self._machine = replace(self._machine, fastest=trial.fastest)
        self._models: dict[str, PooledModel] = {}
        self._num_uses = 0
        self._is_closed = False

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
        return sum(model.num_bytes for model in self._models.values())

    def spec(self, name: str) -> ModelSpec:
        """The catalogue entry, with the sizes of the files that are here.

        Raises:
            UnknownModel: no such name; the text lists the known ones.
        """
        return replace(self._catalog.spec(name), shape=self._catalog.shape(name))

    def needed_bytes(self, name: str) -> int | None:
        """What a model reserves when it is loaded; None while its sizes are not known.

        Raises:
            UnknownModel: see `spec`.
        """
        shape = self._catalog.shape(name)
        if shape is None:
            return None
        limits = self._options.limits
        return self._machine.needed_bytes(shape, limits.max_batch, limits.prefix_bytes)

    def layout(self, name: str) -> Layout | None:
        """How a model's weights are laid out here; None while its sizes are not known.

        Raises:
            UnknownModel: see `spec`.
        """
        shape = self._catalog.shape(name)
        return None if shape is None else self._machine.layout(shape)

    def is_loaded(self, name: str) -> bool:
        """Whether the model is in memory now."""
        model = self._models.get(name)
        return model is not None and model.resident is not None

    async def statuses(self) -> list[ModelStatus]:
        """Every catalogue entry with its state on this machine."""
        return await asyncio.to_thread(self._statuses)

    @asynccontextmanager
    async def lease(
        self, name: str, on_progress: ProgressCallback | None = None
    ) -> AsyncIterator[Lease]:
        """Hold the named model, loading it first where needed.

        Whoever asks for a model that is being loaded waits for the same load; `on_progress`
        is called on the event loop. Leaving cancels completions that have not ended. What has
        another entry in the catalogue since is loaded anew, once nobody holds it any more.

        Raises:
            UnknownModel, ModelUnavailable, NotEnoughMemory: a sentence for the person.
        """
        spec = self._catalog.spec(name)
        prepare = partial(self._files, name, asyncio.get_running_loop())
        async with self._leased(spec, prepare, on_progress) as lease:
            yield lease

    def lease_classifier(self, name: str, folder: Path) -> AbstractAsyncContextManager[Lease]:
        """Hold a model that is in no catalogue: it reads one text at a time and writes none.

        It shares the budget and the threads' care of all others; its weights are in `folder`.

        Raises:
            ModelUnavailable, NotEnoughMemory: a sentence for the operator.
        """
        spec = ModelSpec(f"the classifier {name}", str(folder), is_local=True)
        return self._leased(
            spec, lambda downloaded: ModelFiles(folder, spec.name, self._machine, READING)
        )

    @asynccontextmanager
    async def _leased(
        self, spec: ModelSpec, prepare: Prepare, on_progress: ProgressCallback | None = None
    ) -> AsyncIterator[Lease]:
        name = spec.name
        if self._is_closed:
            raise ModelUnavailable("The bot is shutting down; please ask again in a minute.")
        model = self._models.get(name)
        if model is not None and model.spec != spec and await self.unload(name):
            model = self._models.get(name)  # a run of that name was removed and trained anew
        if model is None:
            model = self._models[name] = PooledModel(spec, self._num_threads)
            model.loading = asyncio.create_task(self._load(model, prepare), name=f"load {name}")
            # Its failure is told to those who wait; when nobody does any more, to nobody.
            model.loading.add_done_callback(lambda task: task.cancelled() or task.exception())
        model.num_leases += 1
        try:
            lease = Lease(await model.loaded(on_progress))
            try:
                yield lease
            finally:
                lease.cancel_all()
        finally:
            model.num_leases -= 1
            self._num_uses += 1
            model.last_used = self._num_uses

    async def unload(self, name: str) -> bool:
        """Take an idle model out of memory; False if it is not there or in use."""
        model = self._models.get(name)
        if model is None or not model.is_idle:
            return False
        await self._evict([model])
        return True

    async def close(self) -> None:
        """Cancel every load and request, and give all memory back."""
        self._is_closed = True
        loads = []
        for model in self._models.values():
            model.abandon()
            loads += [model.loading] if model.loading is not None else []
        await self._evict_loaded()
        await asyncio.gather(*loads, return_exceptions=True)
        await self._evict_loaded()  # what was loaded before it noticed

    async def _load(self, model: PooledModel, prepare: Prepare) -> None:
        try:
            await model.load(prepare, lambda need: self._make_room(model, need))
        except BaseException:
            del self._models[model.spec.name]
            model.drop()
            raise

    def _files(
        self,
        name: str,
        loop: asyncio.AbstractEventLoop,
        downloaded: Callable[[DownloadProgress], None],
    ) -> ModelFiles:
        """The files of a model of the catalogue, fetched first where needed; blocks."""
        options = self._options
        if options.download_missing and not self._catalog.on_disk(name):
            self._catalog.download(name, downloaded)
        folder = self._catalog.folder(name)
        self._try_layouts(name, loop)
        return ModelFiles(folder, name, self._machine, options.limits)

    def _try_layouts(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        """Let the clock decide on the layout of large models, once; in a loader's thread."""
        shape = self._catalog.shape(name)
        with self._trying:
            if shape is None or not self._machine.wants_trial(shape):
                return
            if len(candidates(self._machine)) == 1:
                return
            trial = run_trial(self._machine, self._num_threads)
            self._machine = replace(self._machine, fastest=trial.fastest)
        if self._on_trial is not None:
            loop.call_soon_threadsafe(self._on_trial, trial)

    async def _make_room(self, model: PooledModel, need: int) -> None:
        """Reserve `need` bytes for `model`, evicting idle models, the longest unused first.

        Nothing is evicted unless it helps.

        Raises:
            NotEnoughMemory: even without the idle models it would not fit.
        """
        idle = [other for other in self._models.values() if other.is_idle]
        idle.sort(key=lambda other: other.last_used)
        loading = [other for other in self._models.values() if other.resident is None]
        free = available_bytes(self._device) - sum(other.num_bytes for other in loading)
        excess = max(self.used_bytes + need - self._budget, need - free)
        victims = []
        while excess > 0 and idle:
            victims.append(idle.pop(0))
            excess -= victims[-1].num_bytes
        if excess > 0:
            limit = min(self._budget, free + self.used_bytes)
            raise NotEnoughMemory(
                f"{model.spec.name} needs {gigabytes(need)} of memory, but models may use "
                f"{gigabytes(limit)} in all, of which {gigabytes(self._busy_bytes())} are in use."
            )
        model.num_bytes = need
        await self._evict(victims)

    def _busy_bytes(self) -> int:
        return sum(model.num_bytes for model in self._models.values() if not model.is_idle)

    async def _evict_loaded(self) -> None:
        await self._evict([model for model in self._models.values() if model.resident is not None])

    async def _evict(self, victims: list[PooledModel]) -> None:
        """Take models out of memory; whoever wants one from now on loads it anew."""
        for model in victims:
            del self._models[model.spec.name]
        for model in victims:
            await model.unload()

    def _statuses(self) -> list[ModelStatus]:
        return [self._status(spec) for spec in self._catalog.specs]

    def _status(self, spec: ModelSpec) -> ModelStatus:
        here, shape = self._catalog.on_disk(spec.name), self._catalog.shape(spec.name)
        memory, disk = self.needed_bytes(spec.name), self._catalog.disk_bytes(spec.name)
        model = self._models.get(spec.name)
        resident = None if model is None else model.resident
        if resident is None:
            return ModelStatus(spec, here, False, memory, shape, disk)
        return ModelStatus(spec, here, True, memory, shape, disk, *resident.prefix_reuse)
