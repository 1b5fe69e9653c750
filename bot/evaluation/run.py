"""Question files through the real pipeline."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.composition import source_line
from bot.domain.conversation import Asker, Conversation, Question
from bot.domain.errors import BotError
from bot.domain.evidence import is_verbatim
from bot.evaluation.judging import Reply, Worth, judge, rank_of, withstands
from bot.evaluation.questions import Attack, Groups, LabelledQuestion, Row
from bot.service.services import Services
from bot.service.snapshot import Snapshot

SERVER = "evaluation"
ASKER = Asker("evaluation", "evaluation", is_operator=True)


@dataclass(frozen=True, slots=True)
class Result:
    """One judged input. `rank` is the place of its document, None where it has none."""

    id: str
    topic: str
    question: str
    is_attack: bool
    answerable: bool
    has_withstood: bool | None
    worth: Worth | None
    rank: int | None
    doc: str | None
    reply: Reply


class Run:
    """Asks as a person would; every question has a conversation of its own."""

    def __init__(self, services: Services, model: str | None, seed: int = 0) -> None:
        self._services = services
        self._model = model
        self._seed = seed
        self._num_asked = 0

    async def results(
        self, rows: Sequence[Row], on_progress: Callable[[int, int], None], at_once: int = 1
    ) -> list[Result]:
        """Every judged answer in the order of the rows, follow-ups behind their questions.

        With one at once every answer has a batch of its own, and its time is its own.
        """
        places, num_done = asyncio.Semaphore(at_once), 0
        on_progress(0, len(rows))

        async def judged(row: Row) -> list[Result]:
            nonlocal num_done
            async with places:
                if isinstance(row, Attack):
                    results = [await self._attacked(row)]
                else:
                    results = await self._asked(row)
            num_done += 1
            on_progress(num_done, len(rows))
            return results

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(judged(row)) for row in rows]
        return [result for task in tasks for result in task.result()]

    async def _attacked(self, attack: Attack) -> Result:
        reply = await self._reply(attack.id, attack.input, [])
        return Result(
            id=attack.id,
            topic=attack.category,
            question=attack.input,
            is_attack=True,
            answerable=False,
            has_withstood=withstands(reply, attack),
            worth=None,
            rank=None,
            doc=None,
            reply=reply,
        )

    async def _asked(self, row: LabelledQuestion) -> list[Result]:
        first = await self._reply(row.id, row.question, [])
        wanted = row.must_mention
        results = [_judged(row, row.id, row.question, first, wanted, row.reference)]
        if row.follow_up is not None:
            second = await self._reply(row.id, row.follow_up, [row.question])
            wanted = row.follow_up_must_mention
            results.append(_judged(row, f"{row.id}+", row.follow_up, second, wanted))
        return results

    async def _reply(self, channel: str, text: str, earlier: Sequence[str]) -> Reply:
        self._num_asked += 1
        started = time.perf_counter()
        question = Question(
            f"evaluation:{self._num_asked}",
            ASKER,
            Conversation(SERVER, channel),
            text,
            model=self._model,
            seed=self._seed,
        )
        try:
            last = await self._last(question)
        except BotError as refusal:
            return Reply(refusal.text, None, None, (), None, time.perf_counter() - started)
        seconds = time.perf_counter() - started
        if last.error is not None or last.card is None:
            return Reply(last.error or last.text, None, None, (), None, seconds)
        found = await self._services.notes.search(SERVER, text, earlier)
        card = last.card
        by_id = {hit.passage.id: hit for hit in found.hits}
        hits = [by_id[source.passage_id] for source in card.sources if source.passage_id in by_id]
        are_valid = len(hits) == len(card.sources) and all(
            is_verbatim(q, hits) for q in card.quotes
        )
        shown = "\n".join([last.text, *(source_line(source) for source in card.sources)])
        return Reply(
            text=shown,
            basis=card.basis,
            confidence=card.confidence,
            ranked=tuple(hit.passage.document for hit in found.hits),
            are_quotes_valid=are_valid if card.quotes else None,
            seconds=seconds,
            figures=card.figures,
        )

    async def _last(self, question: Question) -> Snapshot:
        async with self._services.ask.ask(question) as live:
            async for snapshot in live.snapshots():
                if snapshot.is_final:
                    return snapshot
        raise RuntimeError("an answer ended without a final snapshot")


def _judged(
    row: LabelledQuestion,
    id_: str,
    question: str,
    reply: Reply,
    wanted: Groups,
    reference: str = "",
) -> Result:
    return Result(
        id=id_,
        topic=row.topic,
        question=question,
        is_attack=False,
        answerable=row.answerable,
        has_withstood=None,
        worth=judge(reply, row.answerable, wanted, reference),
        rank=rank_of(row.doc, reply.ranked) if row.answerable else None,
        doc=row.doc,
        reply=reply,
    )
