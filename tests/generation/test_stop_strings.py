"""Stop strings are never shown, not even their beginning."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.generation.stop_strings import StopStrings


def test_a_beginning_is_held_back_until_it_is_clear() -> None:
    stop = StopStrings(("\nQ:",))
    shown = []
    for piece in ("A number", ".\n", "No", ", not yet.\n", "Q", ": next"):
        stop.add(piece)
        shown.append(stop.shown)
    assert shown[1] == "A number."
    assert shown[2] == "A number.\nNo"
    assert shown[3] == shown[4] == shown[5] == "A number.\nNo, not yet."
    assert stop.is_stopped
    assert stop.whole == "A number.\nNo, not yet."


def test_what_was_held_back_belongs_to_an_answer_that_ends_otherwise() -> None:
    stop = StopStrings(("END",))
    stop.add("the EN")
    assert (stop.shown, stop.whole) == ("the ", "the EN")


def test_nothing_comes_after_a_stop() -> None:
    stop = StopStrings(("x",))
    stop.add("abxcd")
    stop.add("efx")
    assert stop.shown == "ab"


def test_the_earliest_stop_string_counts() -> None:
    stop = StopStrings(("cd", "bcde", "e"))
    stop.add("abcde")
    assert stop.shown == "a"


def test_without_stop_strings_everything_is_shown_at_once() -> None:
    stop = StopStrings(())
    stop.add("abc")
    assert stop.shown == "abc"


small_text = st.text("ab\n", max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.lists(small_text, max_size=12), st.lists(st.text("ab\n", min_size=1, max_size=4)))
def test_any_pieces_give_the_text_before_the_first_stop_string(
    pieces: list[str], strings: list[str]
) -> None:
    stop = StopStrings(tuple(strings))
    before = ""
    text = ""
    for piece in pieces:
        stop.add(piece)
        text += piece
        assert stop.shown.startswith(before)
        before = stop.shown
        places = [text.find(string) for string in strings if string in text]
        assert stop.is_stopped == bool(places)
        if places:
            break
        assert not any(string in stop.shown for string in strings)
    if stop.is_stopped:
        # Of the strings that this piece completed the earliest counts.
        assert stop.shown == text[: min(text.find(s) for s in strings if s in text)]
    else:
        assert stop.whole == text
