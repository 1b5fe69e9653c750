"""The medoid: one of the texts, the one nearest to the others, in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.medoid import agreements, medoid, overlap

WORDS = ["dropout", "gradient", "layer", "softmax", "momentum", "kernel", "the"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_no_text_agrees_more_than_the_medoid(texts: list[str]) -> None:
    found = agreements(texts)
    assert found[medoid(texts)] == max(found)
    assert all(0 <= agreement <= 1 for agreement in found)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_texts_changes_no_agreement(texts: list[str], random: object) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = agreements([texts[number] for number in order])
    assert moved == pytest.approx([agreements(texts)[number] for number in order])


@given(st.lists(TEXTS, min_size=1, max_size=6), st.floats(0, 1))
def test_tolerance_only_ever_moves_the_choice_forward(texts: list[str], tolerance: float) -> None:
    found = agreements(texts)
    chosen = medoid(texts, tolerance)
    assert chosen <= medoid(texts)
    assert found[chosen] >= max(found) - tolerance


@given(TEXTS, st.integers(1, 5))
def test_equal_texts_agree_wholly_and_the_first_is_kept(text: str, count: int) -> None:
    texts = [f"{text} dropout"] * count
    assert medoid(texts) == 0
    assert agreements(texts) == (float(count > 1),) * count


@given(TEXTS, TEXTS)
def test_overlap_is_the_same_from_both_sides(one: str, other: str) -> None:
    first, second = frozenset(one.split()), frozenset(other.split())
    assert overlap(first, second) == overlap(second, first)


def test_the_text_that_wanders_off_is_not_the_medoid() -> None:
    texts = [
        "Dropout was invented by bakers in Bremen.",
        "Dropout switches units off at random during training.",
        "During training dropout switches off random units of a layer.",
    ]
    assert medoid(texts) in (1, 2)


def test_nothing_has_no_medoid() -> None:
    with pytest.raises(ValueError, match="no medoid"):
        medoid([])
