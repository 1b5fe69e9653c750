"""Answer ranking: a classifier says which of several drafts is the best answer."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.classifier import Use, answered_question
from bot.domain.errors import BotError
from bot.service.classifier_ports import Classifiers

log = logging.getLogger(__name__)

MAX_SECONDS = 5.0
"""How long an answer that is written waits for its ranking."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranks the drafts of an answer where the configuration names a classifier for it."""

    classifiers: Classifiers

    async def goodness(self, question: str, drafts: Mapping[int, str]) -> Mapping[int, float]:
        """How probably each draft is a good answer, by its number.

        Nothing where there is no classifier, or none that works: that never costs the answer.
        """
        if not drafts or not self.classifiers.has(Use.ANSWER_RANKING):
            return {}
        texts = [answered_question(question, text) for text in drafts.values()]
        try:
            async with asyncio.timeout(MAX_SECONDS):
                found = await self.classifiers.probabilities(Use.ANSWER_RANKING, texts)
        except TimeoutError:
            log.warning("drafts are not ranked: it took more than %g s", MAX_SECONDS)
            return {}
        except BotError as refusal:
            log.warning("drafts are not ranked: %s", refusal.text)
            return {}
        return dict(zip(drafts, found, strict=True))
