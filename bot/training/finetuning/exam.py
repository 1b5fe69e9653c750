"""The exam of a run: questions about what it learns, in words that training never uses.

Base and run both answer it from memory after training. Where people worded a question in several
ways, one wording is held back: the model learns the answer, but never for that question. Where
nobody worded any, as for notes, the question is made by code of a few words that only one passage
has all of, in frames that are kept for this. Such a question asks whether the model knows which
words lead to which passage, which is less than whether it understands people; a run's card tells
how many of its questions are of that kind.

What is asked depends on the material and the size of the base alone, so that runs with other
numbers sit the same exam.
"""

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.model_spec import ModelShape
from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of
from bot.training.finetuning.material import Example
from bot.training.finetuning.plan import MEDIUM, TINY
from bot.training.wording import without_capital

MOST = 120
MOST_OF_OTHERS, MOST_OF_LARGE = 60, 30
"""What a tiny model answers in half a minute, others do in minutes; the larger the slower."""
MIN_HELD, SHARE_HELD = 20, 1 / 3
"""Of the answers with several wordings, at least so many lose one to the exam, if there are any."""
FRAMES = (
    "could somebody remind me about {}",
    "I was wondering about {}, any idea?",
    "do the notes mention {}?",
    "sorry, quick one: {}",
    "anything on {} in the course?",
)
OPENINGS = (
    "could somebody remind me: {}",
    "sorry, quick one: {}",
    "I forgot, {}",
    "does anybody here know {}",
)
NUM_CLUES, NUM_DRAWS = (3, 4), 24


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    """A question and the answer that is learned; `is_by_code` tells that no person worded it."""

    question: str
    answer: str
    document: str
    is_by_code: bool

    @property
    def id(self) -> str:
        """The same for the same question in every run."""
        return _digest(f"{self.question}\n{self.answer}")[:12]

    @property
    def topic(self) -> str:
        """Who worded it, for a table."""
        return "worded by code" if self.is_by_code else "wording held back"

    @property
    def row(self) -> dict[str, object]:
        """As a line of a question file for `lectern evaluate`."""
        return {
            "id": self.id,
            "question": self.question,
            "topic": self.topic,
            "answerable": True,
            "doc": self.document,
            "reference": self.answer,
        }


def most_asked(shape: ModelShape) -> int:
    """How many questions a model of some size is asked."""
    if shape.num_parameters < TINY:
        return MOST
    return MOST_OF_OTHERS if shape.num_parameters < MEDIUM else MOST_OF_LARGE


def hold_exam(
    examples: Sequence[Example], most: int = MOST
) -> tuple[tuple[Example, ...], tuple[ExamQuestion, ...]]:
    """The examples without the wordings that are held back, and the exam about them.

    A shorter exam is a part of a longer one. What is known to the starter is asked only where
    there is nothing else.
    """
    new = [example for example in examples if not example.is_known] or examples
    held = _held_back(new, most)
    kept = [_without(example, held) for example in examples]
    own = [
        ExamQuestion(question, example.answer, example.document, is_by_code=False)
        for example in new
        for question in example.questions
        if held.get(_group(example)) == _key(question)
    ]
    own = list({(_key(each.question), each.answer): each for each in own}.values())
    pairs = zip(kept, examples, strict=True)
    learned = tuple(each for each, old in pairs if each.questions or not old.questions)
    others = [example for example in new if _group(example) not in held]
    by_code = list(_by_code(others, learned))[: max(most - len(own), 0)]
    return learned, (*own, *by_code)


def _held_back(examples: Sequence[Example], most: int) -> dict[str, str]:
    """By group of wordings with one answer, the key of the one that is held back."""
    wordings: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        wordings[_group(example)] |= {_key(each) for each in example.questions}
    several = sorted((group for group, keys in wordings.items() if len(keys) > 1), key=_digest)
    number = min(max(round(SHARE_HELD * len(several)), MIN_HELD), most)
    return {group: min(wordings[group], key=_digest) for group in several[:number]}


def _without(example: Example, held: dict[str, str]) -> Example:
    key = held.get(_group(example))
    questions = tuple(each for each in example.questions if _key(each) != key)
    return replace(example, questions=questions)


def _by_code(chosen: Sequence[Example], all_: Sequence[Example]) -> Iterator[ExamQuestion]:
    """A question for each of the chosen ones, in an order by hash; some have no words of their own.

    A pair whose only question somebody worded is asked with that one, behind an opening.
    """
    having: dict[str, set[int]] = defaultdict(set)
    for number, example in enumerate(all_):
        for clue in _clues(example):
            having[clue].add(number)
    for example in sorted(chosen, key=lambda each: _digest(each.answer)):
        chance = random.Random(_digest(example.answer))
        if example.questions:
            asked = without_capital(example.questions[0]).rstrip("?. ")
            question = chance.choice(OPENINGS).format(asked)
        else:
            words = _clues_of_one(_clues(example), having, chance)
            question = chance.choice(FRAMES).format(" ".join(words)) if words else ""
        if question:
            yield ExamQuestion(question, example.answer, example.document, is_by_code=True)


def _clues(example: Example) -> list[str]:
    """The words of the passage that tell something, in its order."""
    said = dict.fromkeys(words_of(example.passage))
    return [each for each in said if each not in STOP_WORDS and (each[1:] or each.isdecimal())]


def _clues_of_one(
    clues: Sequence[str], having: dict[str, set[int]], chance: random.Random
) -> list[str]:
    """A few words in the passage's order, of which no other passage has all; else none."""
    number = min(chance.choice(NUM_CLUES), len(clues))
    for _ in range(NUM_DRAWS):
        places = sorted(chance.sample(range(len(clues)), number))
        words = [clues[place] for place in places]
        if words and len(set.intersection(*(having[word] for word in words))) == 1:
            return words
    return []


def _group(example: Example) -> str:
    return _key(example.answer)


def _key(text: str) -> str:
    """The words alone: "What is X?" and "what is x" are one wording."""
    return " ".join(words_of(text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def count_by_code(exam: Sequence[ExamQuestion]) -> int:
    """How many of the questions no person worded."""
    return sum(each.is_by_code for each in exam)
