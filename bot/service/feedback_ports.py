"""The door to what people think of answers; a part of `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.feedback import Endorsed, Reception, Review, Verdict, Vote


class Feedback(Protocol):
    """Votes and reviews of answers."""

    async def vote_of(
        self, answer_id: int, person_id: str, *, of_correction: bool
    ) -> Verdict | None:
        """What a person voted."""
        ...

    async def put_vote(self, vote: Vote) -> None:
        """Store a vote in the place of the person's earlier one."""
        ...

    async def drop_vote(self, answer_id: int, person_id: str, *, of_correction: bool) -> None:
        """Take a vote back."""
        ...

    async def review(self, answer_id: int) -> Review | None:
        """What an assistant said of an answer."""
        ...

    async def put_review(self, review: Review) -> None:
        """Store a review in the place of the answer's earlier one."""
        ...

    async def drop_review(self, answer_id: int) -> None:
        """Take a review back."""
        ...

    async def reception(self, answer_id: int) -> Reception:
        """The review of an answer, and the votes on what it shows now."""
        ...

    async def endorsed(self, server: str) -> Sequence[Endorsed]:
        """What a server's questions are answered with, the newest first."""
        ...

    async def num_endorsed(self, server: str) -> int:
        """How many answers there are that questions of a server are answered with."""
        ...
