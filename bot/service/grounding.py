"""What an answer may rest on: the notes that are found, and how sure that makes it."""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.answer import Answer
from bot.domain.asked import asked
from bot.domain.clues import quoted_figures
from bot.domain.confidence import SHIPPED, Calibration
from bot.domain.conversation import History
from bot.domain.evidence import Evidence, gather
from bot.domain.passage import Found, Origin, Passage
from bot.domain.server_settings import ServerSettings
from bot.domain.terms import terms_of
from bot.service.ports import Retriever, Store
from bot.service.screening import Screening

NUM_HITS = 8
NUM_EARLIER = 2
"""Earlier questions of the thread that may say what a follow-up is about."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What was found for a question, and the probability that its quotes answer it."""

    found: Found
    evidence: Evidence
    figures: Mapping[str, float]
    probability: float
    num_terms: int


@dataclass(frozen=True, slots=True)
class Grounding:
    """Searches the notes of a question's server.

    `screening` says which endorsed answers may still be shown there, `calibrations` are by
    model name; `instead_of` numbers an endorsed answer to leave out.
    """

    store: Store
    retriever: Retriever
    screening: Screening
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    instead_of: int | None = None

    def calibration(self, model: str) -> Calibration:
        """The constants of a model, the defaults where it was never calibrated."""
        return self.calibrations.get(model) or SHIPPED.get(model) or Calibration()

    def _wanted(self, found: Found, settings: ServerSettings) -> Found:
        """Without endorsed answers that are not what the person wants or may not be shown."""
        hits = tuple(hit for hit in found.hits if self._is_wanted(hit.passage, settings))
        return found if len(hits) == len(found.hits) else dataclasses.replace(found, hits=hits)

    def _is_wanted(self, passage: Passage, settings: ServerSettings) -> bool:
        if passage.origin is not Origin.ANSWER:
            return True
        if passage.document == str(self.instead_of):
            return False
        return all(
            self.screening.may_show(text, settings) for text in (passage.heading, passage.text)
        )

    async def ground(self, answer: Answer, history: History, settings: ServerSettings) -> Ground:
        """Search for the question of an answer; earlier ones may say what it is about.

        `settings` are those of the question's server.
        """
        earlier = [turn.question for turn in history.turns[-NUM_EARLIER:]]
        server = answer.conversation.server
        said = history.turns[-1].answer if history.turns else ""
        return await self.search(server, answer.question, answer.model, settings, earlier, said)

    async def search(
        self,
        server: str,
        text: str,
        model: str,
        settings: ServerSettings,
        earlier: Sequence[str] = (),
        said: str = "",
    ) -> Ground:
        """Search with a reading transaction of its own, and choose the quotes.

        `said` is the answer before, which need not be quoted again.
        """
        question = asked(text)
        async with self.store.reading() as transaction:
            found = await self.retriever.search(
                transaction.passages,
                server,
                question,
                earlier,
                limit=NUM_HITS,
                with_handbook=self.screening.defaults.handbook_for(settings),
            )
        found = self._wanted(found, settings)
        evidence = gather(found, said)
        await asyncio.sleep(0)  # choosing quotes takes long for one piece of the event loop
        num_terms = len(terms_of(question))
        figures = quoted_figures(question, found, evidence)
        await asyncio.sleep(0)  # the prompt is made next, which takes as long
        probability = self.calibration(model).quoted.probability(figures)
        probability = probability if evidence.quotes else 0.0
        return Ground(found, evidence, figures, probability, num_terms)
