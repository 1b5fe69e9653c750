"""A look inside a text: which view of it, and where in it."""

from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """What can be seen of a model at work on a text."""

    TOKENS = "tokens"
    """How the text is cut into tokens."""
    NEXT = "next"
    """What could come next at a position, before and after temperature, top-k and top-p."""
    SURPRISE = "surprise"
    """How unexpected each token was, and how unsure the model was before it."""
    ATTENTION = "attention"
    """Where a head, or the average of all, looks."""
    LAYERS = "layers"
    """What each layer would have said: the logit lens."""
    TEMPERATURE = "temperature"
    """The same prompt at three temperatures."""


NAMES = {
    View.TOKENS: ("Tokens", "How the text is cut into tokens"),
    View.NEXT: ("Next token", "What could come next, and how likely it was"),
    View.SURPRISE: ("Surprise", "How unexpected each token was"),
    View.ATTENTION: ("Attention", "Where the model looks"),
    View.LAYERS: ("Layers", "What each layer would have said"),
    View.TEMPERATURE: ("Temperature", "The same prompt at three temperatures"),
}
"""Each view's name, and what it shows in a few words."""


@dataclass(frozen=True, slots=True)
class Look:
    """One view, and where to stand.

    `position` is the index of a token in the text that is looked at, counted from 0; the view
    shows what the model expected *behind* it. None is wherever the view is most telling. `layer`
    and `head` count from 0 too; None averages over all of them.
    """

    view: View
    position: int | None = None
    layer: int | None = None
    head: int | None = None
