"""A slide: the tokens of a specimen, ready to be looked at, and the places on it."""

from dataclasses import dataclass

from bot.domain.errors import InvalidParameter, PromptTooLong
from bot.domain.sampling import SamplingParams
from bot.domain.views import Piece
from bot.generation.request import Request, Sequence
from bot.generation.tokenizer import Tokenizer
from bot.insight.piece import piece_of


@dataclass(frozen=True, slots=True)
class Slide:
    """The tokens of a prompt, `num_prompt` of them, and of what a model wrote behind it.

    Places count from the first token of all. Positions, which people name, count from the
    first token that the model wrote, or of the prompt where it wrote nothing.
    """

    tokenizer: Tokenizer
    tokens: tuple[int, ...]
    num_prompt: int
    sampling: SamplingParams

    @classmethod
    def of(
        cls,
        prompt: str,
        written: str,
        tokenizer: Tokenizer,
        window: int,
        sampling: SamplingParams | None = None,
    ) -> "Slide":
        """Both texts in tokens; as for the engine, an empty prompt is the end of a text.

        They are cut where the model began to write: no token belongs to both.

        Raises:
            InvalidParameter: there is no text.
            PromptTooLong: the window is smaller than both together.
        """
        if not prompt and not written:
            raise InvalidParameter("There is no text to look at; please write some.")
        least = tokenizer.min_tokens(prompt) + tokenizer.min_tokens(written)
        if least > window:
            raise PromptTooLong(too_long(least, window))
        before, behind = tokenizer.encode(prompt), tokenizer.encode(written)
        if not before and tokenizer.end_of_text_id is not None:
            before = [tokenizer.end_of_text_id]
        tokens = (*before, *behind)
        if len(tokens) > window:
            raise PromptTooLong(too_long(len(tokens), window))
        return cls(tokenizer, tokens, len(before), sampling or SamplingParams())

    @property
    def first(self) -> int:
        """The place of position 0."""
        return self.num_prompt if self.num_prompt < len(self.tokens) else 0

    @property
    def num_positions(self) -> int:
        """How many positions there are."""
        return len(self.tokens) - self.first

    @property
    def is_written(self) -> bool:
        """Whether a model wrote something behind the prompt."""
        return self.first > 0

    @property
    def start(self) -> int:
        """The place behind which an answer begins; of a text that goes on, its last."""
        return self.first - 1 if self.is_written else len(self.tokens) - 1

    def text(self, place: int) -> str:
        """The text up to a place."""
        return self.tokenizer.decode(list(self.tokens[: place + 1]))

    def place(self, position: int) -> int:
        """The place of a position.

        Raises:
            InvalidParameter: there is no such position.
        """
        if not 0 <= position < self.num_positions:
            last = self.num_positions - 1
            raise InvalidParameter(
                f"There is no token {position} in this text; choose one from 0 to {last}."
                if last
                else f"There is no token {position} in this text; it has a single one, 0."
            )
        return self.first + position

    def piece(self, token: int) -> Piece:
        """Any token of the vocabulary, to be read."""
        return piece_of(self.tokenizer, token)

    def pieces(self, start: int, stop: int) -> tuple[Piece, ...]:
        """The tokens at some places, to be read."""
        return tuple(self.piece(token) for token in self.tokens[max(start, 0) : stop])

    def following(self, place: int) -> Piece | None:
        """The token that did come behind a place; None at the end."""
        return self.piece(self.tokens[place + 1]) if place + 1 < len(self.tokens) else None

    def sequence(self, place: int, sampling: SamplingParams | None = None) -> Sequence:
        """The text up to a place as the sampler knew it: what is prompt, what generated."""
        stop = place + 1
        prompt, generated = (
            self.tokens[: self.num_prompt][:stop],
            self.tokens[self.num_prompt : stop],
        )
        return Sequence(Request(0, prompt, sampling or self.sampling), generated=list(generated))


def too_long(num_tokens: int, window: int) -> str:
    """The sentence for a text that a model cannot see at once."""
    return (
        f"This text has {num_tokens:,} tokens or more, but the model sees {window:,} at once; "
        "please choose a shorter one."
    )
