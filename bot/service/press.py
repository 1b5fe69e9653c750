"""What people do with an answer that is there: stop, regenerate, continue."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.domain.answer import Answer, AnswerKind, NewAnswer
from bot.domain.conversation import Asker, Place
from bot.domain.errors import NotFound, QuestionRefused
from bot.domain.feedback import original_of
from bot.domain.sampling import MAX_SEED, SamplingParams
from bot.domain.server_settings import ServerSettings
from bot.domain.topic_guard import PASSED
from bot.service.acceptance import Acceptance
from bot.service.access import require_asker_or_admin
from bot.service.answering import Accepted, Answering
from bot.service.attempts import Attempts
from bot.service.defaults import Defaults
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, ModelPool, Store
from bot.service.prompting import (
    MAX_HISTORY_TURNS,
    prompt_of_continuation,
    prompt_of_text,
)
from bot.service.screened import Screen
from bot.service.topic_guard import TopicGuard


@dataclasses.dataclass(frozen=True, slots=True)
class Press:
    """A person pressed a button of an answer; `source` is unique for the event."""

    source: str
    asker: Asker
    answer_id: int
    place: Place | None = None


class PressService:
    """The buttons of an answer. They work for its asker and for admins."""

    def __init__(
        self,
        store: Store,
        models: ModelPool,
        answering: Answering,
        attempts: Attempts,
        clock: Clock,
        defaults: Defaults,
        new_seed: Callable[[], int],
        guard: TopicGuard,
    ) -> None:
        self._store = store
        self._models = models
        self._answering = answering
        self._attempts = attempts
        self._acceptance = Acceptance(clock, defaults)
        self._clock = clock
        self._new_seed = new_seed
        self._guard = guard

    async def stop(self, asker: Asker, answer_id: int) -> None:
        """Stop an answer that is being made; what was written stays.

        Raises:
            NotFound: it has ended already.
            NotAllowed: somebody else's answer.
        """
        live = self._answering.find(answer_id)
        if live is None:
            raise NotFound("This answer has already ended, so there is nothing to stop.")
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(live.answer.conversation.server)
        require_asker_or_admin(asker, live.answer, settings, "stop")
        live.stop()

    @asynccontextmanager
    async def regenerate(self, press: Press) -> AsyncIterator[LiveAnswer]:
        """Answer the same question again with another seed, in the old answer's place.

        Raises:
            NotFound, NotAllowed, QuestionRefused, RateLimited, UnknownModel.
        """
        accepted = await self._accept(press, is_continuation=False)
        async with self._answering.live(accepted) as live:
            yield live

    @asynccontextmanager
    async def go_on(self, press: Press) -> AsyncIterator[LiveAnswer]:
        """Let an answer that was cut off go on from its last word.

        Raises:
            NotFound, NotAllowed, QuestionRefused, RateLimited, UnknownModel.
        """
        accepted = await self._accept(press, is_continuation=True)
        async with self._answering.live(accepted) as live:
            yield live

    async def _accept(self, press: Press, *, is_continuation: bool) -> Accepted:
        """Transaction 1 of an answer that grows out of an older one."""
        judged = PASSED if is_continuation else await self._guard.judge_again(press.answer_id)
        async with self._store.transaction() as transaction:
            old = await transaction.answers.get(press.answer_id)
            if old is None:
                raise NotFound("I no longer know this answer; please ask your question again.")
            settings = await transaction.servers.get(old.conversation.server)
            deed = "continue" if is_continuation else "regenerate"
            require_asker_or_admin(press.asker, old, settings, deed)
            if await transaction.feedback.review(old.id) is not None:
                raise QuestionRefused(
                    "A teaching assistant has approved this answer, so it stays; ask another "
                    "question, or let an assistant take it back."
                )
            if is_continuation and old.num_samples > 1:
                raise QuestionRefused(
                    "Several texts cannot go on at once; use /complete with the one you like."
                )
            if is_continuation and (old.prompt is None or not old.text.strip()):
                raise QuestionRefused("There is no text to go on from; press Regenerate.")
            if is_continuation and not (old.card is None or old.card.can_go_on):
                raise QuestionRefused(
                    "Quotes do not go on; ask a follow-up question, or press Regenerate."
                )
            if not old.state.is_final:
                raise QuestionRefused("This answer is still being written; stop it first.")
            screen = self._screen_of(old, settings, is_continuation=is_continuation)
            judged.enforce()
            self._models.spec(old.model)
            await self._acceptance.charge(transaction, press.asker, old.conversation, settings)
            history = await transaction.turns.newest(
                old.conversation, MAX_HISTORY_TURNS, before=old.id
            )
            answer = await self._acceptance.add(
                transaction, self._successor(press, old, is_continuation), press.place
            )
        if is_continuation:
            make_prompt = prompt_of_continuation(old, answer)
            return Accepted(answer, self._attempts.plain(make_prompt, screen))
        if old.kind is AnswerKind.COMPLETE:
            return Accepted(answer, self._attempts.plain(prompt_of_text(answer), screen))
        # Who regenerates a repeated answer did not ask for what that one answers.
        grounded = self._attempts.grounded(
            history, settings, instead_of=original_of(old), is_hinted=judged.is_hinted
        )
        return Accepted(answer, grounded)

    def _screen_of(self, old: Answer, settings: ServerSettings, *, is_continuation: bool) -> Screen:
        """As the server wants it now, which may be otherwise than when the question came."""
        screening = self._attempts.screening
        if old.kind is AnswerKind.ASK:
            screening.check_question(old.question, settings)
            return screening.screen(settings, before=old.text if is_continuation else "")
        screening.check_beginning(old.question, settings)
        before = old.text if is_continuation and old.text else old.question
        return screening.screen(settings, before=before, allowed=(old.question,))

    def _successor(self, press: Press, old: Answer, is_continuation: bool) -> NewAnswer:
        seed = self._new_seed()
        if seed == old.sampling.seed:
            seed = (seed + 1) % (MAX_SEED + 1)
        return NewAnswer(
            source=press.source,
            kind=old.kind,
            conversation=old.conversation,
            asker_id=old.asker_id,
            asker_name=old.asker_name,
            question=old.question,
            model=old.model,
            sampling=_again(old.sampling, seed, is_continuation),
            is_private=old.is_private,
            created_at=self._clock.now(),
            parent_id=old.id,
            prefix=old.text.rstrip() if is_continuation else "",
            num_samples=old.num_samples,
        )


def _again(old: SamplingParams, seed: int, is_continuation: bool) -> SamplingParams:
    """The old sampling with another seed.

    Contrastive search would write the same text again, so what is regenerated is drawn. A
    continuation is one text, which goes on from the one that was kept.
    """
    if is_continuation:
        return dataclasses.replace(old, seed=seed, num_drafts=1)
    return dataclasses.replace(old, seed=seed, num_candidates=0)
