"""What files become: papers and examples, each thing once, or one sentence that says why not."""

import json
import sqlite3
from pathlib import Path

import pytest

from bot.domain.errors import BotError, InvalidParameter, NoteRefused
from bot.handbook import load_topics
from bot.training.finetuning.reading import read_material
from tests.retrieval.files import pdf_file


async def test_a_folder_is_read_with_its_folders_but_without_hidden_files(course: Path) -> None:
    material = await read_material([course])
    assert [paper.name for paper in material.papers] == ["exam.md", "labs.md", "more/rules.txt"]
    assert [file.name for file in material.files] == ["exam.md", "labs.md", "more/rules.txt"]
    assert all(len(file.sha256) == 64 for file in material.files)


async def test_every_unit_of_a_document_is_an_example(course: Path) -> None:
    material = await read_material([course])
    answers = [example.answer for example in material.examples]
    assert any("One sheet of notes, written by hand on both sides." in each for each in answers)
    assert any("A to M: Hall Copernicus, room 0.14." in each for each in answers)
    assert all("\n" not in answer for answer in answers)


async def test_pages_of_a_pdf_are_learned_as_notes_are(tmp_path: Path) -> None:
    line = "Every group presents for ten minutes in the last week."
    (tmp_path / "rules.pdf").write_bytes(pdf_file([[line]]))
    material = await read_material([tmp_path])
    assert [paper.name for paper in material.papers] == ["rules.pdf"]
    assert [example.answer for example in material.examples] == [line]


async def test_without_derived_questions_only_pairs_are_examples(course: Path) -> None:
    assert not (await read_material([course], derives_questions=False)).examples


async def test_pairs_may_be_asked_in_several_wordings(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    row = {
        "questions": ["What is a loss?", "loss??"],
        "answer": "How wrong\nit is.",
        "document": "a",
    }
    file.write_text(json.dumps(row) + "\n\n" + json.dumps({"question": "Why?", "answer": "So."}))
    first, second = (await read_material([file])).examples
    assert first.questions == ("What is a loss?", "loss??")
    assert (first.answer, first.document) == ("How wrong it is.", "a")
    assert second.document == "So."


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("what is a loss", "no JSON object"),
        ('{"question": "What?"}', "needs a question and an answer"),
        ('{"question": " ", "answer": "So."}', "needs a question and an answer"),
        ('{"question": "What?", "answer": 3}', "needs a question and an answer"),
        ('{"question": "What?", "answer": "So.", "author": "ada"}', "has the field author"),
        ('{"id": "1", "question": "What?", "must_mention": []}', "has the field id"),
        ("[" * 5_000, "no JSON object"),
        ('{"question": "' + "a" * 200_000 + '", "answer": "So."}', "write one question"),
    ],
)
async def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"question": "Why?", "answer": "So."}\n' + line)
    with pytest.raises(InvalidParameter, match="line 2") as refusal:
        await read_material([file])
    assert words in refusal.value.text


@pytest.mark.parametrize("name", ["lectern.db", "notes.md", "pairs.jsonl", "notes.pdf"])
async def test_a_database_is_refused_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / "data" / name
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE answers (question TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(InvalidParameter, match="is a database"):
        await read_material([path.parent])


async def test_a_log_that_a_database_writes_ahead_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "lectern.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE answers (question TEXT)")
    connection.commit()
    (tmp_path / "notes.txt").write_bytes((tmp_path / "lectern.db-wal").read_bytes())
    connection.close()
    with pytest.raises(InvalidParameter, match="is a database"):
        await read_material([tmp_path / "notes.txt"])


@pytest.mark.parametrize(
    "head", ["PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;", "--\n-- PostgreSQL database dump\n--"]
)
async def test_a_dump_of_a_database_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "notes.txt").write_text(head + "\nINSERT INTO answers VALUES ('who asked');")
    with pytest.raises(InvalidParameter, match="is a database"):
        await read_material([tmp_path / "notes.txt"])


async def test_what_no_reader_reads_is_refused_by_name(course: Path) -> None:
    (course / "slides.pptx").write_bytes(b"PK\x03\x04 slides")
    with pytest.raises(NoteRefused, match=r"slides\.pptx.*I cannot read"):
        await read_material([course])


async def test_an_empty_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("")
    with pytest.raises(NoteRefused, match="is empty"):
        await read_material([tmp_path / "empty.md"])
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidParameter, match="nothing to learn"):
        await read_material([tmp_path / "folder"])
    with pytest.raises(InvalidParameter, match="no file or folder"):
        await read_material([tmp_path / "nowhere"])


async def test_encodings_may_be_mixed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Die Prüfung dauert 120 Minuten.".encode("cp1252"))
    (tmp_path / "b.txt").write_bytes("Die Übung dauert 90 Minuten am Abend.".encode("utf-16"))
    (tmp_path / "c.txt").write_bytes("Die Lösung steht später im Netz bereit.".encode())
    texts = [paper.text for paper in (await read_material([tmp_path])).papers]
    assert all(
        word in text for word, text in zip(["Prüfung", "Übung", "Lösung"], texts, strict=True)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
async def test_pairs_may_be_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    row = {"question": "Wo ist die Übung?", "answer": "Im Hörsaal."}
    line = json.dumps(row, ensure_ascii=False)
    (tmp_path / "pairs.jsonl").write_bytes(line.encode(encoding))
    (pair,) = (await read_material([tmp_path])).examples
    assert (pair.questions, pair.answer) == (("Wo ist die Übung?",), "Im Hörsaal.")


async def test_what_stands_twice_is_read_once(course: Path) -> None:
    once = await read_material([course])
    (course / "copy.md").write_bytes((course / "labs.md").read_bytes())
    (course / "nearly.md").write_text(
        (course / "labs.md").read_text() + "\nThe end of it is new.\n"
    )
    twice = await read_material([course])
    told = [example.answer for example in twice.examples]
    assert len(told) == len(set(told)) == len(once.examples) + 1
    assert twice.num_duplicates == 2
    assert "labs.md" not in [file.name for file in twice.files]


async def test_one_giant_line_is_cut_into_answers(tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("This sentence is one of very many in a row. " * 3_000)
    (paper,) = (material := await read_material([tmp_path])).papers
    assert len(paper.text) > 100_000
    assert all(len(example.answer.split()) <= 60 for example in material.examples)


@pytest.mark.parametrize(
    ("text", "most"), [("word " * 700_000, 70), ("abcdefghij" * 350_000, 0), ("a b c d " * 9, 70)]
)
async def test_a_giant_line_without_sentences_is_cut_and_one_without_words_asks_nothing(
    tmp_path: Path, text: str, most: int
) -> None:
    (tmp_path / "line.txt").write_text(text)
    examples = (await read_material([tmp_path / "line.txt"])).examples
    assert max((len(each.answer.split()) for each in examples), default=0) <= most
    assert bool(examples) == bool(most)


async def test_a_line_of_five_megabytes_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("This sentence is one of very many. " * 150_000)
    with pytest.raises(NoteRefused, match=r"line\.txt.*split it into several files"):
        await read_material([tmp_path / "line.txt"])
    row = {"question": "What?", "answer": "word " * 1_000_000}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row))
    with pytest.raises(InvalidParameter, match=r"pairs\.jsonl, line 1 has 5,000,0\d\d characters"):
        await read_material([tmp_path / "pairs.jsonl"])


async def test_the_handbook_brings_its_pairs(tmp_path: Path) -> None:
    topics = load_topics()[:2]
    material = await read_material([], topics)
    assert [paper.name for paper in material.papers] == [f"handbook/{t.slug}" for t in topics]
    assert len(material.examples) == sum(len(topic.pairs) for topic in topics)
    assert topics[0].pairs[0].question in material.examples[0].questions


async def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone.md"
    gone.symlink_to(tmp_path / "nothing")
    with pytest.raises(BotError, match="no file or folder"):
        await read_material([gone])
