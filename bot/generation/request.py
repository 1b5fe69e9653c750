"""A request for tokens, its progress through the engine, and the news about it."""

from dataclasses import dataclass, field

from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.contrastive import Shortlist
from bot.generation.prefix_cache import PrefixBlock
from bot.generation.speculation import PromptLookup


@dataclass(frozen=True, slots=True)
class Request:
    """An immutable wish: continue `prompt` (token ids, at least one) as `sampling` says.

    `person` is whose turn it takes in the queue; `id` is unique within one engine. One that
    `is_alone` shares no step with others and takes nothing from what they have read, so that
    no rounding of a batch can change its text.
    """

    id: int
    prompt: tuple[int, ...]
    sampling: SamplingParams
    person: str = ""
    is_alone: bool = False


@dataclass(slots=True, eq=False)
class Sequence:
    """How far one request is. Owned by the scheduler, which alone changes it.

    `slot` is the row of the key/value cache, None while it waits and after it ended.
    `num_cached` counts the positions whose keys and values the cache holds already; the
    tokens from there on are still to be fed. While the prompt is read that is a rest of the
    prompt, afterwards exactly one token: the newest.

    `prefix` are blocks that its slot is still to be filled with before its first step;
    `num_filed` counts the positions that the engine has filed for later prompts; `lookup`
    guesses its next tokens, None where nothing is guessed.

    Contrastive search holds several slots, `lanes`, of which `slot` is the first: each has the
    whole text and is where one candidate of the `shortlist` is tried. What wins is in the cache
    already, so that between steps nothing is uncached.
    """

    request: Request
    slot: int | None = None
    num_cached: int = 0
    generated: list[int] = field(default_factory=list)
    is_finished: bool = False
    prefix: tuple[PrefixBlock, ...] = ()
    num_filed: int = 0
    lookup: PromptLookup | None = None
    lanes: tuple[int, ...] = ()
    shortlist: Shortlist | None = None

    @property
    def num_tokens(self) -> int:
        """Prompt and generated tokens together."""
        return len(self.request.prompt) + len(self.generated)

    @property
    def num_uncached(self) -> int:
        """Tokens that are still to be fed to the model."""
        return self.num_tokens - self.num_cached

    @property
    def is_decoding(self) -> bool:
        """Whether the prompt is in the cache, so that each step yields a token."""
        return self.num_cached >= len(self.request.prompt)

    @property
    def num_remaining(self) -> int:
        """Tokens that may still be generated."""
        return self.request.sampling.max_new_tokens - len(self.generated)

    def followed_by(self, guessed: tuple[int, ...]) -> "Sequence":
        """How it would stand if the next tokens were the guessed ones; for sampling only."""
        return Sequence(self.request, generated=[*self.generated, *guessed])

    def tokens(self, start: int, stop: int) -> tuple[int, ...]:
        """Token ids at positions `start` (inclusive) to `stop` (exclusive)."""
        num_prompt = len(self.request.prompt)
        if start >= num_prompt:
            return tuple(self.generated[start - num_prompt : stop - num_prompt])
        prompt = self.request.prompt[start:stop]
        return prompt + tuple(self.generated[: max(0, stop - num_prompt)])


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """One piece of news for a request: a token, an ending, or both.

    The end-of-text token itself is not reported, only its finish reason. `error_id` names
    the log entry when `finish_reason` is FAILED. `logprob` is the token's natural
    log-probability as the model gave it.
    """

    request_id: int
    token: int | None = None
    finish_reason: FinishReason | None = None
    error_id: str | None = None
    logprob: float = 0.0
