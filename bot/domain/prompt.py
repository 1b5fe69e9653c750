"""The prompt: which turns fit the context window beside the question and the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.errors import PromptTooLong
from bot.domain.template import Template


@dataclass(frozen=True, slots=True)
class PromptParts:
    """How many tokens each part of a prompt takes; borders are counted with what follows."""

    instruction: int = 0
    examples: int = 0
    passages: int = 0
    history: int = 0
    question: int = 0


@dataclass(frozen=True, slots=True)
class FittedPrompt:
    """A prompt that fits, with what had to go."""

    text: str
    num_tokens: int
    num_turns: int
    num_dropped_turns: int
    parts: PromptParts = PromptParts()


def fit(
    template: Template,
    history: Sequence[Turn],
    question: str,
    count_tokens: Callable[[str], int],
    *,
    window: int,
    max_new_tokens: int,
) -> FittedPrompt:
    """The longest prompt of newest turns that leaves `max_new_tokens` of the window free.

    Turns are kept or dropped whole, newest first and without gaps. `history` is in order of
    time. Beside a question that needs their room, examples go too, the last one last. A turn's
    tokens are counted once and added up; because byte-pair encoding may merge over a border,
    the whole is counted again at the end. What the template makes no sense of is not missed.

    Raises:
        PromptTooLong: the question alone does not fit.
    """
    history = template.of_use(history)
    room = window - max_new_tokens
    opening = template.open(question)
    examples = [template.turn(example) for example in template.examples]
    while True:
        start = template.header + "".join(examples)
        bare = count_tokens(start + opening)
        if bare <= room or not examples:
            break
        examples.pop(0)
    if bare > room:
        most = max(room - count_tokens(template.header + template.open("")), 0)
        raise PromptTooLong(
            f"Your question has {count_tokens(question):,} tokens and this model reads at most "
            f"{most:,} beside its answer; please shorten it."
        )
    kept: list[str] = []
    used = bare
    for turn in reversed(history):
        written = template.turn(turn)
        cost = count_tokens(written)
        if used + cost > room:
            break
        kept.insert(0, written)
        used += cost
    while True:
        text = start + "".join(kept) + opening
        num_tokens = count_tokens(text)
        if num_tokens <= room or not kept:
            break
        kept.pop(0)
    instruction, to_history = count_tokens(template.header), count_tokens(start)
    written_tokens = count_tokens(start + "".join(kept))
    parts = PromptParts(
        instruction=instruction,
        examples=to_history - instruction,
        history=written_tokens - to_history,
        question=num_tokens - written_tokens,
    )
    return FittedPrompt(text, num_tokens, len(kept), len(history) - len(kept), parts)
