"""Which draft is kept: sound ones before others, then the one that the others bear out."""

import pytest

from bot.domain.choice import Choice, choose, repeated_share
from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason

GOOD = "Dropout switches units off at random during training."
LIKE = "During training dropout switches random units off."
STRAY = "Bakers in Bremen invented it for bread."
LOOP = " ".join(["Dropout is a method of dropout and it is good"] * 4) + "."


def draft(text: str, reason: FinishReason | None = FinishReason.STOP) -> Progress:
    return Progress(text, 1, finish_reason=reason)


def test_the_first_of_equals_is_kept() -> None:
    assert choose([draft(GOOD), draft(LIKE), draft(GOOD)]).kept == 0


def test_a_stray_first_draft_gives_way_to_the_medoid() -> None:
    choice = choose([draft(STRAY), draft(GOOD), draft(LIKE)])
    assert choice.kept == 1
    assert choice.num_drafts == 3
    assert 0 < choice.agreement < 1


@pytest.mark.parametrize(
    "unsound",
    [
        draft(GOOD[:-1], FinishReason.LENGTH),
        draft(GOOD[:-1]),
        draft(LOOP),
        draft(f"{GOOD} {GOOD}"),
        draft(""),
        draft("…"),
        draft(GOOD, FinishReason.FAILED),
        draft(GOOD, FinishReason.CANCELLED),
        draft(GOOD, None),
    ],
)
def test_what_is_unfinished_repeats_itself_or_failed_gives_way_to_any_sound_draft(
    unsound: Progress,
) -> None:
    assert choose([unsound, unsound, draft(STRAY)]).kept == 2


def test_of_drafts_that_are_all_cut_off_one_is_kept() -> None:
    cut = FinishReason.LENGTH
    assert choose([draft(STRAY, cut), draft(GOOD, cut), draft(LIKE, cut)]).kept == 1


def test_a_single_draft_is_kept_whatever_it_is() -> None:
    assert choose([draft("", FinishReason.FAILED)]) == Choice(0, 1, 0.0)


def test_the_same_drafts_are_always_chosen_from_alike() -> None:
    drafts = [draft(LIKE), draft(STRAY), draft(GOOD)]
    assert len({choose(drafts) for _ in range(5)}) == 1


def test_a_loop_repeats_most_of_its_words_and_a_sentence_none() -> None:
    assert repeated_share(LOOP) > 0.5
    assert repeated_share(GOOD) == 0
    assert repeated_share("") == 0


def test_goodness_decides_among_sound_drafts() -> None:
    drafts = [draft(GOOD), draft(LIKE), draft(STRAY), draft(LOOP)]
    choice = choose(drafts, {0: 0.2, 1: 0.25, 2: 0.9})
    assert (choice.kept, choice.num_drafts, choice.goodness) == (2, 4, 0.9)
    assert choose(drafts, {0: 0.5, 1: 0.5, 2: 0.1}).kept == 0


def test_without_goodness_the_medoid_is_kept() -> None:
    drafts = [draft(STRAY), draft(GOOD), draft(LIKE)]
    assert choose(drafts, {}) == choose(drafts) == choose(drafts, None)
    assert choose(drafts).goodness is None
