"""The book of trials: what the clock said of layouts, kept so that it is asked once."""

import asyncio

import structlog

from bot.generation.trial import Trial
from bot.service.ports import Store

FACT = "layout trial"


class TrialBook:
    """Keeps the last trial in the database; close it while the store is open."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writing: set[asyncio.Task[None]] = set()

    async def last(self) -> Trial | None:
        """The trial that was kept; None if there was none."""
        async with self._store.reading() as transaction:
            kept = await transaction.facts.get(FACT)
        return None if kept is None else Trial.of_text(kept)

    def keep(self, trial: Trial) -> None:
        """Write a trial down, soon; logs what it says."""
        milliseconds = {str(key): round(1000 * value, 2) for key, value in trial.seconds.items()}
        structlog.get_logger("lectern").info(
            "layouts tried", fastest=str(trial.fastest), milliseconds=milliseconds
        )
        self._writing.add(asyncio.create_task(self._keep(trial), name="keep a trial"))

    async def close(self) -> None:
        """Wait until everything is written; what could not be is tried again at the next load."""
        outcomes = await asyncio.gather(*self._writing, return_exceptions=True)
        for error in outcomes:
            if isinstance(error, Exception):
                structlog.get_logger("lectern").warning("a trial was not kept", reason=str(error))

    async def _keep(self, trial: Trial) -> None:
        async with self._store.transaction() as transaction:
            await transaction.facts.put(FACT, trial.as_text())
