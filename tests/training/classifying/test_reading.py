"""Reading labelled texts: kinds of files, encodings, what is refused."""

import sqlite3
from pathlib import Path

import pytest

from bot.domain.errors import InvalidParameter, NoteRefused
from bot.training.classifying.labelled_file import Line
from bot.training.classifying.reading import read_labelled
from tests.training.classifying.conftest import NETS_AND_MEALS, Writer


def rows(label: str, start: int, ending: str = "") -> str:
    return "".join(f"text {number}{ending},{label}\n" for number in range(start, start + 15))


def test_files_of_any_encoding_are_read_and_written_down_with_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("text,label\n" + rows("a", 0, " – für"), "utf-16")
    (tmp_path / "two.csv").write_bytes(("text,label\n" + rows("b", 50, " für")).encode("cp1252"))
    (tmp_path / "three.csv").write_text("text,label\n" + rows("b", 90, " für"), "utf-8-sig")
    (tmp_path / "readme.txt").write_text("not labelled")
    found = read_labelled([tmp_path])
    assert len(found.texts) == 45
    assert all(each.text.endswith("für") for each in found.texts)
    assert [file.name for file in found.files] == ["one.csv", "three.csv", "two.csv"]
    assert all(len(file.sha256) == 64 for file in found.files)


def test_the_same_file_is_read_once(write: Writer) -> None:
    path = write(NETS_AND_MEALS)
    assert read_labelled([path, path]).num_duplicates == 0


def test_what_the_guard_knows_is_typed_in_a_hurry_and_files_are_not(write: Writer) -> None:
    guard = [Line(f"q {number}", "nets", "", f"guard {number}") for number in range(3)]
    found = read_labelled([write(NETS_AND_MEALS)], guard)
    assert [each.is_typed for each in found.texts[:4]] == [True, True, True, False]
    assert [file.name for file in found.files] == ["topic-guard", "texts.jsonl"]


def test_databases_are_refused_whatever_they_are_called(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE answers (text, label)")
    database.close()
    with pytest.raises(InvalidParameter, match="is a database"):
        read_labelled([path])


def test_other_files_and_missing_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("hello")
    with pytest.raises(InvalidParameter, match=r"no file of labelled texts; they are \.jsonl or"):
        read_labelled([tmp_path / "texts.txt"])
    with pytest.raises(InvalidParameter, match="no file or folder"):
        read_labelled([tmp_path / "nowhere.csv"])


@pytest.mark.parametrize("content", ["", "\n\n", "text,label\n"])
def test_an_empty_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "texts.csv").write_text(content)
    with pytest.raises(InvalidParameter, match="There is nothing to learn in"):
        read_labelled([tmp_path / "texts.csv"])


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(NoteRefused, match=r"texts\.csv: .*holds no text"):
        read_labelled([tmp_path / "texts.csv"])
