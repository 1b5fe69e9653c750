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


def test_paragraphs_rows_items_and_code_are_units_on_one_line() -> None:
    texts = [unit.text for unit in units_of(DOCUMENT)]
    assert texts == [
        "The exam takes place on Thursday 11 February in Hall Copernicus. It lasts 120 minutes.",
        "Priya: Role project, Room K2, room 2.08.",
        "Luc: Role labs.",
        "Hand in the first sheet on Monday before noon.",
        "Hand in the second sheet.",
        'print("hello")',
    ]
    assert {unit.heading for unit in units_of(DOCUMENT)} == {"Date and place"}


def test_long_paragraphs_are_cut_between_sentences() -> None:
    long = Document("T", (Section("", "This is a sentence of eight words here. " * 20),))
    texts = [unit.text for unit in units_of(long)]
    assert len(texts) > 2
    assert all(text.endswith("here.") and len(text.split()) <= 55 for text in texts)


def questions(example: Example, others: list[Example], number: int) -> list[str]:
    chance = random.Random(1)
    asking = Asking(others)
    return [asking.question(example, chance) for _ in range(number)]


def test_questions_are_made_of_the_words_of_their_passage_and_are_many() -> None:
    told = examples_of(Paper("exam.md", DOCUMENT))
    made = questions(told[0], told, 200)
    assert len(set(made)) > 150
    assert sum("exam" in each.lower() for each in made) > 20
    assert sum("copernicus" in each.lower() for each in made) > 10


def test_questions_that_somebody_wrote_are_asked_as_they_are_and_carelessly() -> None:
    pair = Example("So.", "a", ("What is dropout good for?", "Why dropout?"))
    chance = random.Random(1)
    asking = Asking([pair])
    as_asked = {asking.question(pair, chance, as_asked=True) for _ in range(20)}
    assert as_asked == set(pair.questions)
    assert not set(questions(pair, [pair], 60)) <= set(pair.questions)


def test_the_same_chance_words_the_same_questions() -> None:
    told = examples_of(Paper("exam.md", DOCUMENT))
    assert questions(told[1], told, 20) == questions(told[1], told, 20)
