"""Labelled texts: what a classifier learns from, without repetition and contradiction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.errors import InvalidParameter
from bot.training.classifying.labelled_file import Line
from bot.training.finetuning.material import SourceFile

MAX_LABELS = 200
MIN_TEXTS = 20
MIN_OF_LABEL = 2
_EDGES = " \n\t.,;:!?…\"'“”„()"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and its label. What shares a `group` stays on one side of the split.

    `is_typed` says that people type it in a hurry: it is read with other slips in every epoch.
    """

    text: str
    label: str
    group: str
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """All texts, their labels in order, and what was done with them.

    `contradictions` are texts that had two labels, which were left out, and `respelled` labels
    that were written in another way, each of them as a sentence says it.
    """

    texts: tuple[Labelled, ...]
    labels: tuple[str, ...]
    files: tuple[SourceFile, ...] = ()
    num_duplicates: int = 0
    contradictions: tuple[str, ...] = ()
    respelled: tuple[str, ...] = ()


def gathered(
    lines: Sequence[Line], files: Sequence[SourceFile], typed: Iterable[str] = ()
) -> LabelledTexts:
    """Lines as a set that can be learned.

    Labels that differ by capitals only are one, written as it is written most often. A text that
    stands there again is left out; one that has two labels is left out altogether. Texts that
    differ by capitals, white space or signs around them are the same. `typed` are the places of
    lines that people type in a hurry.

    Raises:
        InvalidParameter: too few texts, or labels with which nothing can be learned.
    """
    spelling, respelled = _spellings(lines)
    labels_of: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in lines:
        labels_of[text_key(line.text)].setdefault(spelling[line.label.casefold()], line)
    in_a_hurry = set(typed)
    kept, contradictions = [], []
    for key, found in labels_of.items():
        if len(found) > 1:
            contradictions.append(_contradiction(found))
            continue
        ((label, line),) = found.items()
        group = line.document or f"text {key}"
        kept.append(Labelled(line.text, label, group, line.place in in_a_hurry))
    labels = tuple(sorted({each.label for each in kept}, key=_rank))
    _check(kept, labels, contradictions)
    return LabelledTexts(
        tuple(kept),
        labels,
        tuple(files),
        len(lines) - sum(map(len, labels_of.values())),
        tuple(contradictions),
        respelled,
    )


def text_key(text: str) -> str:
    """What is the same of two texts that are the same."""
    plain = " ".join(text.casefold().split())
    return plain.strip(_EDGES) or plain


def _spellings(lines: Iterable[Line]) -> tuple[dict[str, str], tuple[str, ...]]:
    """How each label is written, by its folded form, and which were written otherwise."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        written[line.label.casefold()][line.label] += 1
    chosen = {folded: counts.most_common(1)[0][0] for folded, counts in written.items()}
    respelled = tuple(
        f"“{other}” is taken as “{chosen[folded]}”"
        for folded, counts in written.items()
        for other in counts
        if other != chosen[folded]
    )
    return chosen, respelled


def _contradiction(found: dict[str, Line]) -> str:
    first = next(iter(found.values()))
    text = " ".join(first.text.split())
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    labels = " and ".join(f"“{label}” ({line.place})" for label, line in found.items())
    return f"“{shown}” is labelled {labels}"


def _rank(label: str) -> tuple[int, int, str]:
    """Whole numbers by their size, before words."""
    digits = label.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit()
    return (0, int(label), label) if is_number else (1, 0, label.casefold())


def _check(texts: Sequence[Labelled], labels: Sequence[str], contradictions: Sequence[str]) -> None:
    if not texts and contradictions:
        raise InvalidParameter(f"Every text has two labels, for example: {contradictions[0]}.")
    if len(labels) == 1:
        raise InvalidParameter(
            f"All {len(texts):,} texts are labelled “{labels[0]}”; there must be two labels at "
            "least to tell apart."
        )
    if len(labels) > MAX_LABELS:
        raise InvalidParameter(
            f"There are {len(labels):,} labels, and {MAX_LABELS} are the most; does `label` hold "
            "something else than labels?"
        )
    if len(texts) < MIN_TEXTS:
        raise InvalidParameter(
            f"There are only {len(texts)} texts, which is too little to learn from; give some "
            "dozens for every label."
        )
    counts = Counter(each.label for each in texts)
    rare = [label for label in labels if counts[label] < MIN_OF_LABEL]
    if rare:
        shown = ", ".join(f"“{label}”" for label in rare[:5])
        more = f" and {len(rare) - 5} more" if len(rare) > 5 else ""
        raise InvalidParameter(
            f"There is only one text with the label {shown}{more}; give some dozens, or leave it "
            "out."
        )
