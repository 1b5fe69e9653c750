"""The use case *ask*: a question becomes an answer between two short transactions."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.domain.answer import AnswerKind, NewAnswer
from bot.domain.composition import spoken
from bot.domain.conversation import Conversation, Question, Turn
from bot.domain.errors import SmallTalk
from bot.domain.question import clean_question
from bot.domain.small_talk import reply_to_small_talk
from bot.domain.template import template_named
from bot.service.acceptance import Acceptance
from bot.service.answering import Accepted, Answering
from bot.service.attempts import Attempts
from bot.service.chosen_model import chosen_model
from bot.service.defaults import Defaults
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, ModelPool, Store
from bot.service.prompting import MAX_HISTORY_TURNS
from bot.service.topic_guard import TopicGuard


class AskService:
    """Questions and their answers.

    `new_seed` gives the seed of an answer whose asker named none.
    """

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
        self._defaults = defaults
        self._new_seed = new_seed
        self._guard = guard

    @asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[LiveAnswer]:
        """Answer a question; read `snapshots()` inside the block.

        Leaving the block early stops the answer. The answer's row exists when the block is
        entered and is closed before its final snapshot is published.

        Raises:
            BotError: a refusal before anything was stored (limits, empty, too long or
                indecent or refused question, small talk, unknown model, an event delivered
                twice).
        """
        accepted = await self._accept(question)
        async with self._answering.live(accepted) as live:
            yield live

    async def carry_over(self, answer_id: int, conversation: Conversation) -> None:
        """Let a conversation start with an answer's turn: the answer opened a thread."""
        async with self._store.transaction() as transaction:
            answer = await transaction.answers.get(answer_id)
            if answer is None or answer.is_private or not answer.text.strip():
                return
            text = answer.text if answer.card is None else spoken(answer.card, answer.text)
            review = await transaction.feedback.review(answer_id)
            if review is not None and review.is_correction:
                text = " ".join(review.text.split())
            turn = Turn(answer.question, text.strip(), answer.id)
            at = answer.finished_at or self._clock.now()
            await transaction.turns.put(conversation, turn, answer.asker_id, at)

    async def _accept(self, question: Question) -> Accepted:
        """Limits, history, queued row; a refusal leaves nothing behind."""
        text = clean_question(question.text)
        judgement = await self._guard.judge(question.conversation, text, question.model)
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(question.conversation.server)
            self._attempts.screening.check_question(text, settings)
            if reply := reply_to_small_talk(text):
                raise SmallTalk(reply)
            judgement.enforce()
            spec = chosen_model(self._models, self._defaults, settings, question.model)
            template = template_named(spec.template)
            await self._acceptance.charge(
                transaction, question.asker, question.conversation, settings
            )
            history = await transaction.turns.newest(question.conversation, MAX_HISTORY_TURNS)
            seed = self._new_seed() if question.seed is None else question.seed
            new = NewAnswer(
                source=question.source,
                kind=AnswerKind.ASK,
                conversation=question.conversation,
                asker_id=question.asker.id,
                asker_name=question.asker.name,
                question=text,
                model=spec.name,
                sampling=self._defaults.sampling_for(
                    settings,
                    seed=seed,
                    length=question.length,
                    template=template,
                    shape=spec.shape,
                    wishes=question.sampling,
                ),
                is_private=question.is_private,
                created_at=self._clock.now(),
            )
            answer = await self._acceptance.add(transaction, new, question.place)
        make = self._attempts.grounded(history, settings, is_hinted=judgement.is_hinted)
        return Accepted(answer, make)
