"""The files that say how people ask for the handbook's pieces."""

import pytest

from bot.domain.errors import BotError
from bot.domain.wording import Wording, parse_wordings


def test_phrases_belong_to_the_heading_above_them() -> None:
    source = "# Adam\n\nwith averages\n # What is Adam? \n  default optimiser \n\nm and v\n"
    assert parse_wordings("adam", source) == (
        Wording("adam", "Adam", ("with averages",)),
        Wording("adam", "What is Adam?", ("default optimiser", "m and v")),
    )


def test_a_phrase_under_no_heading_is_named_with_its_line() -> None:
    with pytest.raises(BotError, match=r"Line 2 of the wordings of adam .*FORMAT\.md"):
        parse_wordings("adam", "\nlost\n# Adam\n")
