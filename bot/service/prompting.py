"""How each kind of answer makes its prompt once its model is loaded."""

from collections.abc import Callable, Sequence

from bot.domain.answer import Answer, AnswerKind
from bot.domain.conversation import Turn
from bot.domain.errors import PromptTooLong
from bot.domain.prompt import FittedPrompt, fit, template_named
from bot.service.ports import ModelLease

MakePrompt = Callable[[ModelLease], FittedPrompt]


def prompt_of_question(answer: Answer, history: Sequence[Turn]) -> MakePrompt:
    """The model's template around the newest turns that fit and the question."""

    def make(lease: ModelLease) -> FittedPrompt:
        return fit(
            template_named(lease.spec.template),
            history,
            answer.question,
            lease.count_tokens,
            window=lease.window,
            max_new_tokens=answer.sampling.max_new_tokens,
        )

    return make


def prompt_of_text(answer: Answer) -> MakePrompt:
    """The person's text and nothing else."""

    def make(lease: ModelLease) -> FittedPrompt:
        num_tokens = lease.count_tokens(answer.question)
        room = lease.window - answer.sampling.max_new_tokens
        if num_tokens > room:
            raise PromptTooLong(
                f"Your text has {num_tokens:,} tokens and only {max(room, 0):,} fit beside "
                f"{answer.sampling.max_new_tokens} new ones; please shorten it or ask for fewer."
            )
        return FittedPrompt(answer.question, num_tokens, 0, 0)

    return make


def prompt_of_continuation(old: Answer, answer: Answer) -> MakePrompt:
    """The old prompt with the old text behind it; an answer is a word apart from its prompt."""

    def make(lease: ModelLease) -> FittedPrompt:
        is_attached = old.kind is AnswerKind.COMPLETE or old.text[:1].isspace()
        space = "" if is_attached or old.prompt is None else " "
        text = (old.prompt or "") + (space + old.text).rstrip()
        num_tokens = lease.count_tokens(text)
        if num_tokens + answer.sampling.max_new_tokens > lease.window:
            raise PromptTooLong(
                "This answer already fills the model's memory; please ask a follow-up question "
                "instead of continuing it."
            )
        return FittedPrompt(text, num_tokens, 0, 0)

    return make
