"""The preflight table: what a run reads and needs, before anything starts."""

from collections.abc import Iterator

from bot.training.finetuning.exam import count_by_code
from bot.training.finetuning.memory import num_trained, seconds
from bot.training.finetuning.prepared import Prepared
from bot.training.finetuning.split import Half


def preflight(prepared: Prepared) -> list[tuple[str, str]]:
    """Names and values, in the order of reading."""
    return list(_rows(prepared))


def _rows(prepared: Prepared) -> Iterator[tuple[str, str]]:
    plan, shape, memory = prepared.plan, prepared.base.shape, prepared.estimate
    halves = prepared.split
    yield (
        "learns from",
        f"{_material(halves.learned)}; {prepared.material.num_duplicates} duplicates left out",
    )
    yield "held back", _material(halves.validated)
    by_code = count_by_code(prepared.exam)
    yield "asked after", f"{len(prepared.exam)} questions, {by_code} of them worded by code"
    yield (
        "steps",
        f"{prepared.num_steps:,} of {plan.batch} rows of {plan.row_length} tokens "
        f"({plan.epochs} epochs, {prepared.num_tokens:,} tokens)",
    )
    recomputing = ", activations recomputed" if plan.recomputes else ""
    yield "at once", f"{plan.rows_at_once} rows, {plan.accumulation} times a step{recomputing}"
    yield (
        "parameters",
        f"{num_trained(shape, plan) / 1e6:,.2f} M trained ({plan.method.value}) of "
        f"{shape.num_parameters / 1e6:,.1f} M",
    )
    yield "learning rate", f"{plan.learning_rate:g}"
    for name in ("weights", "gradients", "optimiser", "activations", "logits", "program"):
        yield name, size(getattr(memory, name))
    yield "memory in all", f"{size(memory.total)} of {size(prepared.available)} that are free"
    lasting = seconds(shape, plan, prepared.num_tokens, prepared.device)
    yield "time", f"about {duration(lasting)} on this {_device(prepared.device)} as busy as it is"


def _material(half: Half) -> str:
    papers = "1 document" if len(half.papers) == 1 else f"{len(half.papers):,} documents"
    return f"{papers}, {len(half.examples):,} questions with answers"


def size(num_bytes: int) -> str:
    """Megabytes, or gigabytes."""
    return f"{num_bytes / 1e9:,.2f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:,.0f} MB"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _device(device: str) -> str:
    return "processor" if device == "cpu" else "GPU"
