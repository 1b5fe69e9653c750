"""How a model's context window is shared between a prompt's parts and the answer."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from bot.domain.prompt import FittedPrompt, PromptParts

BAR_WIDTH = 32
"""Characters; of a window of 1,024 tokens each is 32 tokens."""
_TAKEN, _FREE = "█", "░"
_PARTS = ("instruction", "examples", "passages", "history", "question")
_NAME_WIDTH = 11


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens of each part of a prompt, of the `room` for its answer, and of the `window`."""

    parts: PromptParts
    room: int
    window: int

    @classmethod
    def of(cls, prompt: FittedPrompt, room: int, window: int) -> "Budget":
        """The budget of a prompt; one that was not made of parts is all question."""
        parts = prompt.parts
        if parts == PromptParts():
            parts = PromptParts(question=prompt.num_tokens)
        return cls(parts, room, window)

    @property
    def num_prompt_tokens(self) -> int:
        """All parts together."""
        return sum(dataclasses.asdict(self.parts).values())

    @property
    def shares(self) -> dict[str, int]:
        """Tokens by part in about their order in the prompt; the room for the answer is last."""
        return {**{name: getattr(self.parts, name) for name in _PARTS}, "answer": self.room}

    @property
    def num_free(self) -> int:
        """Positions of the window that nothing takes."""
        return max(self.window - self.num_prompt_tokens - self.room, 0)

    def as_dict(self) -> dict[str, Any]:
        """For the database."""
        return dataclasses.asdict(self)

    @classmethod
    def of_dict(cls, stored: dict[str, Any]) -> "Budget":
        """What `as_dict` gave."""
        return cls(PromptParts(**stored["parts"]), stored["room"], stored["window"])

    @property
    def table(self) -> str:
        """A line for each part that there is: its name, its tokens, and a bar of its share."""
        shares = {**{name: n for name, n in self.shares.items() if n}, "free": self.num_free}
        return "\n".join(
            f"{name:<{_NAME_WIDTH}} {tokens:>5,} {self._bar(name, tokens)}".rstrip()
            for name, tokens in shares.items()
        )

    def _bar(self, name: str, tokens: int) -> str:
        """Rounded up, so that no part is overlooked."""
        return (_FREE if name == "free" else _TAKEN) * -(-tokens * BAR_WIDTH // self.window)
