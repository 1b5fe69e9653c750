"""What the starter model reads: the handbook as documents, in many wordings.

A tiny model cannot infer that "what's dropout" asks for the same as "What is dropout?", so
the wordings are written out. The forms in `UNSEEN_FORMS` are never trained on: they measure
whether it learned to read a question rather than to recognise one.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.handbook import Pair, Topic

END_OF_TEXT = "<|endoftext|>"
FORMS = (
    "What is {}?",
    "what is {}",
    "What is {}",
    "what's {}?",
    "what's {}",
    "What does {} mean?",
    "what does {} mean",
    "Explain {}.",
    "explain {}",
    "explain {} to me",
    "Can you explain {}?",
    "can you explain {}",
    "Please explain {}.",
    "Tell me about {}.",
    "tell me about {}",
    "Define {}.",
    "define {}",
    "{}?",
    "{}",
    "What do you know about {}?",
    "How would you describe {}?",
    "what is {} in deep learning?",
    "What is meant by {}?",
)
UNSEEN_FORMS = (
    "Could you explain {}?",
    "what exactly is {}",
    "I do not understand {}, what is it?",
    "Describe {}.",
)
LONG_FORMS = ("Explain {} in detail.", "explain {} in detail", "Tell me more about {}.")
HELD_OUT_EVERY = 3
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a document; only what `is_learned` counts in the loss."""

    text: str
    is_learned: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """What a part of the training reads.

    Explanations and long answers teach the language of the field; the rest are turns.
    `first_pair_share` is how often a single turn asks what the topic *is*, the question that
    comes in most wordings.
    """

    explanation_share: float
    long_answer_share: float
    first_pair_share: float
    learns_answers_only: bool

    def pairs(self, topic: Topic, chance: random.Random) -> list[Pair]:
        """The pairs of one document: one to three of a topic."""
        count = chance.choice((1, 1, 2, 3))
        if chance.random() < self.first_pair_share:
            rest = chance.sample(topic.pairs[1:], min(count, len(topic.pairs)) - 1)
            return [topic.pairs[0], *rest]
        return chance.sample(topic.pairs, min(count, len(topic.pairs)))


READING = Stage(0.12, 0.08, first_pair_share=0.0, learns_answers_only=False)
ANSWERING = Stage(0.04, 0.04, first_pair_share=0.5, learns_answers_only=True)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The topics, split: `held_out` pairs are never trained on."""

    topics: tuple[Topic, ...]
    held_out: tuple[Pair, ...]

    @classmethod
    def of(cls, topics: Sequence[Topic]) -> "Corpus":
        """Hold back the last pair of every third topic."""
        trained: list[Topic] = []
        held_out: list[Pair] = []
        for number, topic in enumerate(topics):
            pairs = topic.pairs
            if number % HELD_OUT_EVERY == 0 and len(pairs) > 3:
                held_out.append(pairs[-1])
                pairs = pairs[:-1]
            trained.append(
                Topic(
                    topic.slug,
                    topic.title,
                    topic.area,
                    topic.aliases,
                    topic.see_also,
                    topic.text,
                    pairs,
                )
            )
        return cls(tuple(trained), tuple(held_out))

    def document(self, chance: random.Random, stage: Stage) -> list[Segment]:
        """One document, ending in the end of text."""
        topic = chance.choice(self.topics)
        kind = chance.random()
        if kind < stage.explanation_share:
            return [Segment(f"{topic.title}\n{topic.text}\n{END_OF_TEXT}", True)]
        if kind < stage.explanation_share + stage.long_answer_share:
            question = chance.choice(LONG_FORMS).format(chance.choice(names(topic)))
            turns = [(question, one_line(topic.text))]
        else:
            turns = [
                (wording(topic, pair, chance), pair.answer) for pair in stage.pairs(topic, chance)
            ]
        segments = []
        for question, answer in turns:
            opening, ending = turn(question, answer).split("Answer:", 1)
            segments.append(Segment(f"{opening}Answer:", not stage.learns_answers_only))
            segments.append(Segment(ending, True))
        return [*segments, Segment(END_OF_TEXT, True)]

    def texts(self) -> list[str]:
        """Every sentence once, for the tokenizer."""
        return [
            text
            for topic in self.topics
            for text in (
                f"{topic.title}\n{topic.text}",
                *(turn(pair.question, pair.answer) for pair in topic.pairs),
                *(form.format(name) for form in FORMS[:6] for name in names(topic)),
            )
        ]


def turn(question: str, answer: str) -> str:
    """One turn as the chat writes it: the template `starter` of `bot.domain.prompt`."""
    return f"Question: {question}\nAnswer: {answer}\n"


def wording(topic: Topic, pair: Pair, chance: random.Random) -> str:
    """A question in one of many wordings."""
    if pair is topic.pairs[0] and chance.random() < 0.75:
        return chance.choice(FORMS).format(chance.choice(names(topic)))
    question = pair.question
    if chance.random() < 0.25:
        question = question[0].lower() + question[1:]
    if chance.random() < 0.25:
        question = question.rstrip("?")
    return question


def names(topic: Topic) -> tuple[str, ...]:
    """What people may call a topic: its title as it stands in a sentence, and its aliases."""
    title = topic.title
    is_plain = title[:1].isupper() and title[1:] == title[1:].lower()
    return (title[0].lower() + title[1:] if is_plain else title, title, *topic.aliases)


def one_line(text: str) -> str:
    """Text without line breaks, so that it fits one answer."""
    return _SPACES.sub(" ", text).strip()
