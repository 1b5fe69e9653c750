"""Rows: what the model reads in one go, papers and conversations, packed or each by itself.

A paper is learned whole. Of a conversation, which looks as it does when people ask, only the
answers are learned and the line ends and the end of text behind them. Nothing begins in one row
and goes on in the next but papers longer than a row.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from bot.domain.errors import PromptTooLong
from bot.domain.grounded_prompt import fit_grounded
from bot.domain.passage import Origin, Passage
from bot.domain.prompt import fit
from bot.domain.template import COURSE, STARTER, Template
from bot.training.finetuning.material import Example
from bot.training.finetuning.split import Half
from bot.training.finetuning.vocabulary import Vocabulary

IGNORED = -100
NUM_TURNS = (1, 1, 1, 2, 3)
"""How many questions a conversation has; each number is as likely as it stands here."""
SHARE_WITH_PASSAGES, SHARE_OF_UNKNOWN = 0.25, 0.1
"""Of conversations: with the notes in the prompt, and with notes that do not tell the answer."""
UNKNOWN = "The notes do not say."
MAX_ANSWER = 128
TOKENS_OF_BEGINNING = 10
BATCHES_SORTED = 8
Question = Callable[[Example], str]


@dataclass(frozen=True, slots=True)
class Row:
    """Ids, and the same again as labels where a token is learned, `IGNORED` where not."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]

    @property
    def num_learned(self) -> int:
        """Tokens that count in the loss; the first of a row has nothing before it."""
        return sum(label != IGNORED for label in self.labels[1:])


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes rows of at most `length` tokens, in the words of a template.

    In a share of `beginnings` of the conversations only the first words of an answer are read.
    Which answer it is is decided there, and takes far more repetition to learn than how it goes on.

    Packed rows have no gaps, and a conversation sees those before it in its row. A tiny model
    cannot tell what they have to do with it, and learns several times as much from questions that
    stand alone.
    """

    vocabulary: Vocabulary
    template: Template
    length: int
    beginnings: float = 0.0
    is_packed: bool = True

    def of(
        self, half: Half, question: Question, chance: random.Random, repeats: int = 1
    ) -> list[Row]:
        """Every paper once and every example `repeats` times, in an order drawn by `chance`.

        What is known already comes once. `question` words the question of an example.
        """
        pieces = [piece for paper in half.papers for piece in self._paper(paper.text)]
        examples = [e for e in half.examples for _ in range(1 if e.is_known else repeats)]
        chance.shuffle(examples)
        while examples:
            if chance.random() < self.beginnings:
                pieces.append(self._beginning(examples.pop(), question))
                continue
            number = chance.choice(NUM_TURNS) if self.is_packed else 1
            some, examples = examples[:number], examples[number:]
            with suppress(PromptTooLong):  # it would never be answered either
                pieces.append(self._conversation(some, half.examples, question, chance))
        chance.shuffle(pieces)
        return list(self._packed(pieces)) if self.is_packed else pieces

    def _paper(self, text: str) -> Iterator[Row]:
        ids = [*self.vocabulary.placed(text)[0], self.vocabulary.end_of_text_id]
        for start in range(0, len(ids), self.length):
            part = tuple(ids[start : start + self.length])
            yield Row(part, part)

    def _conversation(
        self,
        examples: Sequence[Example],
        others: Sequence[Example],
        question: Question,
        chance: random.Random,
    ) -> Row:
        first, *later = examples
        draw = chance.random()
        if self.template in (STARTER, COURSE) or not first.passage or draw > SHARE_WITH_PASSAGES:
            opening, answer = self._remembered(question(first)), first.answer
        elif draw < SHARE_OF_UNKNOWN:
            wrong = [e for e in others if e.document != first.document and e.passage]
            shown = chance.choice(wrong) if wrong else None
            opening = self._grounded(shown.passage if shown else "", question(first))
            answer, later = UNKNOWN, []
        else:
            opening = self._grounded(first.passage, question(first))
            answer, later = first.answer, []
        spans = [(len(opening), opening + self._said(answer))]
        for example in later:
            text = spans[-1][1] + self.template.open(question(example))
            spans.append((len(text), text + self._said(example.answer)))
        return self._learned(spans)

    def _beginning(self, example: Example, question: Question) -> Row:
        """A question and the first tokens of its answer; it ends there, which is not learned."""
        opening = self.template.open(question(example))
        whole = self._learned([(len(opening), opening + self._said(example.answer))])
        first = next((i for i, label in enumerate(whole.labels) if label != IGNORED), 0)
        stop = first + TOKENS_OF_BEGINNING
        end = self.vocabulary.end_of_text_id
        return Row((*whole.ids[:stop], end), (*whole.labels[:stop], IGNORED))

    def _said(self, answer: str) -> str:
        return f"{self.template.joint}{answer}{self.template.separator}"

    def _remembered(self, question: str) -> str:
        fitted = fit(
            self.template,
            (),
            question,
            self.vocabulary.count,
            window=self.length,
            max_new_tokens=min(MAX_ANSWER, self.length // 3),
        )
        return fitted.text

    def _grounded(self, passage: str, question: str) -> str:
        title, _, text = passage.partition("\n")
        shown = [Passage(1, Origin.NOTE, title, title, "", text)] if passage else []
        fitted = fit_grounded(
            self.template,
            shown,
            (),
            question,
            self.vocabulary.count,
            window=self.length,
            max_new_tokens=min(MAX_ANSWER, self.length // 3),
        )
        return fitted.text

    def _learned(self, spans: Sequence[tuple[int, str]]) -> Row:
        """The row of a conversation; a span is where an answer begins, and the text to its end."""
        ids, starts = self.vocabulary.placed(spans[-1][1])
        answers = [(begin, len(text)) for begin, text in spans]
        labels = [
            token if any(begin <= start < end for begin, end in answers) else IGNORED
            for token, start in zip(ids, starts, strict=True)
        ]
        end = self.vocabulary.end_of_text_id
        # What is too long loses its end, never the question before it.
        return Row(tuple([*ids, end][: self.length]), tuple([*labels, end][: self.length]))

    def _packed(self, pieces: Sequence[Row]) -> Iterator[Row]:
        ids: tuple[int, ...] = ()
        labels: tuple[int, ...] = ()
        for piece in pieces:
            if ids and len(ids) + len(piece.ids) > self.length:
                yield Row(ids, labels)
                ids, labels = (), ()
            ids += piece.ids
            labels += piece.labels
        if ids:
            yield Row(ids, labels)


def alike(rows: Iterable[Row], batch: int, chance: random.Random) -> Iterator[Row]:
    """The rows in an order in which those of a batch are of about one length, so that little pads.

    No row is moved further than over `BATCHES_SORTED` batches.
    """
    left = iter(rows)
    while some := sorted(islice(left, BATCHES_SORTED * batch), key=lambda row: len(row.ids)):
        batches = [some[first : first + batch] for first in range(0, len(some), batch)]
        last = [batches.pop()] if len(batches[-1]) < batch else []  # stays where the rows end
        chance.shuffle(batches)
        yield from (row for each in (*batches, *last) for row in each)
