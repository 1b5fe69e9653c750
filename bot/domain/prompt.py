"""The prompt: which turns fit the context window beside the question and the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.conversation import Turn
from bot.domain.errors import ModelUnavailable, PromptTooLong
from bot.domain.question import without_field_markers


@dataclass(frozen=True, slots=True)
class Template:
    """How questions and answers are written down for a base model.

    A prompt is `header`, then the remembered turns, then the question, and ends in the
    answer's field name *without* a space behind it: a trailing space would become a token
    of its own that byte-pair encoding hardly ever produced in training.
    `stop` ends the answer where the model starts to write the next turn itself. `sampling`
    replaces the installation's defaults where a kind of model is known to want others.
    """

    name: str
    header: str
    separator: str
    stop: tuple[str, ...]
    sampling: Mapping[str, float] = field(default_factory=dict)

    @property
    def instruction(self) -> str:
        """The beginning of the header, before its examples."""
        return self.header.partition("Question:")[0]

    def turn(self, turn: Turn) -> str:
        """A past turn, ending in the separator."""
        return f"{self.open(turn.question)} {turn.answer.strip()}{self.separator}"

    def open(self, question: str) -> str:
        """The question and the field that the model fills."""
        return f"Question: {without_field_markers(question)}\nAnswer:"


BASE = Template(
    name="base",
    header=(
        "A student asks questions about deep learning. A teacher answers each of them "
        "correctly and briefly.\n\n"
        "Question: What is overfitting?\n"
        "Answer: Overfitting means that a model learns its training examples by heart, so its "
        "error on new examples is much higher than on the training set.\n\n"
        "Question: Why do we need an activation function?\n"
        "Answer: Without a nonlinear activation function, a stack of layers computes only a "
        "linear function of its input, however deep it is.\n\n"
    ),
    separator="\n\n",
    stop=("\nQuestion:", "\nQ:", "\nStudent:", "\nUser:", "\n\n\n"),
)
# A model that knows its notes by heart is at its best when it is hardly asked to vary them.
STARTER = Template(
    name="starter",
    header="",
    separator="\n",
    stop=("\n",),
    sampling={"temperature": 0.2, "repetition_penalty": 1.0, "no_repeat_ngram": 0},
)
TEMPLATES = {template.name: template for template in (BASE, STARTER)}


def template_named(name: str) -> Template:
    """The template of a model.

    Raises:
        ModelUnavailable: the configuration names a template that does not exist.
    """
    if name not in TEMPLATES:
        known = ", ".join(sorted(TEMPLATES))
        raise ModelUnavailable(f'There is no prompt template "{name}"; use one of {known}.')
    return TEMPLATES[name]


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
    time. A turn's tokens are counted once and added up; because byte-pair encoding may
    merge over a border, the whole is counted again at the end.

    Raises:
        PromptTooLong: the question alone does not fit.
    """
    room = window - max_new_tokens
    opening = template.open(question)
    bare = count_tokens(template.header + opening)
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
        text = template.header + "".join(kept) + opening
        num_tokens = count_tokens(text)
        if num_tokens <= room or not kept:
            break
        kept.pop(0)
    written_tokens = count_tokens(template.header + "".join(kept))
    header, instruction = count_tokens(template.header), count_tokens(template.instruction)
    parts = PromptParts(
        instruction=instruction,
        examples=header - instruction,
        history=written_tokens - header,
        question=num_tokens - written_tokens,
    )
    return FittedPrompt(text, num_tokens, len(kept), len(history) - len(kept), parts)
