"""Does the engine compute what it should with the weights that are here?

Every layout of this machine is loaded in turn and asked the same questions through the
engine that serves: greedy continuations, where possible the distributions of the next token,
and with a text its perplexity. What is right is publicly known for some models; for all
others transformers tells.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import torch

from bot.domain.errors import InvalidParameter, NotEnoughMemory
from bot.domain.model_spec import ModelSpec
from bot.generation.comparison import compared, judged
from bot.generation.continuation import continuations
from bot.generation.engine import Engine
from bot.generation.expectation import Expected, MakeReference
from bot.generation.hardware import (
    available_bytes,
    gigabytes,
    is_out_of_memory,
    resolve_device,
    return_memory,
)
from bot.generation.int8_weight import Int8Weight
from bot.generation.known_answers import KNOWN, Known, known_answers
from bot.generation.layout import Layout, Machine
from bot.generation.model_config import read_config
from bot.generation.perplexity import perplexity, windows
from bot.generation.pool import DEFAULT_BUDGET_SHARE
from bot.generation.resident import ModelFiles, ServingLimits
from bot.generation.scoring import Score, scorer
from bot.generation.verdict import Bounds, Check, Verdict, bounds


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Where and within which memory; `text` and `stride` (None: half a window) are optional."""

    device: str = "auto"
    limits: ServingLimits = field(default_factory=lambda: ServingLimits(prefix_bytes=0))
    memory_budget: int | None = None
    num_threads: int | None = None
    text: str | None = None
    stride: int | None = None


class SelfCheck:
    """The checks of one model folder; `run` goes through them.

    Raises:
        ConfigurationError: the device is not here.
        ModelUnavailable: one sentence that says what is wrong with the folder.
        InvalidParameter: the text is too short, or the stride out of range.
    """

    def __init__(
        self,
        spec: ModelSpec,
        folder: Path,
        options: CheckOptions,
        make_reference: MakeReference,
        known: Known = KNOWN,
    ) -> None:
        self._spec = spec
        self._folder = folder
        self._options = options
        self._make_reference = make_reference
        self._known = known_answers(spec, known)
        self._device = resolve_device(options.device)
        files = self._files(Machine(self._device, "float32"))
        self._shape = read_config(folder, spec.name).shape
        self._tokenizer = files.tokenizer
        self._text = tuple(files.tokenizer.encode(options.text or ""))
        self.stride = max(1, files.window // 2) if options.stride is None else options.stride
        if options.text is not None:
            if len(self._text) < 2:
                raise InvalidParameter(
                    f"The text has {len(self._text)} tokens, too few for a perplexity; give a "
                    "longer one."
                )
            next(windows(len(self._text), files.window, self.stride))

    @property
    def is_known(self) -> bool:
        """Whether right answers are publicly known, so that no reference is needed."""
        return self._known is not None

    def run(self) -> Iterator[Check]:
        """Every check as soon as it is done; blocks, for hours with a large model and text.

        Raises:
            NotEnoughMemory: the reference does not fit, or memory ran out.
            ModelUnavailable: the weights are damaged.
        """
        if self._options.num_threads is not None:
            torch.set_num_threads(self._options.num_threads)
        try:
            expected = self._expected()
            return_memory()
            for machine in machines(self._device):
                yield from self._layout(machine, expected)
                return_memory()
        except (MemoryError, OSError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise NotEnoughMemory(
                f"Memory ran out while {self._spec.name} was checked; free some and try again."
            ) from None

    def _expected(self) -> Expected:
        if self._known is not None:
            expected = Expected.known(self._known, self._tokenizer)
            expected.perplexity = self._known.perplexity(len(self._text), self.stride)
            return expected
        need, room = self._shape.weight_bytes("float32"), self._room()
        if need > room:
            raise NotEnoughMemory(
                f"{self._spec.name} needs {gigabytes(need)} of memory in transformers, which it "
                f"is compared with, but {gigabytes(room)} are there; free some and try again."
            )
        end = self._tokenizer.end_of_text_id
        reference = self._make_reference(self._folder, str(self._device), end)
        expected = Expected.told(reference, self._tokenizer, self._shape)
        if self._text:
            expected.perplexity = self._perplexity(reference.score)
        return expected

    def _layout(self, machine: Machine, expected: Expected) -> Iterator[Check]:
        files = self._files(machine)
        need, room = files.num_bytes, self._room()
        if need > room:
            yield Check(
                files.layout,
                "memory",
                f"{gigabytes(need)}",
                f"{gigabytes(room)} are there",
                Verdict.SKIPPED,
                note=f"needs {gigabytes(need)}",
            )
            return
        engine = files.load(lambda share: None, lambda: False)
        allowed = bounds(files.layout)
        yield from self._greedy(files.layout, engine, expected, allowed)
        engine.release()
        score = scorer(engine)
        if expected.distributions:
            yield compared(files.layout, score, expected, allowed)
        if self._text:
            yield self._read(files.layout, score, expected, allowed)

    def _greedy(
        self, layout: Layout, engine: Engine, expected: Expected, allowed: Bounds
    ) -> Iterator[Check]:
        """All continuations side by side, as a full batch is served."""
        lengths = {prompt: len(wanted) for prompt, wanted in expected.continuations.items()}
        for each in continuations(engine, lengths, self._tokenizer.end_of_text_id):
            wanted = expected.continuations[each.prompt]
            is_right, note = judged(each, wanted, scorer(engine), allowed)
            yield Check(
                layout,
                f"greedy: {self._tokenizer.decode(list(each.prompt))}",
                self._tokenizer.decode(list(wanted)),
                self._tokenizer.decode(list(each.tokens)),
                Verdict.of(is_right),
                each.seconds,
                note,
            )

    def _read(self, layout: Layout, score: Score, expected: Expected, allowed: Bounds) -> Check:
        start = perf_counter()
        got = self._perplexity(score)
        wanted = expected.perplexity
        if wanted is not None:
            text = f"{wanted:,.2f} ± {allowed.perplexity:.1%}"
            verdict = Verdict.of(abs(got - wanted) <= allowed.perplexity * wanted)
        else:
            # Nobody knows, so what this layout measures is what the next ones should.
            text = "–"
            verdict = Verdict.MEASURED if math.isfinite(got) else Verdict.FAILED
            expected.perplexity = got if math.isfinite(got) else None
        figure = self._known.perplexities.get(self.stride) if self._known is not None else None
        return Check(
            layout,
            f"perplexity, stride {self.stride:,}",
            text,
            f"{got:,.2f}",
            verdict,
            perf_counter() - start,
            "" if figure is None else f"known for WikiText-2 raw: {figure}",
        )

    def _perplexity(self, score: Score) -> float:
        return perplexity(score, self._text, self._shape.window, self.stride)

    def _files(self, machine: Machine) -> ModelFiles:
        return ModelFiles(self._folder, self._spec.name, machine, self._options.limits)

    def _room(self) -> int:
        """Bytes that a model may take now, as in the pool."""
        free, budget = available_bytes(self._device), self._options.memory_budget
        return int(DEFAULT_BUDGET_SHARE * free) if budget is None else min(budget, free)


def machines(device: torch.device) -> list[Machine]:
    """One for every layout that models can be served in on a device."""
    wishes = [("float32", "none"), ("bfloat16", "none")]
    if device.type == "cpu" and Int8Weight.is_available():
        wishes.append(("auto", "int8"))
    return [Machine.here(str(device), *wish) for wish in wishes]
