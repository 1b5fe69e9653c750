"""What the guard's judgement does, mode by mode."""

import pytest

from bot.domain.errors import OffTopic
from bot.domain.topic_guard import HINT, NOT_CONFIGURED, PASSED, REFUSAL, GuardMode, Judgement


@pytest.mark.parametrize("mode", GuardMode)
def test_what_is_on_topic_passes_in_every_mode(mode: GuardMode) -> None:
    judged = Judgement(mode, is_off_topic=False)
    judged.enforce()
    assert not judged.is_hinted


def test_each_mode_does_what_it_is_called() -> None:
    off, hint, refuse = (Judgement(mode, is_off_topic=True) for mode in GuardMode)
    assert [each.is_hinted for each in (off, hint, refuse, PASSED)] == [False, True, False, False]
    for passing in (off, hint, PASSED):
        passing.enforce()
    with pytest.raises(OffTopic) as refused:
        refuse.enforce()
    assert refused.value.text == REFUSAL


@pytest.mark.parametrize("sentence", [HINT, REFUSAL, NOT_CONFIGURED])
def test_what_people_read_is_one_line(sentence: str) -> None:
    assert "\n" not in sentence
    assert sentence[-1] in ".?"
