"""What Lectern's engine is to reach against its peers, judged from the measured medians."""

from dataclasses import dataclass
from typing import Any

from benchmarks.machine import judged
from bot.domain.model_spec import ModelShape

Medians = dict[tuple[str, int, int], dict[str, float]]
"""(system, streams, prompt tokens) → the median of each of its figures."""

OURS = "lectern-"
FLOAT32, BFLOAT16 = "transformers-float32", "transformers-bfloat16"
BYTES_PER_WEIGHT = {"lectern-int8": 1, "lectern-bfloat16": 2}
BANDWIDTH_SHARES = {"lectern-int8": 0.6, "lectern-bfloat16": 0.7}
PEAK_GIGABYTES = {"lectern-int8": 2.1, "lectern-bfloat16": 3.6}


@dataclass(frozen=True, slots=True)
class Goals:
    """The rows of the table of goals; those whose systems were not measured are left out."""

    medians: Medians
    shape: ModelShape
    bytes_per_second: float
    prompt_tokens: int
    long_prompt_tokens: int

    def rows(self) -> list[dict[str, Any]]:
        """Every goal that can be judged."""
        rows = [
            self._ratio("lectern-int8", "ctranslate2-int8", 0.75),
            self._ratio("lectern-bfloat16", BFLOAT16, 0.45),
            self._ratio("lectern-bfloat16", "llama.cpp-bfloat16", 0.85),
            self._against_best_peer(8),
            self._against_best_peer(32),
            self._against_one_stream(BFLOAT16),
            self._against_one_stream(FLOAT32),
            self._long_prompt("lectern-bfloat16"),
            self._long_prompt("lectern-int8"),
            *(self._bandwidth_share(name, goal) for name, goal in BANDWIDTH_SHARES.items()),
            *(self._peak(name, goal) for name, goal in PEAK_GIGABYTES.items()),
        ]
        return [row for row in rows if row is not None]

    def _figure(self, system: str, streams: int, key: str, prompt: int = 0) -> float | None:
        cell = self.medians.get((system, streams, prompt or self.prompt_tokens), {})
        return cell.get(key)

    def _best(self, streams: int, is_ours: bool) -> tuple[float, str] | None:
        """The highest tokens/s of ours or of the peers, and whose it is."""
        found = [
            (figures["tokens_per_second"], system)
            for (system, num_streams, _), figures in self.medians.items()
            if num_streams == streams
            and system.startswith(OURS) == is_ours
            and "tokens_per_second" in figures
        ]
        return max(found, default=None)

    def _ratio(self, ours: str, peer: str, goal: float) -> dict[str, Any] | None:
        mine, other = (self._figure(name, 1, "ms_per_step") for name in (ours, peer))
        if mine is None or other is None:
            return None
        note = f"{mine:.1f} : {other:.1f} ms/token"
        return at_most(f"one stream, {ours} : {peer}, ms/token", mine / other, goal, note)

    def _against_best_peer(self, streams: int) -> dict[str, Any] | None:
        mine, other = self._best(streams, is_ours=True), self._best(streams, is_ours=False)
        if mine is None or other is None:
            return None
        note = f"{mine[1]} {mine[0]:.1f} : {other[1]} {other[0]:.1f} tokens/s"
        figure = f"{streams} streams, Lectern : best peer, tokens/s"
        return at_least(figure, mine[0] / other[0], 1.6, note)

    def _against_one_stream(self, peer: str) -> dict[str, Any] | None:
        mine, other = self._best(32, is_ours=True), self._figure(peer, 1, "tokens_per_second")
        if mine is None or other is None:
            return None
        note = f"{mine[1]} {mine[0]:.1f} : {other:.2f} tokens/s"
        figure = f"32 streams, Lectern : one stream of {peer}, tokens/s"
        return at_least(figure, mine[0] / other, 40, note)

    def _long_prompt(self, ours: str) -> dict[str, Any] | None:
        length = self.long_prompt_tokens
        mine, other = (
            self._figure(name, 1, "prefill_seconds", length) for name in (ours, BFLOAT16)
        )
        if mine is None or other is None:
            return None
        note = f"{mine:.2f} : {other:.2f} s"
        return at_most(f"prefill of {length}, {ours} : {BFLOAT16}", mine / other, 0.5, note)

    def _bandwidth_share(self, system: str, goal: float) -> dict[str, Any] | None:
        """How near a token comes to what reading its weights must take."""
        step = self._figure(system, 1, "ms_per_step")
        if step is None:
            return None
        read = BYTES_PER_WEIGHT[system] * num_weights_read(self.shape)
        limit = 1000 * read / self.bytes_per_second
        note = f"{read / 1e9:.2f} GB read cannot take less than {limit:.1f} ms"
        figure = f"one stream, {system}, share of the memory's bandwidth"
        return at_least(figure, limit / step, goal, note)

    def _peak(self, system: str, goal: float) -> dict[str, Any] | None:
        keys = ("peak_bytes", "load_peak_bytes", "resident_bytes", "imported_bytes")
        sizes = [self._figure(system, 1, key) for key in keys]
        if sizes[0] is None:
            return None
        peak, loading, resident, imported = ((size or 0) / 1e9 for size in sizes)
        note = (
            f"the whole process {peak:.2f}, {imported:.2f} of it imports; while loading "
            f"{loading:.2f}, afterwards {resident:.2f}"
        )
        figure = f"one stream, {system}, peak memory of weights and engine, GB"
        return at_most(figure, peak - imported, goal, note)


def num_weights_read(shape: ModelShape) -> int:
    """A token reads every matrix once; of the embeddings only the head's is one."""
    return shape.width * (12 * shape.width * shape.num_layers + shape.vocabulary)


def at_most(figure: str, measured: float, goal: float, note: str) -> dict[str, Any]:
    """A goal from above."""
    return judged(figure, measured, f"<= {goal:g}", measured <= goal, note)


def at_least(figure: str, measured: float, goal: float, note: str) -> dict[str, Any]:
    """A goal from below."""
    return judged(figure, measured, f">= {goal:g}", measured >= goal, note)
