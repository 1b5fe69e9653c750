"""The ways in which an answer can be made, as the use cases wish for them."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.conversation import History
from bot.domain.server_settings import ServerSettings
from bot.service.attempt import Attempt
from bot.service.grounded_attempt import GroundedAttempt
from bot.service.grounding import Grounding
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, ModelPool, Store
from bot.service.prompting import MakePrompt
from bot.service.ranking import Ranking
from bot.service.screened import Screen
from bot.service.screening import Screening


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes attempts over one store and one pool; `screening` says what may be asked."""

    store: Store
    models: ModelPool
    clock: Clock
    grounding: Grounding
    screening: Screening
    ranking: Ranking | None = None

    def plain(self, make_prompt: MakePrompt, screen: Screen) -> Callable[[LiveAnswer], Attempt]:
        """What the model writes behind a prompt, as it writes it."""
        return lambda live: Attempt(self.store, self.models, self.clock, live, make_prompt, screen)

    def grounded(
        self,
        history: History,
        settings: ServerSettings,
        *,
        instead_of: int | None = None,
        is_hinted: bool = False,
    ) -> Callable[[LiveAnswer], GroundedAttempt]:
        """An answer from the notes where they hold it, after the turns of `history`.

        `settings` are those of the server, as transaction 1 has read them; `instead_of` is an
        endorsed answer that is not what the person wants; `is_hinted` tells that the question
        looks off topic.
        """
        grounding = dataclasses.replace(self.grounding, instead_of=instead_of)
        screen = self.screening.screen(settings)
        return lambda live: GroundedAttempt(
            self.store,
            self.models,
            self.clock,
            grounding,
            live,
            history,
            settings,
            screen,
            self.ranking,
            is_hinted,
        )
