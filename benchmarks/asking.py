"""Questions through the services of the bot, over a database that is gone afterwards."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import running
from bot.config import Settings
from bot.domain.confidence import Calibration
from bot.evaluate import files_in
from bot.evaluation.run import ASKER, SERVER
from bot.service.services import Services

WRITER = "starter"


@asynccontextmanager
async def answering(
    runs: Path,
    notes: Path | None = None,
    calibrations: Mapping[str, Calibration] | None = None,
    **classifiers: Any,
) -> AsyncIterator[Services]:
    """The starter with `notes`, and with the `classifiers` of the configuration from `runs`."""
    with tempfile.TemporaryDirectory(prefix="lectern-benchmark-") as temporary:
        settings = Settings.model_validate(
            {
                "database": {"url": f"sqlite:///{Path(temporary) / 'lectern.db'}"},
                "generation": {"default_model": WRITER},
                "training": {"runs": runs},
                "classifiers": classifiers,
                "logging": {"level": "ERROR"},
            }
        )
        async with running(settings, calibrations) as (services, _pool):
            if notes is not None:
                for added in await services.notes.add(ASKER, SERVER, files_in(notes)):
                    if added.refusal is not None:
                        raise SystemExit(added.refusal)
            yield services
