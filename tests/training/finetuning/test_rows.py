"""Rows: the serving template, labels on answers only, and nothing begun that does not fit."""

import random
from pathlib import Path

import pytest

from bot.domain.document import Document, Section
from bot.domain.grounded_prompt import INSTRUCTION
from bot.domain.prompt import fit
from bot.domain.template import BASE, STARTER
from bot.training.finetuning.material import Example, Paper
from bot.training.finetuning.rows import IGNORED, UNKNOWN, Row, Rows, alike
from bot.training.finetuning.split import Half
from bot.training.finetuning.vocabulary import Vocabulary
from tests.models import VOCABULARY, save_tokenizer

PAIR = Example("A number that says how wrong it is.", "a", ("What is a loss?",))


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    save_tokenizer(tmp_path)
    return Vocabulary(tmp_path, VOCABULARY, 0)


def text(vocabulary: Vocabulary, ids: list[int]) -> str:
    return vocabulary._bpe.decode(ids, skip_special_tokens=False)


def learned(vocabulary: Vocabulary, row: Row) -> str:
    return text(vocabulary, [label for label in row.labels if label != IGNORED])


def question(example: Example) -> str:
    return example.questions[0] if example.questions else "what is told"


def test_only_the_answer_its_line_end_and_the_end_of_text_are_learned(
    vocabulary: Vocabulary,
) -> None:
    (row,) = Rows(vocabulary, STARTER, 128).of(Half((), (PAIR,)), question, random.Random(1))
    assert learned(vocabulary, row) == f" {PAIR.answer}\n<|endoftext|>"
    assert text(vocabulary, list(row.ids)) == (
        f"Question: What is a loss?\nAnswer: {PAIR.answer}\n<|endoftext|>"
    )


def test_a_row_begins_as_the_bot_asks(vocabulary: Vocabulary) -> None:
    rows = Rows(vocabulary, BASE, 1024)
    (row,) = rows.of(Half((), (PAIR,)), question, random.Random(1))
    asked = fit(BASE, (), "What is a loss?", vocabulary.count, window=1024, max_new_tokens=128)
    assert text(vocabulary, list(row.ids)).startswith(asked.text + f" {PAIR.answer}\n\n")


def test_all_answers_of_a_conversation_are_learned(vocabulary: Vocabulary) -> None:
    pairs = tuple(Example(f"Answer number {n}.", str(n), (f"Which {n}?",)) for n in range(40))
    rows = Rows(vocabulary, STARTER, 128).of(Half((), pairs), question, random.Random(1))
    told = "".join(learned(vocabulary, row) for row in rows)
    assert all(f" {pair.answer}\n" in told for pair in pairs)
    assert "Question" not in told


def test_no_row_is_too_long_and_most_are_full(vocabulary: Vocabulary) -> None:
    pairs = tuple(Example(f"Answer number {n}.", str(n), (f"Which {n}?",)) for n in range(60))
    rows = Rows(vocabulary, STARTER, 96).of(Half((), pairs), question, random.Random(1))
    assert max(len(row.ids) for row in rows) <= 96
    assert sum(len(row.ids) for row in rows) > 0.6 * 96 * len(rows)


def test_a_paper_is_learned_whole_and_cut_where_a_row_ends(vocabulary: Vocabulary) -> None:
    paper = Paper("a.md", Document("Title", (Section("Part > Piece", "Many words here. " * 40),)))
    rows = Rows(vocabulary, STARTER, 64).of(Half((paper,), ()), question, random.Random(1))
    assert sum(len(row.ids) for row in rows) == vocabulary.count(paper.text) + 1
    assert all(row.ids == row.labels for row in rows)
    assert paper.text.startswith("Title\n\nPiece\n\nMany")


def test_the_special_token_in_a_text_stays_text(vocabulary: Vocabulary) -> None:
    paper = Paper("a.md", Document("T", (Section("", "Never write <|endoftext|> there."),)))
    (row,) = Rows(vocabulary, STARTER, 128).of(Half((paper,), ()), question, random.Random(1))
    assert row.ids.count(0) == 1
    assert row.ids[-1] == 0


def test_some_conversations_of_a_base_hold_the_notes_or_notes_that_do_not_tell(
    vocabulary: Vocabulary,
) -> None:
    told = tuple(
        Example(f"Fact {n} is told.", f"doc-{n % 7}", (), "Facts", f"Doc\nFact {n}.")
        for n in range(200)
    )
    rows = Rows(vocabulary, BASE, 700).of(Half((), told), question, random.Random(1))
    texts = [text(vocabulary, list(row.ids)) for row in rows]
    grounded = sum(one.count(INSTRUCTION) for one in texts)
    unknown = sum(one.count(UNKNOWN) for one in texts)
    assert 10 < grounded < 60
    assert 3 < unknown < grounded


def test_an_answer_that_is_too_long_loses_its_end_never_its_question(
    vocabulary: Vocabulary,
) -> None:
    long = Example("word " * 300, "a", ("What is a loss?",))
    (row,) = Rows(vocabulary, STARTER, 64).of(Half((), (long,)), question, random.Random(1))
    assert len(row.ids) == 64
    assert text(vocabulary, list(row.ids)).startswith("Question: What is a loss?\nAnswer: word")


def test_of_a_beginning_only_the_first_words_of_an_answer_are_learned(
    vocabulary: Vocabulary,
) -> None:
    rows = Rows(vocabulary, STARTER, 128, beginnings=1.0)
    (row,) = rows.of(Half((), (PAIR,)), question, random.Random(1))
    told = learned(vocabulary, row)
    assert told
    assert f" {PAIR.answer}".startswith(told)
    assert len(told) < len(PAIR.answer)
    assert (row.ids[-1], row.labels[-1]) == (0, IGNORED)


def test_unpacked_a_conversation_is_a_row_by_itself(vocabulary: Vocabulary) -> None:
    pairs = tuple(Example(f"Answer number {n}.", str(n), (f"Which {n}?",)) for n in range(40))
    rows = Rows(vocabulary, STARTER, 128, 1.0, is_packed=False)
    made = rows.of(Half((), pairs), question, random.Random(1))
    assert len(made) == 40
    assert all(text(vocabulary, list(row.ids)).count("Question: Which") == 1 for row in made)


def test_the_rows_of_a_batch_are_made_alike_in_length_and_none_is_lost() -> None:
    chance = random.Random(1)
    rows = [Row((number,) * chance.randint(1, 100), ()) for number in range(215)]
    ordered = list(alike(rows, 10, chance))
    assert sorted(ordered, key=lambda row: row.ids) == sorted(rows, key=lambda row: row.ids)

    def padded(some: list[Row]) -> int:
        batches = [some[first : first + 10] for first in range(0, len(some), 10)]
        return sum(len(each) * max(len(row.ids) for row in each) for each in batches)

    assert padded(ordered) < 0.7 * padded(rows)
    longest = [max(len(row.ids) for row in ordered[n : n + 10]) for n in range(0, 80, 10)]
    assert longest != sorted(longest)


def test_what_is_known_already_is_read_once(vocabulary: Vocabulary) -> None:
    known = Example("Known.", "b", ("What is known?",), is_known=True)
    rows = Rows(vocabulary, STARTER, 128).of(Half((), (PAIR, known)), question, random.Random(1), 3)
    told = "".join(text(vocabulary, list(row.ids)) for row in rows)
    assert (told.count(PAIR.answer), told.count("Known.")) == (3, 1)
