"""What a look inside found: the numbers of each view, as pictures and words are made from them.

Probabilities are shares of 1. Surprisals and entropies are in bits.
"""

from dataclasses import dataclass

from bot.domain.sampling import SamplingParams


@dataclass(frozen=True, slots=True)
class Piece:
    """A token: its id and its text, in which what cannot be read alone is escaped."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class TokensView:
    """A text cut into tokens; those before `num_prompt` belong to the prompt of an answer."""

    pieces: tuple[Piece, ...]
    num_prompt: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token that could come next: its probability as the model gave it, and as it was drawn."""

    piece: Piece
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class NextView:
    """What could come behind a position, most probable first.

    The token that did come is the last of them if it is not one of the likeliest.

    `context` are the last tokens up to the position, `actual` the one that did come, None at
    the end of the text. `rest` is the probability before sampling of all that is not shown.
    """

    context: tuple[Piece, ...]
    position: int
    num_tokens: int
    candidates: tuple[Candidate, ...]
    rest: float
    sampling: SamplingParams
    actual: Piece | None = None


@dataclass(frozen=True, slots=True)
class SurpriseView:
    """Each token with its surprisal, −log₂ p, and the entropy of the distribution before it.

    `first` is how many tokens of the text stand before the first piece: one, where nothing
    foretold it.
    """

    pieces: tuple[Piece, ...]
    surprisals: tuple[float, ...]
    entropies: tuple[float, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class AttentionView:
    """How much each token (row) looks at each one up to itself (column): rows sum to 1 at most.

    `pieces` name both; what was before the first of them is left out. `layer` and `head` are
    None where the average over all was taken. `first` is how many tokens stand before the
    first piece, those of an answer's prompt among them.
    """

    pieces: tuple[Piece, ...]
    weights: tuple[tuple[float, ...], ...]
    layer: int | None
    head: int | None
    num_layers: int
    num_heads: int
    first: int = 0


@dataclass(frozen=True, slots=True)
class LayerGuess:
    """What the stream behind one layer (0 is the embedding) says: its likeliest tokens."""

    layer: int
    candidates: tuple[Candidate, ...]
    """`before` and `after` are the same here."""
    final_probability: float
    """Of the token that the last layer finds likeliest."""


@dataclass(frozen=True, slots=True)
class LayersView:
    """The logit lens at one position (nostalgebraist 2020)."""

    context: tuple[Piece, ...]
    position: int
    num_tokens: int
    guesses: tuple[LayerGuess, ...]
    actual: Piece | None = None


@dataclass(frozen=True, slots=True)
class TemperatureColumn:
    """One temperature: the distribution of the next token, and how a text goes on at it."""

    temperature: float
    candidates: tuple[Candidate, ...]
    """The same tokens in every column; `after` is the probability at this temperature."""
    entropy: float
    continuation: str


@dataclass(frozen=True, slots=True)
class TemperatureView:
    """The same prompt at several temperatures, with one seed."""

    context: tuple[Piece, ...]
    columns: tuple[TemperatureColumn, ...]
    seed: int


AnyView = TokensView | NextView | SurpriseView | AttentionView | LayersView | TemperatureView
