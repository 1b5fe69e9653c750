"""`lectern notes`: files and folders become what answers are taken from."""

import json
from pathlib import Path

import pytest

from tests.terminal.conftest import Lectern


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with two notes, a hidden file, a folder in it, and one that is empty."""
    folder = tmp_path / "course"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "week-0.md").write_text("# Old\n\nNothing of it holds any more.\n")
    (folder / ".hidden").write_text("secret")
    (folder / "empty.txt").write_text("")
    (folder / "exam.md").write_text("# Exam\n\nThe exam is on 14 December in room 2.08.\n")
    (folder / "week-1.md").write_text("# Week 1\n\n## Warmth\n\nWarmth is 1 over temperature.\n")
    return folder


def test_a_folder_is_added_one_line_each_and_can_be_looked_at(
    lectern: Lectern, course: Path
) -> None:
    done = lectern("notes", "add", str(course))
    assert done.returncode == 1
    empty, exam, week = done.stdout.splitlines()
    assert empty.startswith('refused: "empty.txt" is empty; ')
    assert (exam, week) == ("added: exam.md (1 passage)", "added: week-1.md (1 passage)")

    done = lectern("notes", "list")
    assert [line.split(" – ")[0] for line in done.stdout.splitlines()] == ["exam.md", "week-1.md"]
    assert "exam.md – Exam, 1 passage, by operator 20" in done.stdout

    done = lectern("notes", "show", "week-1.md")
    assert done.stdout.splitlines()[1] == "1. Warmth: Warmth is 1 over temperature."

    done = lectern("notes", "search", "when", "is", "the", "exam?")
    assert done.stdout.splitlines()[0] == "[1] Exam"
    assert done.stdout.splitlines()[1].startswith("    covers 100%: The exam is on 14 December")

    answer = json.loads(lectern("ask", "When is the exam?", "--json").stdout)
    assert answer["quotes"][0]["text"] == "The exam is on 14 December in room 2.08."
    assert answer["sources"][0]["document"] == "exam.md"


def test_a_file_is_added_again_replaced_and_removed(lectern: Lectern, course: Path) -> None:
    exam = course / "exam.md"
    assert lectern("notes", "add", str(exam)).returncode == 0
    assert lectern("notes", "add", str(exam)).stdout == "unchanged: exam.md (1 passage)\n"
    exam.write_text("# Exam\n\nIt was moved to January.\n")
    assert lectern("notes", "add", str(exam)).stdout == "added: exam.md (1 passage)\n"
    assert "moved to January" in lectern("notes", "show", "exam.md").stdout
    assert lectern("notes", "remove", "exam.md").stdout == "removed: exam.md\n"
    assert lectern("notes", "list").stdout.startswith("There are no notes")


def test_each_server_has_its_own(lectern: Lectern, course: Path) -> None:
    lectern("notes", "add", str(course / "exam.md"), "--server", "42")
    assert "exam.md" in lectern("notes", "list", "--server", "42").stdout
    assert "exam.md" not in lectern("notes", "list").stdout
    alone = {"LECTERN_NOTES__HANDBOOK": "false"}
    done = lectern("notes", "search", "exam", **alone)
    assert done.stdout == "Nothing in the notes comes near that; try other words.\n"


def test_what_is_not_there_is_one_sentence(lectern: Lectern) -> None:
    for words in (("add", "nowhere.md"), ("show", "nothing.md"), ("remove", "nothing.md")):
        done = lectern("notes", *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("lectern: There is no ")
        assert done.stderr.count("\n") == 1


def test_a_file_over_the_limit_is_refused_by_itself(lectern: Lectern, course: Path) -> None:
    (course / "empty.txt").unlink()
    (course / "big.md").write_text("word " * 1_000)
    limits = {"LECTERN_NOTES__MAX_FILE_SIZE": "4 KiB", "LECTERN_NOTES__MAX_NOTES": "1"}
    big, exam, week = lectern("notes", "add", str(course), **limits).stdout.splitlines()
    assert big.startswith("refused: big.md has ")
    assert exam.startswith("added: ")
    assert week.startswith("refused: This server holds 1 notes already; ")


def test_notes_are_exported_into_files_that_hold_nobodys_name(
    lectern: Lectern, course: Path, tmp_path: Path
) -> None:
    lectern("notes", "add", str(course / "exam.md"), str(course / "week-1.md"))
    assert "2.08" in lectern("ask", "Whose umbrella may stand in room 2.08?").stdout
    out = tmp_path / "out"
    done = lectern("notes", "export", str(out))
    assert done.stdout == f"2 notes, 0 answers in {out}\n"
    assert sorted(each.name for each in out.iterdir()) == ["exam.md", "week-1.md"]
    assert not any("umbrella" in each.read_text() for each in out.iterdir())
    text = (out / "week-1.md").read_text()
    assert text == "# Week 1\n\n## Warmth\n\nWarmth is 1 over temperature.\n"
    again = lectern("notes", "export", str(out))
    assert again.returncode == 1
    assert "is not empty; name a folder that is new." in again.stderr
