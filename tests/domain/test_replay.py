"""A replay and its verdict."""

from dataclasses import replace

from bot.domain.draft import Draft
from bot.domain.replay import WITHHELD, Replay
from bot.domain.sampling import FinishReason
from tests.domain.test_details import ANSWER, SAMPLING

OLD = Draft(SAMPLING, " It zeroes units at random.", 6, FinishReason.STOP)


def replay(*texts: str, layout: str = "int8", num_drafts: int = 1) -> Replay:
    return Replay(replace(ANSWER, drafts=(OLD,) * num_drafts), texts, layout)


def test_the_same_text_is_identical() -> None:
    made = replay(OLD.text)
    assert made.is_identical
    assert made.verdict == (
        "Identical: its text of answer 42 came out the same to the last character (31 tokens; "
        "gpt2-xl, seed 7, alone in its batch)."
    )


def test_one_space_more_is_not_identical() -> None:
    assert not replay(f"{OLD.text} ").is_identical


def test_a_text_that_turns_elsewhere_is_told_with_the_place() -> None:
    made = replay(" It zeroes some units.")
    assert not made.is_identical
    assert "otherwise behind its first 2 of 5 words" in made.verdict
    assert "rounded a little differently beside other answers" in made.verdict


def test_the_seed_is_that_of_the_draft_that_was_kept() -> None:
    kept = replace(OLD, sampling=replace(SAMPLING, seed=9))
    made = Replay(replace(ANSWER, drafts=(kept,)), (OLD.text,), "int8")
    assert "seed 9, alone" in made.verdict


def test_what_is_withheld_is_compared_and_not_shown() -> None:
    made = replace(replay(" It zeroes some units."), is_withheld=True)
    assert made.difference is not None
    assert made.difference.text == WITHHELD
    assert (made.difference.num_equal, made.difference.num_words) == (2, 5)


def test_a_text_that_only_goes_on_longer_is_told_too() -> None:
    assert "behind its first 5 of 5 words" in replay(f"{OLD.text} Always.").verdict


def test_another_layout_of_the_weights_is_named_as_the_reason() -> None:
    verdict = replay(" It drops units.", layout="float32").verdict
    assert "kept in int8 then and in float32 now" in verdict


def test_a_model_without_a_revision_may_have_changed() -> None:
    local = replace(ANSWER, drafts=(OLD,), model="mine", revision=None)
    verdict = Replay(local, (" It drops units.",), "int8").verdict
    assert "mine has no fixed revision, so its files may have changed." in verdict
    assert "no fixed revision" not in Replay(local, (OLD.text,), "int8").verdict
    assert "no fixed revision" not in replay(" It drops units.").verdict


def test_of_several_texts_every_one_counts() -> None:
    assert "all 2 texts" in replay(OLD.text, OLD.text, num_drafts=2).verdict
    made = replay(OLD.text, " It.", num_drafts=2)
    assert made.difference is not None
    assert made.difference.text == " It."
