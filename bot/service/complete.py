"""The use case *complete*: GPT-2's raw continuation of a text."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.domain.answer import AnswerKind, NewAnswer
from bot.domain.conversation import Asker, Conversation, Length, Place
from bot.domain.errors import InvalidParameter, QuestionRefused
from bot.domain.question import MAX_QUESTION_CHARACTERS, clean_text
from bot.domain.sampling import SamplingParams
from bot.service.acceptance import Acceptance
from bot.service.answering import Accepted, Answering
from bot.service.attempts import Attempts
from bot.service.chosen_model import chosen_model
from bot.service.defaults import Defaults
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, ModelPool, Store
from bot.service.prompting import prompt_of_text

MAX_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """A text to continue; None leaves a parameter to the defaults."""

    source: str
    asker: Asker
    conversation: Conversation
    text: str
    max_new_tokens: int | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    num_samples: int = 1
    length: Length | None = None
    model: str | None = None
    is_private: bool = False
    place: Place | None = None


class CompleteService:
    """Raw continuations; they never enter a conversation's context."""

    def __init__(
        self,
        store: Store,
        models: ModelPool,
        answering: Answering,
        attempts: Attempts,
        clock: Clock,
        defaults: Defaults,
        new_seed: Callable[[], int],
    ) -> None:
        self._store = store
        self._models = models
        self._answering = answering
        self._attempts = attempts
        self._acceptance = Acceptance(clock, defaults)
        self._clock = clock
        self._defaults = defaults
        self._new_seed = new_seed

    @asynccontextmanager
    async def complete(self, wish: Wish) -> AsyncIterator[LiveAnswer]:
        """Continue a text; read `snapshots()` inside the block.

        Raises:
            BotError: a refusal before anything was stored.
        """
        accepted = await self._accept(wish)
        async with self._answering.live(accepted) as live:
            yield live

    async def _accept(self, wish: Wish) -> Accepted:
        text = clean_beginning(wish.text)
        if not 1 <= wish.num_samples <= MAX_SAMPLES:
            raise InvalidParameter(f"samples must be between 1 and {MAX_SAMPLES}.")
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(wish.conversation.server)
            self._attempts.screening.check_beginning(text, settings)
            spec = chosen_model(self._models, self._defaults, settings, wish.model)
            base = self._defaults.sampling_for(
                settings,
                seed=self._new_seed() if wish.seed is None else wish.seed,
                length=wish.length,
                shape=spec.shape,
            )
            sampling = _with_wishes(base, wish)
            await self._acceptance.charge(transaction, wish.asker, wish.conversation, settings)
            new = NewAnswer(
                source=wish.source,
                kind=AnswerKind.COMPLETE,
                conversation=wish.conversation,
                asker_id=wish.asker.id,
                asker_name=wish.asker.name,
                question=text,
                model=spec.name,
                sampling=sampling,
                is_private=wish.is_private,
                created_at=self._clock.now(),
                num_samples=wish.num_samples,
            )
            answer = await self._acceptance.add(transaction, new, wish.place)
        screen = self._attempts.screening.screen(settings, before=text, allowed=(text,))
        return Accepted(answer, self._attempts.plain(prompt_of_text(answer), screen))


def clean_beginning(text: str) -> str:
    """The text to continue; unlike a question it needs no word.

    Raises:
        QuestionRefused: nothing is left, or it is too long.
    """
    cleaned = clean_text(text)
    if not cleaned:
        raise QuestionRefused(
            "There is no text to continue; please write a beginning, for example: Once upon a time"
        )
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionRefused(
            f"Your text has {len(cleaned):,} characters; please shorten it to "
            f"{MAX_QUESTION_CHARACTERS:,} or fewer."
        )
    return cleaned


def _with_wishes(base: SamplingParams, wish: Wish) -> SamplingParams:
    """The defaults with what the person named put over them."""
    named = {
        "max_new_tokens": wish.max_new_tokens,
        "temperature": wish.temperature,
        "top_k": wish.top_k,
        "top_p": wish.top_p,
        "repetition_penalty": wish.repetition_penalty,
    }
    changes: dict[str, Any] = {key: value for key, value in named.items() if value is not None}
    return dataclasses.replace(base, **changes)
