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

    def document(self, chance: random.Random) -> str:
        """One document, ending in the end of text."""
        topic = chance.choice(self.topics)
        kind = chance.random()
        if kind < 0.12:
            return f"{topic.title}\n{topic.text}\n{END_OF_TEXT}"
        if kind < 0.2:
            question = chance.choice(LONG_FORMS).format(chance.choice(names(topic)))
            return turn(question, one_line(topic.text)) + END_OF_TEXT
        count = chance.choice((1, 1, 2, 3))
        pairs = chance.sample(topic.pairs, min(count, len(topic.pairs)))
        return "".join(reworded(topic, pair, chance) for pair in pairs) + END_OF_TEXT

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


def reworded(topic: Topic, pair: Pair, chance: random.Random) -> str:
    """A turn whose question is asked in one of many ways."""
    if pair is topic.pairs[0] and chance.random() < 0.75:
        return turn(chance.choice(FORMS).format(chance.choice(names(topic))), pair.answer)
    question = pair.question
    if chance.random() < 0.25:
        question = question[0].lower() + question[1:]
    if chance.random() < 0.25:
        question = question.rstrip("?")
    return turn(question, pair.answer)


def names(topic: Topic) -> tuple[str, ...]:
    """What people may call a topic: its title as it stands in a sentence, and its aliases."""
    title = topic.title
    is_plain = title[:1].isupper() and title[1:] == title[1:].lower()
    return (title[0].lower() + title[1:] if is_plain else title, title, *topic.aliases)


def one_line(text: str) -> str:
    """Text without line breaks, so that it fits one answer."""
    return _SPACES.sub(" ", text).strip()
