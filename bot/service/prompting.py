"""How each kind of answer makes its prompt once its model is loaded."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.answer import Answer, AnswerKind
from bot.domain.conversation import History
from bot.domain.errors import PromptTooLong
from bot.domain.grounded_prompt import fit_grounded
from bot.domain.passage import Passage
from bot.domain.prompt import FittedPrompt, fit
from bot.domain.template import template_named
from bot.service.ports import ModelLease

MakePrompt = Callable[[ModelLease], FittedPrompt]

MAX_EXPLANATION_TOKENS = 64
"""Tokens of an explanation below quotes."""

MAX_HISTORY_TURNS = 128
"""More never fit: a turn's field names, line ends and one word each take 8 of 1,024 tokens."""


def prompt_of_question(answer: Answer, history: History) -> MakePrompt:
    """The model's template around the newest turns that fit and the question."""

    def make(lease: ModelLease) -> FittedPrompt:
        fitted = fit(
            template_named(lease.spec.template),
            history.turns,
            answer.question,
            lease.count_tokens,
            window=lease.window,
            max_new_tokens=answer.sampling.max_new_tokens,
        )
        return replace(fitted, num_dropped_turns=fitted.num_dropped_turns + history.num_older)

    return make


def prompt_of_explanation(
    answer: Answer, history: History, passages: Sequence[Passage]
) -> MakePrompt:
    """The passages that the answer quotes, the newest turns and the question.

    Turns that are left out are not told: the quotes, which are the answer, need none.
    """

    def make(lease: ModelLease) -> FittedPrompt:
        fitted = fit_grounded(
            template_named(lease.spec.template),
            passages,
            history.turns,
            answer.question,
            lease.count_tokens,
            window=lease.window,
            max_new_tokens=MAX_EXPLANATION_TOKENS,
        )
        return replace(fitted, num_dropped_turns=0)

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
        # The text of a continuation holds the beginning that its prompt held already.
        new = old.text.removeprefix(old.prefix)
        is_attached = old.kind is AnswerKind.COMPLETE or bool(old.prefix) or new[:1].isspace()
        text = (old.prompt or "") + (("" if is_attached else " ") + new).rstrip()
        num_tokens = lease.count_tokens(text)
        if num_tokens + answer.sampling.max_new_tokens > lease.window:
            raise PromptTooLong(
                "This answer already fills the model's memory; please ask a follow-up question "
                "instead of continuing it."
            )
        return FittedPrompt(text, num_tokens, 0, 0)

    return make
