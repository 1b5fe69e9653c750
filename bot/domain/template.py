"""How questions and answers are written down for each kind of model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.conversation import Length, Turn
from bot.domain.errors import ModelUnavailable
from bot.domain.question import without_field_markers


@dataclass(frozen=True, slots=True)
class Template:
    """The form of a prompt.

    It is `header`, then `examples`, then the remembered turns, then the question, and ends in
    the answer's field name *without* a space behind it: a trailing space would become a token
    of its own that byte-pair encoding hardly ever produced in training. Examples show the form
    and teach no facts; they are always the same ones, the most typical last, because what
    stands nearest to the question counts most.

    `stop` ends the answer where the model starts to write the next turn itself, `end` where an
    answer that may be of several paragraphs is not wished for. `keeps_header` tells whether
    the header is also needed where passages say what to do. `sampling` replaces the defaults
    where a kind of model is known to want others. `max_turns` is how many past turns it can make
    sense of, None where as many as fit.
    """

    name: str
    header: str
    separator: str
    stop: tuple[str, ...]
    end: str = ""
    before_question: str = "Question: "
    before_answer: str = "\nAnswer:"
    joint: str = " "
    keeps_header: bool = False
    examples: tuple[Turn, ...] = ()
    sampling: Mapping[str, float] = field(default_factory=dict)
    max_turns: int | None = None

    def turn(self, turn: Turn) -> str:
        """A past turn, ending in the separator."""
        return f"{self.open(turn.question)}{self.joint}{turn.answer.strip()}{self.separator}"

    def open(self, question: str) -> str:
        """The question and the field that the model fills."""
        return f"{self.before_question}{without_field_markers(question)}{self.before_answer}"

    def of_use(self, history: Sequence[Turn]) -> Sequence[Turn]:
        """The newest of the past turns, as many as the model can make sense of."""
        if self.max_turns is None:
            return history
        return history[max(len(history) - self.max_turns, 0) :]

    def stop_for(self, length: Length) -> tuple[str, ...]:
        """What ends an answer of that length."""
        is_one_paragraph = length in (Length.SHORT, Length.NORMAL) and self.end
        return (*self.stop, self.end) if is_one_paragraph else self.stop


EXAMPLES = (
    Turn(
        "How do I run backpropagation in PyTorch?",
        "Call `loss.backward()`; it stores the gradient of each parameter in its `.grad` field.",
    ),
    Turn(
        "Why do we need activation functions?",
        "Without a nonlinear activation function, a stack of layers computes only a linear "
        "function of its input, however deep it is.",
    ),
    Turn(
        "What is overfitting?",
        "Overfitting means that a model learns its training examples by heart, so that its loss "
        "on new data is much higher than on the training set.",
    ),
)
"""Pairs of the handbook."""

BASE = Template(
    name="base",
    header=(
        "A student asks questions about deep learning. A teacher answers each of them "
        "correctly and briefly.\n\n"
    ),
    separator="\n\n",
    stop=(
        "\nQuestion:",
        "\nAnswer:",
        "\nQ:",
        "\nA:",
        "\nStudent:",
        "\nTeacher:",
        "\nUser:",
        "\n[",
        "\n\n\n",
    ),
    end="\n\n",
    examples=EXAMPLES,
)
# A model that knows its notes by heart is at its best when it is hardly asked to vary them.
STARTER = Template(
    name="starter",
    header="",
    separator="\n",
    stop=("\n",),
    sampling={
        "temperature": 0.2,
        "repetition_penalty": 1.0,
        "no_repeat_ngram": 0,
        "num_candidates": 0,
        "num_drafts": 1,
    },
)
# A tiny model that learned a course has learned which question has which answer, and no more: what
# was asked before only confuses it.
COURSE = replace(STARTER, name="course", max_turns=0)
# The words that LaMini-GPT and others were tuned with (Wu et al. 2024; Taori et al. 2023).
ALPACA = Template(
    name="alpaca",
    header=(
        "Below is an instruction that describes a task. Write a response that appropriately "
        "completes the request.\n\n"
    ),
    separator="\n\n",
    stop=("\n###", "\nQuestion:", "\nUser:", "\n["),
    before_question="### Instruction:\n",
    before_answer="\n\n### Response:",
    joint="",
    keeps_header=True,
)
TEMPLATES = {template.name: template for template in (BASE, STARTER, COURSE, ALPACA)}


def template_named(name: str) -> Template:
    """The template of a model.

    Raises:
        ModelUnavailable: the configuration names a template that does not exist.
    """
    if name not in TEMPLATES:
        known = ", ".join(sorted(TEMPLATES))
        raise ModelUnavailable(f'There is no prompt template "{name}"; use one of {known}.')
    return TEMPLATES[name]
