"""Scripted models for the services: what they say, when they go on, how they fail."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.errors import BotError, PromptTooLong, UnknownModel
from bot.domain.latest import Latest
from bot.domain.model_spec import ModelShape, ModelSpec, ModelStatus
from bot.domain.progress import LoadProgress, Progress
from bot.domain.sampling import FinishReason, SamplingParams


class SetClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The set time."""
        return self.time

    def monotonic(self) -> float:
        """The set time in seconds."""
        return self.time.timestamp()

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.time += timedelta(seconds=seconds)


@dataclass
class Script:
    """What a model does: its words one token each, a gate behind the second and each that
    follows, an ending. (One word alone is not shown: it may still go on.)
    """

    words: Sequence[str] = ("Dropout", " zeroes", " activations", ".")
    finish_reason: FinishReason = FinishReason.STOP
    gate: asyncio.Event | None = None  # holds the answer back while its first word is shown
    admission: asyncio.Event | None = None  # holds the answer in the queue
    error: Exception | None = None
    error_id: str | None = None
    logprob: float = 0.0  # of each word, as the model gives it


class ScriptedCompletion:
    """One completion that follows its script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._progress: Latest[Progress] = Latest()
        self._cancelled = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def __aiter__(self) -> AsyncIterator[Progress]:
        return self._progress.__aiter__()

    def cancel(self) -> None:
        """End with what is there."""
        self._cancelled.set()

    async def _passed(self, gate: asyncio.Event | None) -> bool:
        """Wait for a gate; False if cancelled before it opened."""
        if gate is None:
            await asyncio.sleep(0)
            return not self._cancelled.is_set()
        waits = [asyncio.create_task(gate.wait()), asyncio.create_task(self._cancelled.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return not self._cancelled.is_set()

    async def _run(self) -> None:
        text, num_tokens, reason = "", 0, self._script.finish_reason
        self._progress.publish(Progress("", 0, position=1, eta_seconds=3.0))
        if await self._passed(self._script.admission):
            for word in self._script.words:
                text, num_tokens = text + word, num_tokens + 1
                self._progress.publish(
                    Progress(text, num_tokens, logprob=self._logprob(num_tokens))
                )
                is_shown = num_tokens >= min(2, len(self._script.words))
                if not await self._passed(self._script.gate if is_shown else None):
                    reason = FinishReason.CANCELLED
                    break
        else:
            reason = FinishReason.CANCELLED
        end = Progress(
            text,
            num_tokens,
            finish_reason=reason,
            error_id=self._script.error_id,
            logprob=self._logprob(num_tokens),
        )
        self._progress.publish(end)
        self._progress.close()

    def _logprob(self, num_tokens: int) -> float:
        return self._script.logprob * num_tokens


@dataclass
class ScriptedLease:
    """A held model."""

    spec: ModelSpec
    pool: "ScriptedPool"
    window: int = 1024
    layout: str = "float32"

    @property
    def num_free(self) -> int:
        """As many as the pool says."""
        return self.pool.num_free

    def count_tokens(self, text: str) -> int:
        """Words and line ends are tokens."""
        return len(text.split()) + text.count("\n")

    def complete(
        self, prompt: str, sampling: SamplingParams, person: str, *, is_alone: bool = False
    ) -> ScriptedCompletion:
        """Follow the pool's next script."""
        if self.count_tokens(prompt) + sampling.max_new_tokens > self.window:
            raise PromptTooLong("too long")
        self.pool.prompts.append(prompt)
        self.pool.samplings.append(sampling)
        self.pool.num_alone += is_alone
        script = self.pool.scripts.pop(0) if len(self.pool.scripts) > 1 else self.pool.scripts[0]
        if script.error is not None:
            raise script.error
        return ScriptedCompletion(script)


@dataclass
class ScriptedPool:
    """Models by name; loading waits for `load_gate`, or fails with `load_error`."""

    scripts: list[Script] = field(default_factory=lambda: [Script()])
    load_gate: asyncio.Event | None = None
    load_error: BotError | None = None
    window: int = 1024
    num_free: int = 8
    template: str = "starter"
    prompts: list[str] = field(default_factory=list)
    samplings: list[SamplingParams] = field(default_factory=list)
    num_alone: int = 0
    loaded: set[str] = field(default_factory=lambda: {"small"})

    def spec(self, name: str) -> ModelSpec:
        """small, large and tiny are known."""
        if name not in ("small", "large", "tiny"):
            raise UnknownModel(f"There is no model {name}; there are large, small and tiny.")
        return ModelSpec(name, f"test/{name}", "0" * 40, None, self.template)

    @asynccontextmanager
    async def lease(
        self, name: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> AsyncIterator[ScriptedLease]:
        """Load, then hold."""
        spec = self.spec(name)
        if name not in self.loaded:
            if on_progress is not None:
                on_progress(LoadProgress(name, "load", 0.25))
            if self.load_gate is not None:
                await self.load_gate.wait()
            if self.load_error is not None:
                raise self.load_error
            self.loaded.add(name)
        yield ScriptedLease(spec, self, self.window)

    async def statuses(self) -> list[ModelStatus]:
        """All three."""
        shape = ModelShape(2, 64, 4)
        return [
            ModelStatus(self.spec(name), True, name in self.loaded, 1_000_000, shape, 2_000_000)
            for name in ("small", "large", "tiny")
        ]

    def is_loaded(self, name: str) -> bool:
        """Whether it was leased before."""
        return name in self.loaded
