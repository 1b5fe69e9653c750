"""Quotes for questions whose answers are known, without a model: examples to fit constants to."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.domain.card import Basis, Card
from bot.domain.clues import quoted_figures
from bot.domain.composition import body, source_line, spoken
from bot.domain.evidence import Evidence, gather
from bot.domain.passage import Found
from bot.evaluation.fitting import Example
from bot.evaluation.judging import mentions
from bot.evaluation.questions import Groups, LabelledQuestion, Row
from bot.evaluation.run import SERVER
from bot.service.notes import NotesService


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would be quoted from these notes, whatever it is worth."""

    notes: NotesService

    async def examples(self, rows: Sequence[Row]) -> list[Example]:
        """One for each question and each follow-up that something is quoted for."""
        return [
            example
            for row in rows
            if isinstance(row, LabelledQuestion)
            async for example in self._of(row)
        ]

    async def _of(self, row: LabelledQuestion) -> AsyncIterator[Example]:
        found = await self.notes.search(SERVER, row.question)
        evidence = gather(found)
        yield _example(row, row.question, found, evidence, row.must_mention)
        if row.follow_up is not None:
            before = spoken(Card(Basis.NOTES, quotes=evidence.quotes), "")
            found = await self.notes.search(SERVER, row.follow_up, [row.question])
            wanted = row.follow_up_must_mention
            yield _example(row, row.follow_up, found, gather(found, before), wanted)


def _example(
    row: LabelledQuestion, question: str, found: Found, evidence: Evidence, wanted: Groups
) -> Example:
    text = body(Card(Basis.NOTES, quotes=evidence.quotes))
    shown = "\n".join([text, *map(source_line, evidence.sources)])
    return Example(
        quoted_figures(question, found, evidence) if evidence.quotes else {},
        is_right=row.answerable and bool(evidence.quotes) and mentions(shown, wanted),
        answerable=row.answerable,
        document=row.doc or row.id,
    )
