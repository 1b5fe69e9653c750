"""The split of labelled texts: every label's share, documents whole, the same choice every time."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.training.classifying.labelled import Labelled
from bot.training.classifying.split import split


def texts(**counts: int) -> list[Labelled]:
    return [
        Labelled(f"{label} {number}", label, f"{label} {number}")
        for label, count in counts.items()
        for number in range(count)
    ]


def test_every_label_gives_its_share() -> None:
    halves = split(texts(a=200, b=40, c=2), 0.1)
    assert Counter(each.label for each in halves.validated) == {"a": 20, "b": 4, "c": 1}
    assert halves.untested == ()


def test_nothing_is_held_back_of_no_share() -> None:
    halves = split(texts(a=20, b=20), 0.0)
    assert (len(halves.learned), halves.validated) == (40, ())


def test_a_further_text_changes_the_choice_hardly() -> None:
    before, after = (split(texts(a=count, b=50), 0.2) for count in (100, 101))
    assert len(set(before.validated) ^ set(after.validated)) <= 2


def test_a_label_in_one_document_alone_is_learned_and_told() -> None:
    together = [Labelled(f"c {number}", "c", "one document") for number in range(9)]
    halves = split([*texts(a=20, b=20), *together], 0.1)
    assert halves.untested == ("c",)
    assert set(together) <= set(halves.learned)


@settings(max_examples=50, deadline=None)
@given(
    drawn=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12)), min_size=2, max_size=120),
    share=st.sampled_from([0.1, 0.3, 0.5]),
)
def test_no_document_is_on_both_sides_and_no_label_is_held_back_whole(
    drawn: list[tuple[str, int]], share: float
) -> None:
    given_texts = [
        Labelled(f"text {number}", label, f"document {document}")
        for number, (label, document) in enumerate(drawn)
    ]
    halves = split(given_texts, share)
    assert not {e.group for e in halves.learned} & {e.group for e in halves.validated}
    assert {e.label for e in halves.learned} == {e.label for e in given_texts}
    assert sorted(e.text for e in (*halves.learned, *halves.validated)) == sorted(
        e.text for e in given_texts
    )
