"""Names of notes: one clean line, and never a path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NoteRefused
from bot.domain.note_name import MAX_NAME_CHARACTERS, note_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("week-1.md", "week-1.md"),
        ("../../x.md", "x.md"),
        ("C:\\course\\x.md", "x.md"),
        ("C:x.md", "x.md"),
        ("/etc/passwd", "passwd"),
        (".hidden.md", "hidden.md"),
        ("a\u202etxt.\u200bmd", "atxt.md"),
        ("two\nlines \t here.md", "two lines here.md"),
        ("u\u0308bung.md", "übung.md"),
    ],
)
def test_a_name_is_its_last_part_cleaned(name: str, kept: str) -> None:
    assert note_name(name) == kept


@pytest.mark.parametrize("name", ["", "..", "a/", "C:\\", "\u200b", " . "])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(NoteRefused, match="has no name; please give it one"):
        note_name(name)


def test_a_long_name_keeps_its_ending() -> None:
    kept = note_name("a" * 300 + ".ipynb")
    assert len(kept) == MAX_NAME_CHARACTERS
    assert kept.endswith("a.ipynb")


@given(st.text(st.one_of(st.characters(), st.sampled_from("./\\: C")), max_size=250))
def test_a_name_is_one_short_line_and_stays_what_it_is(name: str) -> None:
    try:
        kept = note_name(name)
    except NoteRefused:
        return
    assert 0 < len(kept) <= MAX_NAME_CHARACTERS
    assert not set(kept) & set("/\\\n\r\0")
    assert note_name(kept) == kept
