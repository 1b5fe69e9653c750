"""What the topic guard learns: is this a question for a deep-learning course?

Hand-written questions of both kinds teach the border. The handbook's own questions and phrases
stand for the rest of the course's matter; things of other subjects and any English words, asked
about in the same forms, keep the forms from giving it away. So do the exams and labs of the
course beside those of other subjects.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.domain.handbook import Topic
from bot.domain.wording import Wording
from bot.domain.words import words_of
from bot.training.classifying.labelled_file import Line, read_lines
from bot.training.wording import FORMS, names

ON, OFF = "on topic", "off topic"
SEED = 7
OFF_FORMS = tuple(form for form in FORMS if "deep learning" not in form)
FORMS_OF_NAME, FORMS_OF_THING = 2, 3
PHRASES_OF_TOPIC = 8
NUM_WORDS, NUM_OCCASIONS = 600, 150
MIN_WORD = 4
ASKED = (
    "When is {}?",
    "when is {}",
    "when's {}",
    "where is {}",
    "Where does {} take place?",
    "how long is {}",
    "is {} mandatory",
    "Do I have to take part in {}?",
    "what do I need for {}",
    "what is {} about",
    "who is responsible for {}",
    "whom do I ask about {}",
    "i missed {}",
    "I am ill and cannot come to {}.",
    "how do I register for {}",
    "how much does {} count",
    "how many points are there for {}",
    "how hard is {}",
    "any tips for {}?",
    "help with {} pls",
    "is {} cancelled tomorrow",
    "can I do {} with a friend",
    "do we get the results of {} this week",
)
OURS = (
    *("the exam", "the final", "the retake", "the midterm", "the oral exam", "the mock exam"),
    *("the lecture", "lecture 4", "next week's lecture", "the tutorial", "the exercise class"),
    *("the lab", "lab 3", "the practical", "homework 2", "the homework", "sheet 5", "hw 1"),
    *("assignment 1", "exercise 3", "task 2b", "the project", "the project report", "the quiz"),
    *("the presentation", "this course", "the class", "the coding assignment", "the poster"),
)
SUBJECTS = tuple(
    "chemistry biology physics history law medicine french spanish german philosophy economics "
    "geography music art sports psychology accounting marketing literature anatomy calculus "
    "mechanics nursing theology sociology swimming dance driving cooking politics geology".split()
)
OCCASIONS = ("exam", "lecture", "lab", "homework", "seminar", "project", "quiz", "class", "essay")


def guard_lines(
    questions: str,
    things: Sequence[str],
    topics: Sequence[Topic],
    wordings: Sequence[Wording],
    english: Iterable[str],
) -> list[Line]:
    """All lines, the same ones every time.

    `questions` is the CSV of those that were written by hand, `things` are of other subjects,
    `english` are words, of which those that the handbook has are passed over. What is about one
    topic or thing stays on one side of the split.
    """
    chance = random.Random(SEED)
    return [
        *read_lines(Path("questions.csv"), questions),
        *_of_topics(topics, chance),
        *_of_wordings(wordings, chance),
        *_of_things(things, chance),
        *_of_words(_foreign(english, topics, wordings), chance),
        *_of_occasions(chance),
    ]


def _of_topics(topics: Sequence[Topic], chance: random.Random) -> Iterator[Line]:
    for topic in topics:
        asked = [pair.question for pair in topic.pairs]
        for name in names(topic):
            asked += [form.format(name) for form in chance.sample(FORMS, FORMS_OF_NAME)]
        for number, question in enumerate(dict.fromkeys(asked)):
            yield Line(question, ON, f"handbook/{topic.slug}", f"{topic.slug}, {number}")


def _of_wordings(wordings: Sequence[Wording], chance: random.Random) -> Iterator[Line]:
    phrases: dict[str, list[str]] = {}
    for wording in wordings:
        phrases.setdefault(wording.document, []).extend(wording.phrases)
    for document, some in phrases.items():
        drawn = chance.sample(some, min(PHRASES_OF_TOPIC, len(some)))
        for number, phrase in enumerate(drawn):
            yield Line(phrase, ON, f"handbook/{document}", f"{document}, phrase {number}")


def _of_things(things: Sequence[str], chance: random.Random) -> Iterator[Line]:
    for thing in things:
        for number, form in enumerate(chance.sample(OFF_FORMS, FORMS_OF_THING)):
            yield Line(form.format(thing), OFF, f"thing/{thing}", f"{thing}, {number}")


def _foreign(
    english: Iterable[str], topics: Sequence[Topic], wordings: Sequence[Wording]
) -> list[str]:
    """Words that nothing in the handbook has."""
    ours = {word for topic in topics for word in words_of(topic.text)}
    ours |= {word for each in wordings for phrase in each.phrases for word in words_of(phrase)}
    return sorted(word for word in set(english) - ours if len(word) >= MIN_WORD)


def _of_words(words: Sequence[str], chance: random.Random) -> Iterator[Line]:
    for number, word in enumerate(chance.sample(words, NUM_WORDS)):
        more = chance.choice(("", "", f" {chance.choice(words)}", f" and {chance.choice(words)}"))
        text = chance.choice(OFF_FORMS).format(word + more)
        yield Line(text, OFF, f"word/{word}", f"word {number}")


def _of_occasions(chance: random.Random) -> Iterator[Line]:
    """Exams and labs: the course's are on topic, those of other subjects are not."""
    ours = [(asked, what) for asked in ASKED for what in OURS]
    for number, (asked, what) in enumerate(chance.sample(ours, NUM_OCCASIONS)):
        yield Line(asked.format(what), ON, f"occasion/{what}", f"occasion {number}")
    others = [f"{subject} {what}" for subject in SUBJECTS for what in OCCASIONS]
    for number, what in enumerate(chance.sample(others, NUM_OCCASIONS)):
        article = chance.choice(("the ", "my ", ""))
        text = chance.choice(ASKED).format(article + what)
        yield Line(text, OFF, f"occasion/{what}", f"other occasion {number}")
