"""The use case *vote*: people judge what a comparison's models wrote, at first without their names.

A vote under a name would judge the name. So names and figures (a large model is slow, and sure)
are told to a person who has voted, and to everybody when whoever asked, or an admin, reveals them.
Only votes that were given before either count in the server's standings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.comparison import Comparison, ComparisonState, ComparisonVote
from bot.domain.conversation import Asker
from bot.domain.errors import NotAllowed, NotFound, QuestionRefused
from bot.domain.server_settings import ServerSettings
from bot.service.access import is_admin
from bot.service.ports import Clock, Store, Transaction

GONE = "I no longer know this comparison; please ask for a new one with /compare."
OLDEST_DELIVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A comparison as one person may see it.

    `vote` is the position that they voted for; `knows_names` if they may know the models.
    """

    comparison: Comparison
    vote: int | None
    knows_names: bool


@dataclass(frozen=True, slots=True)
class Voted:
    """A vote that was stored, in the place of the one for `before`."""

    comparison: Comparison
    position: int
    before: int | None
    is_blind: bool


class BallotService:
    """What people do with a comparison that has ended."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def seen(self, asker: Asker, server: str, comparison_id: int) -> Seen:
        """A comparison as somebody may see it.

        Raises:
            NotFound: there is none on this server.
        """
        async with self._store.reading() as transaction:
            found = await transaction.comparisons.get(comparison_id)
            comparison = require_here(found, server)
            vote = await transaction.comparisons.vote_of(comparison_id, asker.id)
        return Seen(comparison, vote, comparison.is_revealed or vote is not None)

    async def vote(self, asker: Asker, server: str, comparison_id: int, position: int) -> Voted:
        """Vote for an answer; another vote takes the place of the one before.

        Raises:
            NotFound: there is no such comparison or answer on this server.
            QuestionRefused: it has not ended yet.
        """
        async with self._store.transaction() as transaction:
            found = await transaction.comparisons.get(comparison_id)
            comparison = require_here(found, server)
            if not comparison.state.is_final:
                raise QuestionRefused("Not every model has answered yet; please wait for the end.")
            if position not in [entry.position for entry in comparison.candidates]:
                raise NotFound("There is no such answer to vote for; use one of the buttons.")
            before = await transaction.comparisons.vote_of(comparison_id, asker.id)
            is_blind = not comparison.is_revealed and before is None
            if before != position:  # the same again changes nothing, nor whether it was blind
                now = self._clock.now()
                await transaction.comparisons.put_vote(
                    ComparisonVote(comparison_id, asker.id, position, is_blind, now)
                )
            comparison = require_here(await transaction.comparisons.get(comparison_id), server)
        return Voted(comparison, position, before, is_blind)

    async def reveal(self, asker: Asker, server: str, comparison_id: int) -> Comparison:
        """Let everybody see which model wrote what.

        Raises:
            NotFound: there is no such comparison on this server.
            NotAllowed: neither who asked nor an admin.
        """
        async with self._store.transaction() as transaction:
            found = await transaction.comparisons.get(comparison_id)
            comparison = require_here(found, server)
            settings = await transaction.servers.get(server)
            require_its_asker_or_admin(asker, comparison, settings, "reveal the models of")
            await transaction.comparisons.reveal(comparison_id)
            return require_here(await transaction.comparisons.get(comparison_id), server)

    async def latest(self, comparison_id: int) -> Comparison | None:
        """A comparison as its message shall show it."""
        async with self._store.reading() as transaction:
            return await transaction.comparisons.get(comparison_id)

    async def shown(self, comparison_id: int) -> None:
        """The message shows the end."""
        async with self._store.transaction() as transaction:
            await transaction.comparisons.mark_shown(comparison_id, self._clock.now())

    async def recover(self) -> Sequence[Comparison]:
        """Once at start: end what the last process left open, and tell which messages are stale.

        Whatever was just interrupted counts however old it is; what ended is brought to its
        message for a day and then let be.
        """
        since = self._clock.now() - OLDEST_DELIVERY
        stale = []
        async with self._store.transaction() as transaction:
            for comparison in await transaction.comparisons.unshown():
                if not comparison.state.is_final:
                    stale.append(await end(transaction, comparison.id, ComparisonState.INTERRUPTED))
                elif comparison.created_at >= since:
                    stale.append(comparison)
                else:
                    await transaction.comparisons.mark_shown(comparison.id, self._clock.now())
        return stale


async def end(transaction: Transaction, comparison_id: int, state: ComparisonState) -> Comparison:
    """Close a comparison's row. Where there is no choice to vote on, there is no secret either."""
    known = await transaction.comparisons.get(comparison_id)
    num_answers = 0 if known is None else sum(entry.has_answer for entry in known.entries)
    await transaction.comparisons.end(comparison_id, state, reveals=num_answers < 2)
    ended = await transaction.comparisons.get(comparison_id)
    if ended is None:
        raise NotFound(GONE)  # forgotten while it was made
    return ended


def require_here(comparison: Comparison | None, server: str) -> Comparison:
    """The comparison, if it was made on this server.

    Raises:
        NotFound: the same words for another server's and none at all.
    """
    if comparison is None or comparison.conversation.server != server:
        raise NotFound(GONE)
    return comparison


def require_its_asker_or_admin(
    asker: Asker, comparison: Comparison, settings: ServerSettings, deed: str
) -> None:
    """Refuse people who neither asked nor administer.

    Raises:
        NotAllowed: says whose comparison it is.
    """
    if asker.id != comparison.person_id and not is_admin(asker, settings):
        raise NotAllowed(
            f"Only {comparison.person_name}, who asked, and admins can {deed} this comparison"
            + (
                "; once you have voted, the models are told to you alone."
                if deed.startswith("reveal")
                else "."
            )
        )
