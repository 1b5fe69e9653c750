import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decency.filter import DecencyFilter
from bot.decency.watch import Watch
from bot.domain.decency import DecencyLevel, Reason, Verdict

DECENCY = DecencyFilter()
STRICT = DecencyLevel.STRICT
PIECES = [
    "you",
    " are",
    " ",
    "\n",
    "worthless",
    "kill",
    "yourself",
    "f u",
    " c k",
    "sh1",
    "t ",
    "dropout ",
    "$h_",
    "t$ ",
    "`a$",
    "$` ",
    "```\n",
    "damn",
    "class ",
    ". ",
    "word" * 30,
]


def grow(text: str, step: int = 1) -> tuple[list[str], Watch]:
    """What was shown at each step of a growing text, and the watch behind the last one."""
    watch = Watch(DECENCY, STRICT, ["solution", "final exam"])
    shown = [watch.feed(text[:end]) for end in range(0, len(text) + 1, step)]
    return [*shown, watch.finish(text)], watch


def test_only_whole_words_are_shown() -> None:
    watch = Watch(DECENCY, STRICT)
    assert watch.feed("Drop") == ""
    assert watch.feed("Dropout hel") == "Dropout"
    assert watch.feed("Dropout helps. ") == "Dropout helps."
    assert watch.finish("Dropout helps. Often") == "Dropout helps. Often"
    assert watch.verdict.is_decent


def test_no_part_of_an_indecent_word_is_ever_shown() -> None:
    shown, watch = grow("The loss is fucking high.")
    assert set(shown) == {"", "The", "The loss", "The loss is"}
    assert watch.verdict == Verdict(Reason.SWEARING)


def test_what_was_decent_stays_shown_and_the_verdict_never_recovers() -> None:
    watch = Watch(DECENCY, STRICT)
    assert watch.feed("It is damn high ") == ""
    assert not watch.verdict.is_decent
    assert watch.feed("It is very high ") == ""
    assert watch.finish("It is high") == ""


def test_a_phrase_is_found_across_steps() -> None:
    for text in (
        "Well, you are worthless to me",
        "so kill\nyourself now",
        "f u c k it",
        "this is the final exam of",
    ):
        _, watch = grow(text)
        assert not watch.verdict.is_decent


def test_the_last_word_counts_when_the_answer_ends() -> None:
    watch = Watch(DECENCY, STRICT)
    watch.feed("the solu damn")
    assert watch.verdict.is_decent
    assert watch.finish("the solu damn") == "the solu"
    assert watch.verdict.reason is Reason.MILD


def test_symbols_are_not_read_as_letters_while_a_formula_is_open() -> None:
    shown, watch = grow("The state $s_h + i * t!$ and `a$$ b5 4ss` are fine.\n```\nx = 4ss\n```\n")
    assert watch.verdict.is_decent
    assert not any(part.endswith("$s_h +") for part in shown)


def test_a_price_does_not_hold_an_answer_back_for_long() -> None:
    text = "It costs $5 and " + "then some more words follow " * 6
    assert len(Watch(DECENCY, STRICT).feed(text)) > 150


def test_each_step_judges_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    judge = DecencyFilter.judge

    def measured(self: DecencyFilter, text: str, *rest: object) -> Verdict:
        lengths.append(len(text))
        return judge(self, text, *rest)

    monkeypatch.setattr(DecencyFilter, "judge", measured)
    grow("A sentence of ordinary words that goes on without an end. " * 60)
    assert max(lengths) < 700


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.integers(1, 7))
def test_a_watched_text_is_shown_whole_or_stopped(pieces: list[str], step: int) -> None:
    text = "".join(pieces)
    shown, watch = grow(text, step)
    for earlier, later in itertools.pairwise(shown):
        assert later.startswith(earlier)
    if watch.verdict.is_decent:
        assert shown[-1] == text
    assert DECENCY.judge(shown[-1], STRICT, ["solution", "final exam"]).is_decent
