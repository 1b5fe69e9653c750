"""Questions in the wordings that people use."""

import random

from bot.domain.handbook import Pair, Topic
from bot.training.wording import (
    FORMS,
    LONG_FORMS,
    MORE_FORMS,
    UNSEEN_FORMS,
    carelessly,
    names,
    with_slip,
    without_capital,
    wording,
)

ADAM = Topic(
    slug="adam",
    title="Adam",
    area="optimisation",
    aliases=("Adam optimiser",),
    see_also=(),
    text="Adam is an optimiser.",
    pairs=(Pair("What is Adam?", "An optimiser."), Pair("Why is Adam popular?", "It is robust.")),
)


def test_the_first_question_comes_in_many_wordings_and_others_keep_their_words() -> None:
    chance = random.Random(1)
    first = {wording(ADAM, ADAM.pairs[0], chance) for _ in range(2_000)}
    assert len(first) > 200
    assert {"what is Adam", "Explain Adam optimiser.", "What is Adam?"} <= first
    others = [wording(ADAM, ADAM.pairs[1], chance) for _ in range(2_000)]
    assert sum(other == "Why is Adam popular?" for other in others) > 600
    assert any(other == "why is adam popular" for other in others)
    assert any(other.endswith(", why is Adam popular?") for other in others)


def test_the_same_chance_gives_the_same_wordings() -> None:
    one, other = random.Random(2), random.Random(2)
    for _ in range(200):
        assert carelessly("Why is Adam popular?", one) == carelessly("Why is Adam popular?", other)


def test_a_slip_touches_one_longer_word_by_one_letter() -> None:
    chance = random.Random(3)
    slips = {with_slip("Why is it popular?", chance) for _ in range(300)}
    assert {"Why is it poplar?", "Why is it poppular?", "Why is it popualr?"} <= slips
    for slip in slips:
        assert slip.startswith("Why is it p")
        assert slip.endswith("?")
        assert abs(len(slip) - len("Why is it popular?")) <= 1
    assert with_slip("Is it so?", chance) == "Is it so?"


def test_only_plain_words_lose_their_capital() -> None:
    assert without_capital("What is it?") == "what is it?"
    assert without_capital("GPT-2 is what?") == "GPT-2 is what?"
    assert without_capital("PyTorch is what?") == "PyTorch is what?"


def test_a_topic_is_called_by_its_title_within_a_sentence_and_by_its_aliases() -> None:
    assert names(ADAM) == ("adam", "Adam", "Adam optimiser")


def test_unseen_wordings_are_no_trained_ones() -> None:
    assert not set(UNSEEN_FORMS) & {*FORMS, *LONG_FORMS, *MORE_FORMS}
