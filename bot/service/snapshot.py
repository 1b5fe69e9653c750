"""What an edge shows of an answer at one moment."""

from dataclasses import dataclass

from bot.domain.answer import AnswerState
from bot.domain.card import Card
from bot.domain.errors import BotError
from bot.domain.feedback import Reception
from bot.domain.progress import LoadProgress
from bot.domain.sampling import FinishReason


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest state of an answer.

    While it waits, `loading` or `position` (requests ahead, with `eta_seconds` where known)
    say for what. `notice` is a remark beside the answer, `error` the sentence of a failed
    one, `refusal` what it came from where that was no bug. A final snapshot is published
    after its row was committed; it tells `num_samples`, where several were made their texts
    one by one in `samples`, and the `seed` of a text that is a second try. `card` tells what an
    answer to a question rests on, `reception` what people think of one that ended earlier.
    """

    answer_id: int
    state: AnswerState
    text: str = ""
    num_new_tokens: int = 0
    position: int | None = None
    eta_seconds: float | None = None
    loading: LoadProgress | None = None
    notice: str | None = None
    error: str | None = None
    refusal: BotError | None = None
    finish_reason: FinishReason | None = None
    seed: int | None = None
    num_samples: int = 1
    samples: tuple[str, ...] = ()
    card: Card | None = None
    reception: Reception = Reception()

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.state.is_final

    @property
    def can_continue(self) -> bool:
        """Whether the answer is one text that was cut off, so that going on makes sense."""
        return (
            bool(self.text)
            and self.num_samples == 1
            and (self.card is None or self.card.can_go_on)
            and self.finish_reason
            in (
                FinishReason.LENGTH,
                FinishReason.CANCELLED,
            )
        )
