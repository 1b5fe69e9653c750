"""The preflight table of a classifier: what it learns from and needs, before anything starts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.training.classifying.session import PreparedClassifier
from bot.training.finetuning.memory import num_trained, seconds
from bot.training.finetuning.plan import TuningMethod
from bot.training.finetuning.preflight import duration, size

SHOWN = 12


def preflight(prepared: PreparedClassifier) -> list[tuple[str, str]]:
    """Names and values, in the order of reading."""
    return [*_data(prepared), *_work(prepared)]


def _data(prepared: PreparedClassifier) -> Iterator[tuple[str, str]]:
    texts, halves = prepared.texts, prepared.split
    yield (
        "learns from",
        f"{len(halves.learned):,} texts; {texts.num_duplicates:,} duplicates left out",
    )
    yield "held back", f"{len(halves.validated):,} texts, a share of every label"
    counts = Counter(each.label for each in texts.texts)
    named = ", ".join(f"{label} ({counts[label]:,})" for label in texts.labels[:SHOWN])
    yield "labels", f"{len(texts.labels)}: {_with_more(named, len(texts.labels))}"
    if halves.untested and halves.validated:
        shown = ", ".join(halves.untested[:SHOWN])
        yield "never tested", f"{shown}, whose texts are in one document"
    if texts.respelled:
        yield "label spelled", _with_more("; ".join(texts.respelled[:SHOWN]), len(texts.respelled))
    if texts.contradictions:
        number = len(texts.contradictions)
        what = "1 text" if number == 1 else f"{number:,} texts"
        yield "two labels", f"{what} left out: {texts.contradictions[0]}"
    if prepared.num_cut:
        yield "too long", f"{prepared.num_cut:,} texts lose their ends"


def _work(prepared: PreparedClassifier) -> Iterator[tuple[str, str]]:
    plan, shape, memory = prepared.plan, prepared.base.shape, prepared.estimate
    yield (
        "steps",
        f"{prepared.num_steps:,} of {plan.batch} texts of {plan.row_length} tokens at most "
        f"({plan.epochs} epochs, {prepared.num_tokens:,} tokens)",
    )
    recomputing = ", activations recomputed" if plan.recomputes else ""
    yield "at once", f"{plan.rows_at_once} texts, {plan.accumulation} times a step{recomputing}"
    head = shape.width * len(prepared.texts.labels)
    trained = num_trained(shape, plan) + head
    whole = plan.method is TuningMethod.LORA
    yield (
        "parameters",
        f"{trained / 1e6:,.2f} M trained ({plan.method.value}{', head whole' if whole else ''}) "
        f"of {(shape.num_parameters + head) / 1e6:,.1f} M",
    )
    yield "learning rate", f"{plan.learning_rate:g}"
    for name in ("weights", "gradients", "optimiser", "activations", "program"):
        yield name, size(getattr(memory, name))
    yield "temporaries", size(memory.logits)
    yield "memory in all", f"{size(memory.total)} of {size(prepared.available)} that are free"
    lasting = seconds(shape, plan, _num_padded(prepared), prepared.device)
    device = "processor" if prepared.device == "cpu" else "GPU"
    yield "time", f"about {duration(lasting)} on this {device} as busy as it is"


def _num_padded(prepared: PreparedClassifier) -> int:
    """Tokens that are computed: every text is as long as the longest that is read with it."""
    rows, at_once = prepared.readings.learned, prepared.plan.rows_at_once
    lengths: Sequence[int] = [len(row.ids) for row in rows]
    starts = range(0, len(rows), at_once)
    return sum(max(lengths[s : s + at_once]) * len(lengths[s : s + at_once]) for s in starts)


def _with_more(shown: str, number: int) -> str:
    return f"{shown} and {number - SHOWN} more" if number > SHOWN else shown
