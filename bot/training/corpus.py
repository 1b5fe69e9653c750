"""What the starter model reads: the handbook as documents and conversations."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.handbook import Pair, Topic
from bot.training.wording import FORMS, LONG_FORMS, MORE_FORMS, carelessly, names, wording

END_OF_TEXT = "<|endoftext|>"
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

    Explanations are documents of their own; the others are conversations of one of
    `num_turns` turns. A turn stays with the topic of the one before or, as often as
    `topic_change_share` says, goes on to another. `long_answer_share` of the turns wish for
    the whole explanation, `first_pair_share` of the rest ask what the topic *is*.
    """

    explanation_share: float
    long_answer_share: float
    first_pair_share: float
    topic_change_share: float
    num_turns: tuple[int, ...]
    learns_answers_only: bool


READING = Stage(
    explanation_share=0.12,
    long_answer_share=0.05,
    first_pair_share=0.15,
    topic_change_share=0.2,
    num_turns=(1, 1, 2, 3),
    learns_answers_only=False,
)
ANSWERING = Stage(
    explanation_share=0.03,
    long_answer_share=0.06,
    first_pair_share=0.4,
    topic_change_share=0.5,
    num_turns=(1, 1, 1, 2, 3, 5, 9),
    learns_answers_only=True,
)


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
            if number % HELD_OUT_EVERY == 0 and len(topic.pairs) > 3:
                held_out.append(topic.pairs[-1])
                trained.append(replace(topic, pairs=topic.pairs[:-1]))
            else:
                trained.append(topic)
        return cls(tuple(trained), tuple(held_out))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair that is trained on."""
        return tuple(pair for topic in self.topics for pair in topic.pairs)

    def document(self, chance: random.Random, stage: Stage) -> list[Segment]:
        """One document, ending in the end of text."""
        topic = chance.choice(self.topics)
        if chance.random() < stage.explanation_share:
            return [Segment(f"{topic.title}\n{topic.text}\n{END_OF_TEXT}", True)]
        segments = []
        for question, answer in self._conversation(topic, chance, stage):
            opening, ending = turn(question, answer).split("Answer:", 1)
            segments.append(Segment(f"{opening}Answer:", not stage.learns_answers_only))
            segments.append(Segment(ending, True))
        return [*segments, Segment(END_OF_TEXT, True)]

    def _conversation(
        self, topic: Topic, chance: random.Random, stage: Stage
    ) -> list[tuple[str, str]]:
        """Questions with their answers, beginning with `topic`."""
        turns: list[tuple[str, str]] = []
        for number in range(chance.choice(stage.num_turns)):
            is_new = number == 0
            if not is_new and chance.random() < stage.topic_change_share:
                topic, is_new = chance.choice(self.topics), True
            if chance.random() < stage.long_answer_share:
                question = chance.choice(LONG_FORMS).format(chance.choice(names(topic)))
                if not is_new and chance.random() < 0.5:
                    question = chance.choice(MORE_FORMS)  # only the turn before names the topic
                turns.append((carelessly(question, chance), one_line(topic.text)))
                continue
            is_first = chance.random() < stage.first_pair_share
            pair = topic.pairs[0] if is_first else chance.choice(topic.pairs)
            turns.append((wording(topic, pair, chance), pair.answer))
        return turns

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


def one_line(text: str) -> str:
    """Text without line breaks, so that it fits one answer."""
    return _SPACES.sub(" ", text).strip()
