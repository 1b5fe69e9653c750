"""Texts of people's own that they look at on the page: each is charged once, pages are free."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.errors import NotFound
from bot.domain.look import Look
from bot.domain.theme import Theme
from bot.service.explain import Insight, OnProgress
from bot.service.services import Services
from bot.web.entrance import Visitor

MAX_KEPT = 500


@dataclass(frozen=True, slots=True)
class _Seen:
    """The text that somebody looked at last, for which model, and the number of its row."""

    text: str
    model: str | None
    number: int


class SeenTexts:
    """Knows of each browser which text was looked at last; a restart forgets it."""

    def __init__(self, services: Services, new_id: Callable[[], str]) -> None:
        self._explain = services.explain
        self._explained = services.explained
        self._new_id = new_id
        self._seen: dict[Conversation, _Seen] = {}

    async def look(
        self,
        visitor: Visitor,
        text: str,
        look: Look,
        model: str | None,
        theme: Theme,
        on_progress: OnProgress,
    ) -> Insight:
        """Look at a text; if it is the one of the last time, as at an answer.

        Raises:
            BotError: a refusal, as `ExplainService` has them.
        """
        asker, place = visitor.asker, visitor.completions
        seen = self._seen.get(place)
        if seen is not None and (seen.text, seen.model) == (text, model):
            with contextlib.suppress(NotFound):  # it was deleted: charged again, and kept
                return await self._explain.of_answer(
                    asker, place.server, seen.number, look, theme, on_progress
                )
        insight = await self._explain.of_text(asker, place, text, look, model, theme, on_progress)
        source = f"web:{self._new_id()}"
        number = await self._explained.keep(source, asker, place, text, insight.model)
        self._seen.pop(place, None)
        while len(self._seen) >= MAX_KEPT:
            del self._seen[next(iter(self._seen))]
        self._seen[place] = _Seen(text, model, number)
        return insight
