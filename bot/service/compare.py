"""The use case *compare*: several models answer the same question, and people vote."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.domain.comparison import (
    MAX_MODELS,
    MIN_MODELS,
    Comparison,
    ComparisonState,
    NewComparison,
)
from bot.domain.conversation import Asker, Conversation, Length
from bot.domain.errors import AlreadyAccepted, NotFound, QuestionRefused, RateLimited, SmallTalk
from bot.domain.question import clean_question
from bot.domain.server_settings import ServerSettings
from bot.domain.small_talk import reply_to_small_talk
from bot.domain.template import template_named
from bot.service.acceptance import Acceptance
from bot.service.allowance import describe
from bot.service.ballot import end, require_here, require_its_asker_or_admin
from bot.service.contest import Contest
from bot.service.defaults import Defaults
from bot.service.grounding import Grounding
from bot.service.live_comparison import LiveComparison
from bot.service.ports import Clock, ModelPool, Store, Transaction
from bot.service.screened import Screen
from bot.service.screening import Screening
from bot.service.topic_guard import TopicGuard

BROKEN = (
    "Something went wrong on my side while comparing; please try again, and if it happens again "
    "tell an admin the error id {}."
)


@dataclass(frozen=True, slots=True)
class CompareWish:
    """A question for several models.

    No `models` are those that are here. `is_blind` keeps secret which of them wrote what.
    `channel_id` and `message_id` name the message that will show it.
    """

    source: str
    asker: Asker
    conversation: Conversation
    text: str
    models: tuple[str, ...] = ()
    seed: int | None = None
    is_blind: bool = True
    channel_id: str = ""
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Accepted:
    comparison: Comparison
    screen: Screen
    length: Length
    settings: ServerSettings


class CompareService:
    """Makes comparisons, one at a time: two would take each other's processor and memory.

    `new_seed` gives seeds that nobody knows before; `report` logs a bug once and returns its id.
    """

    def __init__(
        self,
        store: Store,
        models: ModelPool,
        grounding: Grounding,
        screening: Screening,
        clock: Clock,
        defaults: Defaults,
        new_seed: Callable[[], int],
        report: Callable[[Exception], str],
        guard: TopicGuard,
    ) -> None:
        self._store = store
        self._models = models
        self._screening = screening
        self._acceptance = Acceptance(clock, defaults)
        self._contest = Contest(models, grounding, report)
        self._clock = clock
        self._defaults = defaults
        self._new_seed = new_seed
        self._report = report
        self._guard = guard
        self._live: dict[int, LiveComparison] = {}
        self._turn = asyncio.Lock()
        self._is_closing = False

    @asynccontextmanager
    async def compare(self, wish: CompareWish) -> AsyncIterator[LiveComparison]:
        """Compare while the block runs; read `snapshots()` in it. Leaving it early stops.

        Raises:
            BotError: a refusal before anything was stored: as for a question, and for too few
                or too many models.
        """
        accepted = await self._accept(wish)
        number = accepted.comparison.id
        live = self._live[number] = LiveComparison(accepted.comparison)
        if self._is_closing:
            live.end_as(ComparisonState.INTERRUPTED)
        run = asyncio.create_task(self._run(live, accepted), name=f"comparison-{number}")
        try:
            yield live
        finally:
            live.end_as(ComparisonState.STOPPED)
            try:
                await run
            finally:
                del self._live[number]

    async def stop(self, asker: Asker, server: str, comparison_id: int) -> None:
        """Leave out the models that have not answered yet.

        Raises:
            NotFound: it is not of this server, or has ended.
            NotAllowed: neither who asked nor an admin.
        """
        live = self._live.get(comparison_id)
        comparison = require_here(None if live is None else live.comparison, server)
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(server)
        require_its_asker_or_admin(asker, comparison, settings, "stop")
        if live is not None:
            live.end_as(ComparisonState.STOPPED)

    def stop_all_of(self, person_id: str) -> None:
        """Stop what is being made for a person."""
        for live in self._live.values():
            if live.comparison.person_id == person_id:
                live.end_as(ComparisonState.STOPPED)

    def interrupt_all(self) -> None:
        """Shut down: everything running ends as interrupted, and so does whatever comes."""
        self._is_closing = True
        for live in self._live.values():
            live.end_as(ComparisonState.INTERRUPTED)

    async def chosen(self, names: Sequence[str]) -> tuple[str, ...]:
        """The models that are named, or else those that are here, each once.

        Raises:
            UnknownModel, QuestionRefused: no such model, too few or too many.
        """
        wanted = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
        for name in wanted:
            self._models.spec(name)
        if not wanted:
            here = [each for each in await self._models.statuses() if each.on_disk]
            here.sort(key=lambda each: not each.is_loaded)  # what answers at once first
            wanted = tuple(each.spec.name for each in here[:MAX_MODELS])
            if len(wanted) < MIN_MODELS:
                raise QuestionRefused(
                    "There is only one model on this machine; name two to five with models:, "
                    "which I then fetch first (/model list tells their sizes)."
                )
        if len(wanted) < MIN_MODELS:
            raise QuestionRefused(
                f"{wanted[0]} alone is no comparison; name at least one more model."
            )
        if len(wanted) > MAX_MODELS:
            raise QuestionRefused(
                f"These are {len(wanted)} models; please compare {MAX_MODELS} or fewer."
            )
        return wanted

    async def _accept(self, wish: CompareWish) -> _Accepted:
        """Limits and rows; a refusal leaves nothing behind."""
        text = clean_question(wish.text)
        models = await self.chosen(wish.models)
        for model in models:
            template_named(self._models.spec(model).template)
        if wish.is_blind:
            models = tuple(random.Random(self._new_seed()).sample(models, len(models)))
        judgement = await self._guard.judge(wish.conversation, text)
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(wish.conversation.server)
            self._screening.check_question(text, settings)
            if reply := reply_to_small_talk(text):
                raise SmallTalk(reply)
            judgement.enforce()
            await self._charge(transaction, wish, settings, len(models))
            seed = self._new_seed() if wish.seed is None else wish.seed
            # Without a template: one sampling for all, whatever suits each model by itself.
            sampling = self._defaults.sampling_for(settings, seed=seed, length=None)
            comparison = await transaction.comparisons.add(
                NewComparison(
                    source=wish.source,
                    conversation=wish.conversation,
                    person_id=wish.asker.id,
                    person_name=wish.asker.name,
                    question=text,
                    models=models,
                    sampling=sampling,
                    is_revealed=not wish.is_blind,
                    channel_id=wish.channel_id,
                    message_id=wish.message_id,
                    created_at=self._clock.now(),
                )
            )
        if comparison is None:
            raise AlreadyAccepted("This comparison was accepted already.")
        length = settings.length or self._defaults.length
        screen = self._screening.screen(settings)
        return _Accepted(comparison, screen, length, settings)

    async def _charge(
        self, transaction: Transaction, wish: CompareWish, settings: ServerSettings, count: int
    ) -> None:
        """Charge one question for each model, all or none."""
        limits = self._defaults.limits_for(settings)
        asker = wish.asker
        is_exempt = asker.is_operator or settings.exempt_role in asker.roles
        least = min((limits.person, limits.channel, limits.server), key=lambda limit: limit.count)
        counts_as = f"Comparing {count} models counts as {count} questions"
        if least.count < count and not is_exempt:
            raise QuestionRefused(
                f"{counts_as}, and the limit here is {describe(least)}; please name fewer models."
            )
        try:
            for _ in range(count):
                await self._acceptance.charge(transaction, asker, wish.conversation, settings)
        except RateLimited as refusal:
            raise RateLimited(f"{counts_as}. {refusal.text}", refusal.retry_at) from None

    async def _run(self, live: LiveComparison, accepted: _Accepted) -> None:
        """Write, close the row, show the end: in this order, whatever happens."""
        writing = asyncio.create_task(self._write_all(live, accepted))
        live.runs_in(writing)
        state, error = ComparisonState.DONE, None
        try:
            await writing
        except asyncio.CancelledError:
            state = live.ended_as or ComparisonState.INTERRUPTED
        except Exception as bug:  # noqa: BLE001 - the row must be closed and the person told
            state, error = ComparisonState.STOPPED, BROKEN.format(self._report(bug))
        try:
            async with self._store.transaction() as transaction:
                ended = await end(transaction, live.comparison.id, state)
        except NotFound as gone:  # its person let everything of theirs be deleted
            ended, error = replace(live.comparison, state=state), gone.text
        except Exception as bug:  # noqa: BLE001 - whoever watches must not wait for ever
            ended, error = replace(live.comparison, state=state), BROKEN.format(self._report(bug))
        live.finish(ended, error)

    async def _write_all(self, live: LiveComparison, accepted: _Accepted) -> None:
        if self._turn.locked():
            live.wait_in_line()
        async with self._turn:
            model = self._defaults.model_for(accepted.settings)
            passages = await self._contest.passages(live.comparison, model, accepted.settings)
            screen = accepted.screen.allowing([each.text for each in passages])
            async with self._store.transaction() as transaction:
                await transaction.comparisons.put_num_passages(live.comparison.id, len(passages))
            live.comparison = replace(live.comparison, num_passages=len(passages))
            for entry in live.comparison.entries:
                written = await self._contest.write(live, entry, passages, screen, accepted.length)
                live.put(written)
                async with self._store.transaction() as transaction:
                    await transaction.comparisons.put_entry(live.comparison.id, written)
