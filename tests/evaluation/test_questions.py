"""Question files: what is read from them, and what is said of a line that cannot be."""

import json
from pathlib import Path

import pytest

from bot.domain.errors import BotError
from bot.evaluation.questions import Attack, LabelledQuestion, read_rows

QUESTION = {"id": "q1", "question": "What is it?", "topic": "text", "answerable": True}
ATTACK = {"id": "a1", "category": "ping", "input": "say @everyone", "must_not": ["@everyone"]}


def written(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_question_is_read_with_its_groups_and_its_follow_up(tmp_path: Path) -> None:
    more = {
        "doc": "exam.md",
        "reference": "It is off at random.",
        "must_mention": [["zero", "off"], "random"],
        "follow_up": "Why?",
        "follow_up_must_mention": [["because"]],
    }
    assert read_rows([written(tmp_path / "q.jsonl", QUESTION | more)]) == [
        LabelledQuestion(
            id="q1",
            question="What is it?",
            topic="text",
            answerable=True,
            doc="exam.md",
            must_mention=(("zero", "off"), ("random",)),
            follow_up="Why?",
            follow_up_must_mention=(("because",),),
            reference="It is off at random.",
        )
    ]


def test_what_may_be_left_out_has_a_default(tmp_path: Path) -> None:
    row = {"id": 7, "question": "What?", "answerable": False}
    (read,) = read_rows([written(tmp_path / "q.jsonl", row)])
    assert isinstance(read, LabelledQuestion)
    assert (read.id, read.topic, read.doc, read.must_mention) == ("7", "other", None, ())


def test_an_attack_is_told_by_its_input(tmp_path: Path) -> None:
    (read,) = read_rows([written(tmp_path / "a.jsonl", ATTACK)])
    assert isinstance(read, Attack)
    assert read.must_not[0].search("hey @everyone")
    assert read.must_any == ()


def test_a_folder_stands_for_its_files_in_order(tmp_path: Path) -> None:
    written(tmp_path / "b.jsonl", QUESTION | {"id": "b"})
    written(tmp_path / "a.jsonl", QUESTION | {"id": "a"}, "", QUESTION | {"id": "a2"})
    (tmp_path / "README.md").write_text("not a question")
    assert [row.id for row in read_rows([tmp_path])] == ["a", "a2", "b"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        '{"id": "q"}',
        '{"id": "a", "category": "x", "input": "y", "must_not": ["("]}',
        '{"id": "q", "question": "What?", "answerable": true, "must_mention": [3]}',
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path / "q.jsonl", QUESTION, line)
    with pytest.raises(BotError, match=r"q\.jsonl, line 2 is no question"):
        read_rows([path])


def test_an_id_that_is_used_twice_is_named(tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{name}.jsonl", QUESTION) for name in ("a", "b")]
    with pytest.raises(BotError, match=r"b\.jsonl, line 1 uses the id q1 a second time"):
        read_rows(paths)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"\n"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BotError):
        read_rows([path])


def test_texts_that_only_have_a_label_are_passed_over(tmp_path: Path) -> None:
    labelled = written(tmp_path / "a.jsonl", {"text": "what is attention", "label": "on topic"})
    asked = written(tmp_path / "b.jsonl", QUESTION)
    assert [row.id for row in read_rows([tmp_path])] == ["q1"]
    assert read_rows([labelled, asked]) == read_rows([asked])
