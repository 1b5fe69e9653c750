"""The use case *budget*: how the next question's prompt would share the model's window."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.answer import Answer, AnswerKind, AnswerState
from bot.domain.budget import Budget
from bot.domain.card import Basis
from bot.domain.conversation import Conversation, History
from bot.domain.progress import LoadProgress
from bot.domain.question import clean_question
from bot.domain.same_question import already_answered
from bot.domain.server_settings import ServerSettings
from bot.domain.template import Template, template_named
from bot.service.chosen_model import chosen_model
from bot.service.defaults import Defaults
from bot.service.grounding import Grounding
from bot.service.ports import Clock, ModelPool, Store
from bot.service.prompting import (
    MAX_EXPLANATION_TOKENS,
    MAX_HISTORY_TURNS,
    MakePrompt,
    prompt_of_explanation,
    prompt_of_question,
)


@dataclass(frozen=True, slots=True)
class Preview:
    """How a prompt would be made up; `basis` is what the answer would rest on at first.

    `num_turns` of the conversation would be in it, `num_dropped_turns` would not fit. There is
    no `budget` where an earlier answer would be given again, without a model.
    """

    model: str
    basis: Basis
    budget: Budget | None
    num_turns: int = 0
    num_dropped_turns: int = 0


class BudgetService:
    """Makes prompts that nobody sends."""

    def __init__(
        self,
        store: Store,
        models: ModelPool,
        grounding: Grounding,
        clock: Clock,
        defaults: Defaults,
    ) -> None:
        self._store = store
        self._models = models
        self._grounding = grounding
        self._clock = clock
        self._defaults = defaults

    async def preview(
        self,
        conversation: Conversation,
        question: str | None = None,
        on_loading: Callable[[LoadProgress], None] | None = None,
    ) -> Preview:
        """The prompt of a question here; without one, all of it but the question.

        Nothing is stored, charged or written.

        Raises:
            QuestionRefused, PromptTooLong, UnknownModel, ModelUnavailable: as for a question.
        """
        text = "" if question is None else clean_question(question)
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(conversation.server)
            history = await transaction.turns.newest(conversation, MAX_HISTORY_TURNS)
        spec = chosen_model(self._models, self._defaults, settings)
        model, template = spec.name, template_named(spec.template)
        answer = self._imagined(conversation, text, model, settings, template)
        make_prompt, basis = prompt_of_question(answer, history), Basis.MEMORY
        room = answer.sampling.max_new_tokens
        if text:
            ground = await self._grounding.ground(answer, history, settings)
            if already_answered(text, ground.found) is not None:
                return Preview(model, Basis.ANSWERED, None)
            calibration = self._grounding.calibration(model)
            if calibration.basis(ground.probability, None) is Basis.NOTES:
                basis, room = Basis.NOTES, min(room, MAX_EXPLANATION_TOKENS)
                passages = [hit.passage for hit in ground.evidence.hits]
                make_prompt = prompt_of_explanation(answer, history, passages)
        return await self._preview(model, basis, make_prompt, room, history, on_loading)

    async def _preview(
        self,
        model: str,
        basis: Basis,
        make_prompt: MakePrompt,
        room: int,
        history: History,
        on_loading: Callable[[LoadProgress], None] | None,
    ) -> Preview:
        async with self._models.lease(model, on_loading) as lease:
            prompt = make_prompt(lease)
            budget = Budget.of(prompt, room, lease.window)
        num_left_out = len(history.turns) + history.num_older - prompt.num_turns
        return Preview(model, basis, budget, prompt.num_turns, num_left_out)

    def _imagined(
        self,
        conversation: Conversation,
        question: str,
        model: str,
        settings: ServerSettings,
        template: Template,
    ) -> Answer:
        """The answer that the question would get, as far as its prompt depends on it."""
        return Answer(
            id=0,
            source="",
            kind=AnswerKind.ASK,
            state=AnswerState.QUEUED,
            conversation=conversation,
            asker_id="",
            asker_name="",
            question=question,
            model=model,
            revision=None,
            sampling=self._defaults.sampling_for(settings, seed=0, length=None, template=template),
            is_private=True,
            created_at=self._clock.now(),
        )
