"""What the topic guard learns: is this a question for a deep-learning course?

Hand-written questions of both kinds teach the border. The handbook's own questions and phrases
stand for the rest of the course; things of other subjects, asked about in the same words, keep
the words from giving it away.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.domain.handbook import Topic
from bot.domain.wording import Wording
from bot.training.classifying.labelled_file import Line, read_lines
from bot.training.wording import FORMS, names

ON, OFF = "on topic", "off topic"
SEED = 7
FORMS_OF_NAME, FORMS_OF_THING = 2, 2
PHRASES_OF_TOPIC = 4


def guard_lines(
    questions: str, things: Sequence[str], topics: Sequence[Topic], wordings: Sequence[Wording]
) -> list[Line]:
    """All lines, the same ones every time.

    `questions` is the CSV of those that were written by hand, `things` are of other subjects.
    What is about one topic or thing stays on one side of the split.
    """
    chance = random.Random(SEED)
    return [
        *read_lines(Path("questions.csv"), questions),
        *_of_topics(topics, chance),
        *_of_wordings(wordings, chance),
        *_of_things(things, chance),
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
        for number, form in enumerate(chance.sample(FORMS, FORMS_OF_THING)):
            yield Line(form.format(thing), OFF, f"thing/{thing}", f"{thing}, {number}")
