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
from bot.training.classifying.guard_words import (
    ASKED,
    FRAMES,
    MATTER,
    OCCASIONS,
    OURS,
    SUBJECTS,
)
from bot.training.classifying.labelled_file import Line, read_lines
from bot.training.wording import FORMS, GREETINGS, names, with_slip, without_capital

ON, OFF = "on topic", "off topic"
SEED = 7
OFF_FORMS = tuple(form for form in FORMS if "deep learning" not in form)
FORMS_OF_NAME, FORMS_OF_THING = 2, 2
FRAMES_OF_NAME, FRAMES_OF_THING, FRAMES_OF_MATTER = 2, 2, 8
PHRASES_OF_TOPIC = 8
NUM_WORDS, NUM_OCCASIONS = 4000, 250
JOINTS = (" ", " and ", " of the ", " in a ", " for my ")
MIN_WORD = 4


def guard_lines(
    questions: str,
    things: Sequence[str],
    topics: Sequence[Topic],
    wordings: Sequence[Wording],
    english: Iterable[str],
) -> list[Line]:
    """All lines, the same ones every time.

    `questions` is the CSV of those that were written by hand, `things` are of other subjects,
    `english` are words, of which those of the course are passed over. The split keeps
    together what was written by hand and its slips; every topic is learned, and it is questions
    that are held back.
    """
    chance = random.Random(SEED)
    by_hand = read_lines(Path("questions.csv"), questions)
    return [
        *_of_hand(by_hand, chance),
        *_of_topics(topics, chance),
        *_of_matter(chance),
        *_of_wordings(wordings, chance),
        *_of_things(things, chance),
        *_of_words(_foreign(english, by_hand, topics, wordings), chance),
        *_of_occasions(chance),
    ]


def _of_hand(lines: Sequence[Line], chance: random.Random) -> Iterator[Line]:
    """What was written by hand, greeted and with a slip, too: it counts three times as much."""
    for line in lines:
        group = f"hand/{line.text}"
        greeted = chance.choice(GREETINGS) + without_capital(line.text)
        for text in (line.text, greeted, with_slip(line.text, chance)):
            yield Line(text, line.label, group, line.place)


def _of_matter(chance: random.Random) -> Iterator[Line]:
    for thing in MATTER:
        for number, frame in enumerate(chance.sample(FRAMES, FRAMES_OF_MATTER)):
            text = frame.format(thing, chance.choice(MATTER))
            yield Line(text, ON, "", f"{thing}, {number}")


def _of_topics(topics: Sequence[Topic], chance: random.Random) -> Iterator[Line]:
    others = [name for topic in topics for name in names(topic)]
    for topic in topics:
        asked = [pair.question for pair in topic.pairs]
        for name in names(topic):
            asked += [form.format(name) for form in chance.sample(FORMS, FORMS_OF_NAME)]
            frames = chance.sample(FRAMES, FRAMES_OF_NAME)
            asked += [frame.format(name, chance.choice(others)) for frame in frames]
        for number, question in enumerate(dict.fromkeys(asked)):
            yield Line(question, ON, "", f"{topic.slug}, {number}")


def _of_wordings(wordings: Sequence[Wording], chance: random.Random) -> Iterator[Line]:
    phrases: dict[str, list[str]] = {}
    for wording in wordings:
        phrases.setdefault(wording.document, []).extend(wording.phrases)
    for document, some in phrases.items():
        drawn = chance.sample(some, min(PHRASES_OF_TOPIC, len(some)))
        for number, phrase in enumerate(drawn):
            yield Line(phrase, ON, "", f"{document}, phrase {number}")


def _of_things(things: Sequence[str], chance: random.Random) -> Iterator[Line]:
    for thing in things:
        forms = chance.sample(OFF_FORMS, FORMS_OF_THING) + chance.sample(FRAMES, FRAMES_OF_THING)
        for number, form in enumerate(forms):
            text = form.format(thing, chance.choice(things))
            yield Line(text, OFF, "", f"{thing}, {number}")


def _foreign(
    english: Iterable[str],
    asked: Sequence[Line],
    topics: Sequence[Topic],
    wordings: Sequence[Wording],
) -> list[str]:
    """Words that neither the handbook has nor a question about the course."""
    ours = {word for topic in topics for word in words_of(topic.text)}
    ours |= {word for each in wordings for phrase in each.phrases for word in words_of(phrase)}
    ours |= {word for line in asked if line.label == ON for word in words_of(line.text)}
    return sorted(word for word in set(english) - ours if len(word) >= MIN_WORD)


def _of_words(words: Sequence[str], chance: random.Random) -> Iterator[Line]:
    """Words of everyday English, each of which stands in one question at most."""
    drawn = list(words)
    chance.shuffle(drawn)
    for number in range(NUM_WORDS):
        count = chance.choice((1, 2, 2, 3))
        said, drawn = chance.choice(JOINTS).join(drawn[:count]), drawn[count:]
        text = chance.choice(OFF_FORMS + FRAMES).format(said, drawn.pop())
        yield Line(text, OFF, "", f"word {number}")


def _of_occasions(chance: random.Random) -> Iterator[Line]:
    """Exams and labs: the course's are on topic, those of other subjects are not."""
    ours = [(asked, what) for asked in ASKED for what in OURS]
    for number, (asked, what) in enumerate(chance.sample(ours, NUM_OCCASIONS)):
        yield Line(asked.format(what), ON, "", f"occasion {number}")
    others = [f"{subject} {what}" for subject in SUBJECTS for what in OCCASIONS]
    for number, what in enumerate(chance.sample(others, NUM_OCCASIONS)):
        article = chance.choice(("the ", "my ", ""))
        text = chance.choice(ASKED).format(article + what)
        yield Line(text, OFF, "", f"other occasion {number}")
