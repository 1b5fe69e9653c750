"""The development set keeps its format, and its answers stand in the documents that it names."""

import json
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

import bot.evaluation
from bot.handbook import FOLDER as TOPICS_FOLDER
from bot.handbook import load_topics

FOLDER = Path(bot.evaluation.__file__).parent / "development"
TOPICS = {topic.slug: topic for topic in load_topics()}
NOTES = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "notes").glob("*.md")}
FIELDS = {"id", "question", "topic", "answerable", "doc", "must_mention"}
FOLLOW_UP = {"follow_up", "follow_up_must_mention"}
REFUSAL = "I found nothing about this in the notes of this server."

Row = dict[str, Any]
Groups = list[list[str]]


def read(name: str) -> list[Row]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


HANDBOOK = read("handbook.jsonl")
COURSE = read("course.jsonl")
UNANSWERABLE = read("unanswerable.jsonl")
ADVERSARIAL = read("adversarial.jsonl")
ANSWERABLE = HANDBOOK + COURSE
ASKED = ANSWERABLE + UNANSWERABLE


def source(row: Row) -> str:
    """The document that answers a question."""
    if row in COURSE:
        return NOTES[row["doc"]]
    return (TOPICS_FOLDER / f"{row['doc']}.md").read_text(encoding="utf-8")


def folded(text: str) -> str:
    """Lower case, with single spaces."""
    return " ".join(text.lower().split())


def bare(question: str) -> str:
    """A question without case and punctuation."""
    return " ".join(re.findall(r"\w+", question.lower()))


def mentions(text: str, groups: Groups) -> bool:
    return folded_mentions(folded(text), groups)


def folded_mentions(text: str, groups: Groups) -> bool:
    """The same for a text that is folded already."""
    return all(any(wanted.lower() in text for wanted in group) for group in groups)


def paragraphs(document: str) -> list[str]:
    return re.split(r"\n\s*\n", document)


def turns(row: Row) -> list[tuple[str, Groups]]:
    """Question and follow-up, each with what its answer must mention."""
    asked = [(row["question"], row["must_mention"])]
    if "follow_up" in row:
        asked.append((row["follow_up"], row["follow_up_must_mention"]))
    return asked


@pytest.mark.parametrize(
    ("rows", "least"), [(HANDBOOK, 170), (COURSE, 80), (UNANSWERABLE, 60), (ADVERSARIAL, 50)]
)
def test_there_are_enough_rows(rows: list[Row], least: int) -> None:
    assert len(rows) >= least


@pytest.mark.parametrize(("rows", "least"), [(HANDBOOK, 25), (COURSE, 12)])
def test_there_are_enough_follow_ups(rows: list[Row], least: int) -> None:
    assert sum("follow_up" in row for row in rows) >= least


def test_an_id_names_one_row() -> None:
    counts = Counter(row["id"] for row in ASKED + ADVERSARIAL)
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_question_is_asked_twice() -> None:
    counts = Counter(row["question"].strip().lower() for row in ASKED)
    assert [question for question, count in counts.items() if count > 1] == []


def test_a_question_has_its_fields_and_no_others() -> None:
    for row in ASKED:
        assert set(row) in (FIELDS, FIELDS | FOLLOW_UP), row
        assert row["question"].strip(), row
        assert row["topic"], row


def test_what_must_be_mentioned_is_one_to_three_groups_of_words() -> None:
    for row in ANSWERABLE:
        assert row["answerable"] is True, row
        for _, groups in turns(row):
            assert 1 <= len(groups) <= 3, row
            assert all(groups), row
            words = [word for group in groups for word in group]
            assert [word for word in words if not word or word != " ".join(word.split())] == []


def test_what_is_unanswerable_names_no_document() -> None:
    for row in UNANSWERABLE:
        assert row["answerable"] is False, row
        assert (row["doc"], row["must_mention"]) == ("", []), row
        assert not FOLLOW_UP & set(row), row


def test_every_topic_of_the_handbook_is_asked_about() -> None:
    assert {row["doc"] for row in HANDBOOK} == set(TOPICS)
    assert all(row["topic"] == TOPICS[row["doc"]].area for row in HANDBOOK)


def test_every_note_is_asked_about() -> None:
    assert {row["doc"] for row in COURSE} == set(NOTES)


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["id"])
def test_one_paragraph_of_the_document_satisfies_a_question(row: Row) -> None:
    for asked, groups in turns(row):
        assert any(mentions(paragraph, groups) for paragraph in paragraphs(source(row))), asked


@pytest.mark.parametrize("rows", [HANDBOOK, COURSE], ids=["handbook", "course"])
def test_words_about_something_else_seldom_satisfy_a_question(rows: list[Row]) -> None:
    pool = [
        (row["doc"], folded(text)) for row in one_each(rows) for text in paragraphs(source(row))
    ]
    shares = {}
    for row in rows:
        others = [text for doc, text in pool if doc != row["doc"]]
        for asked, groups in turns(row):
            satisfied = sum(folded_mentions(text, groups) for text in others)
            shares[row["id"], asked] = satisfied / len(others)
    assert {asked: share for asked, share in shares.items() if share > 0.1} == {}
    assert sum(shares.values()) / len(shares) < 0.01


def one_each(rows: list[Row]) -> list[Row]:
    """One row for each document."""
    return list({row["doc"]: row for row in rows}.values())


def test_repeating_a_question_does_not_answer_it() -> None:
    repeated = [
        asked for row in ANSWERABLE for asked, groups in turns(row) if mentions(asked, groups)
    ]
    assert repeated == []


def test_a_refusal_does_not_answer_a_question() -> None:
    refused = [
        asked for row in ANSWERABLE for asked, groups in turns(row) if mentions(REFUSAL, groups)
    ]
    assert refused == []


def test_no_question_comes_close_to_a_pair_of_the_handbook() -> None:
    pairs = [bare(pair.question) for topic in TOPICS.values() for pair in topic.pairs]
    close = []
    for row in ASKED:
        matcher = SequenceMatcher(b=bare(row["question"]), autojunk=False)
        for pair in pairs:
            matcher.set_seq1(pair)
            bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
            if all(bound() >= 0.9 for bound in bounds):
                close.append((row["question"], pair))
    assert close == []


def test_an_adversarial_row_has_its_fields_and_no_others() -> None:
    for row in ADVERSARIAL:
        assert set(row) == {"id", "category", "input", "must_not", "must_any"}, row
        assert 1 <= len(row["input"]) <= 4000, row
        assert row["must_not"], row
        assert all(group for group in row["must_any"]), row


@pytest.mark.parametrize("row", ADVERSARIAL, ids=lambda row: row["id"])
def test_a_refusal_does_no_harm(row: Row) -> None:
    patterns = [re.compile(pattern) for pattern in row["must_not"]]
    assert [pattern.pattern for pattern in patterns if pattern.search(REFUSAL)] == []


@pytest.mark.parametrize(
    ("category", "harm"),
    [
        ("mention", "Listen, @everyone: <@123456789012345678> says hello."),
        ("link", "[course page](https://evil.example/login)"),
        ("special token", "It is a rate.<|endoftext|>[INST]<|im_start|>"),
        ("sql", "sqlite3.OperationalError: near DROP TABLE: sleep(10)"),
        ("query syntax", 'fts5: syntax error near "NEAR"'),
    ],
)
def test_every_row_of_a_category_notices_its_harm(category: str, harm: str) -> None:
    rows = [row for row in ADVERSARIAL if row["category"] == category]
    unnoticed = [
        row["id"]
        for row in rows
        if not any(re.search(pattern, harm) for pattern in row["must_not"])
    ]
    assert rows
    assert unnoticed == []


@pytest.mark.parametrize("name", sorted(NOTES))
def test_a_note_reads_like_course_material(name: str) -> None:
    text = NOTES[name]
    assert 400 <= len(text.split()) <= 900
    assert text.startswith("# ")
    assert text.count("\n## ") >= 2


def test_the_notes_contain_what_readers_find_hard() -> None:
    everything = "\n".join(NOTES.values())
    assert 10 <= len(NOTES) <= 12
    assert "\n```python\n" in everything
    assert "\n|---|" in everything
    assert "\n$$" in everything
    assert "\n- " in everything
