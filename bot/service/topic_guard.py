"""The topic guard: judges a question before it is accepted, and never at its cost."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.answer import AnswerKind
from bot.domain.asked import asked
from bot.domain.card import Basis
from bot.domain.classifier import Use
from bot.domain.conversation import Conversation
from bot.domain.errors import BotError
from bot.domain.passage import Origin
from bot.domain.same_question import already_answered
from bot.domain.small_talk import reply_to_small_talk
from bot.domain.topic_guard import ENOUGH, PASSED, GuardMode, Judgement
from bot.service.classifier_ports import Classifiers
from bot.service.grounded_attempt import WORTH_OFFERING
from bot.service.grounding import NUM_EARLIER, Ground, Grounding
from bot.service.ports import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TopicGuard:
    """Tells whether a question is about deep learning, where a server wants to know.

    It judges in a moment of its own: no transaction is open while a classifier computes. What
    it thinks is enforced in transaction 1, so that a refused question leaves nothing behind and
    is charged to nobody. Where the classifier fails, questions pass.
    """

    store: Store
    grounding: Grounding
    classifiers: Classifiers

    async def judge(
        self,
        conversation: Conversation,
        text: str,
        model: str | None = None,
        before: int | None = None,
    ) -> Judgement:
        """What to do about a question; with `before`, as if asked before that answer.

        `model` is the one that is to answer, if not the server's own.

        What the notes answer passes, whatever it is about, and so does what the server's own come
        near: a course has rooms and deadlines. A
        question that leaves something unsaid is judged with those before it, which said it. Of a
        long text the part counts that asks.
        """
        if not self.classifiers.has(Use.TOPIC_GUARD) or reply_to_small_talk(text):
            return PASSED
        async with self.store.reading() as transaction:
            settings = await transaction.servers.get(conversation.server)
            defaults = self.grounding.screening.defaults
            mode, answering = defaults.guard_for(settings), model or defaults.model_for(settings)
            if mode is GuardMode.OFF:
                return PASSED
            history = await transaction.turns.newest(conversation, NUM_EARLIER, before=before)
        try:
            question = asked(text)
            if await self._is_on_topic([question]):
                return PASSED
            earlier = [turn.question for turn in history.turns]
            said = history.turns[-1].answer if history.turns else ""
            ground = await self.grounding.search(
                conversation.server, text, answering, settings, earlier, said
            )
            if self._is_known(ground, text, answering):
                return PASSED
            goes_on = ground.found.goes_on and earlier
            is_on_topic = goes_on and await self._is_on_topic([*earlier, question])
        except BotError as refusal:
            log.warning("the topic guard lets a question pass: %s", refusal.text)
            return PASSED
        return Judgement(mode, is_off_topic=not is_on_topic)

    async def judge_again(self, answer_id: int) -> Judgement:
        """What to do about the question of an answer that is to be made again."""
        if not self.classifiers.has(Use.TOPIC_GUARD):
            return PASSED
        async with self.store.reading() as transaction:
            old = await transaction.answers.get(answer_id)
        if old is None or old.kind is not AnswerKind.ASK:
            return PASSED
        return await self.judge(old.conversation, old.question, old.model, before=old.id)

    async def _is_on_topic(self, questions: Sequence[str]) -> bool:
        [probability] = await self.classifiers.probabilities(Use.TOPIC_GUARD, [" ".join(questions)])
        return probability >= ENOUGH

    def _is_known(self, ground: Ground, text: str, model: str) -> bool:
        """Whether an assistant or the notes answer it, or the server's own would be offered."""
        if already_answered(text, ground.found) is not None:
            return True
        hits = ground.evidence.hits
        is_own = bool(hits) and hits[0].passage.origin is not Origin.HANDBOOK
        calibration = self.grounding.calibration(model)
        is_answered = calibration.basis(ground.probability, None) is Basis.NOTES
        return is_answered or (is_own and ground.probability >= WORTH_OFFERING)
