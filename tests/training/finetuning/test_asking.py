"""Questions for passages that nobody has asked for."""

import random

from bot.domain.document import Document, Section
from bot.training.finetuning.asking import Asking
from bot.training.finetuning.material import Example, Paper
from bot.training.finetuning.units import examples_of, units_of

TEXT = """The exam takes place on Thursday 11 February in Hall Copernicus. It lasts 120 minutes.

| Person | Role | Room |
|---|---|---|
| **Priya** | project | K2, room 2.08 |
| Luc | labs | |

1. Hand in the *first* sheet on Monday before noon.
2. Hand in the second sheet.

```python
print("hello")
```
"""
DOCUMENT = Document("Course 4711: exam", (Section("Before > Date and place", TEXT),))


def test_paragraphs_rows_items_and_code_are_on_one_line_as_many_as_make_one_answer() -> None:
    texts = [unit.text for unit in units_of(DOCUMENT)]
    assert texts == [
        "The exam takes place on Thursday 11 February in Hall Copernicus. It lasts 120 minutes. "
        "Priya: Role project, Room K2, room 2.08. Luc: Role labs. "
        "Hand in the first sheet on Monday before noon. Hand in the second sheet. "
        'print("hello")',
    ]
    assert {unit.heading for unit in units_of(DOCUMENT)} == {"Date and place"}


def test_what_stands_under_another_heading_is_another_answer() -> None:
    parts = (Section("A > Where", "In room 2.08."), Section("A > When", "On Monday."))
    assert [unit.text for unit in units_of(Document("T", parts))] == ["In room 2.08.", "On Monday."]


def test_long_paragraphs_are_cut_between_sentences() -> None:
    long = Document("T", (Section("", "This is a sentence of eight words here. " * 20),))
    texts = [unit.text for unit in units_of(long)]
    assert len(texts) > 2
    assert all(text.endswith("here.") and len(text.split()) <= 55 for text in texts)


COURSE = Document(
    "Course 4711",
    (
        Section("Exam", "The exam takes place on Thursday 11 February in Hall Copernicus."),
        Section("Late work", "Late homework loses ten points a day; after three days it is void."),
        Section("Cluster", "A job on the cluster may take at most six hours and two GPUs."),
    ),
)


def questions(number: int, how_many: int, seed: int = 1) -> list[str]:
    told = examples_of(Paper("course.md", COURSE))
    chance = random.Random(seed)
    asking = Asking(told)
    return [asking.question(told[number], chance) for _ in range(how_many)]


def share(made: list[str], *words: str) -> float:
    return sum(any(word in each.lower() for word in words) for each in made) / len(made)


def test_questions_are_made_of_the_words_of_their_passage_and_are_many() -> None:
    made = questions(0, 200)
    assert len(set(made)) > 180
    assert share(made, "exam") > 0.2
    assert share(made, "copernicus") > 0.1
    assert share(made, "homework", "cluster", "gpu") < 0.05


def test_questions_also_use_other_names_than_the_passage() -> None:
    made = questions(1, 200)
    assert share(made, "late") > 0.1
    assert share(made, "overdue", "too late", "past the deadline", "delay") > 0.05


def test_the_kind_of_answer_decides_how_it_is_asked_for() -> None:
    assert (
        share(questions(0, 300), "when ", "what day") > share(questions(2, 300), "what day") + 0.1
    )
    assert share(questions(2, 300), "how ") > 0.2


def test_words_that_all_passages_have_are_seldom_asked_with() -> None:
    assert share(questions(0, 300), "4711") < 0.5 * share(questions(0, 300), "exam")


def test_questions_that_somebody_wrote_are_asked_as_they_are_and_carelessly() -> None:
    pair = Example("So.", "a", ("What is dropout good for?", "Why dropout?"))
    chance = random.Random(1)
    asking = Asking([pair])
    as_asked = {asking.question(pair, chance, as_asked=True) for _ in range(20)}
    assert as_asked == set(pair.questions)
    careless = {asking.question(pair, chance) for _ in range(60)}
    assert not careless <= set(pair.questions)


def test_the_same_chance_words_the_same_questions() -> None:
    assert questions(1, 20) == questions(1, 20)
    assert questions(1, 20) != questions(1, 20, seed=2)
