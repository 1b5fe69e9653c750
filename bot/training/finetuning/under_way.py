"""The mark in the folder of a run under way: with which data and numbers it goes on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.errors import BotError, InvalidParameter
from bot.training.finetuning.trainer import NoNumber

UNDER_WAY = "under-way.json"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a run is made of; one that `is_stuck` had a loss that was no number.

    The `fingerprint` is the same for runs that end with the same weights, `kin` for those that
    may differ in their learning rate.
    """

    fingerprint: str
    kin: str
    is_stuck: bool = False

    @classmethod
    def of(cls, folder: Path) -> "Mark | None":
        """The mark of a folder; None if nothing is under way there."""
        try:
            told = json.loads((folder / UNDER_WAY).read_text(encoding="utf-8"))
            return cls(told["fingerprint"], told.get("kin", ""), bool(told.get("is stuck")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Put it into the folder.

        Raises:
            BotError: the folder cannot be written.
        """
        told = {"fingerprint": self.fingerprint, "kin": self.kin, "is stuck": self.is_stuck}
        try:
            (folder / UNDER_WAY).write_text(json.dumps(told) + "\n", encoding="utf-8")
        except OSError as error:
            raise BotError(f"{folder} cannot be written: {error.strerror}.") from None

    def enter(self, folder: Path, name: str) -> None:
        """Mark a folder; a run that is stuck there may go on with another learning rate.

        Raises:
            InvalidParameter: another run is under way there.
            BotError: see `write`.
        """
        known = Mark.of(folder) or self
        may_go_on = known.fingerprint == self.fingerprint or (
            known.is_stuck and known.kin == self.kin
        )
        if not may_go_on:
            raise InvalidParameter(
                f"A run called {name} with other data or numbers is under way; give it the "
                f"same ones, or remove it with `lectern runs remove {name}`."
            )
        self.write(folder)


@contextmanager
def going_on(mark: Mark, folder: Path, name: str) -> Iterator[None]:
    """Train in a folder that is marked; where numbers get lost, the mark says so.

    Raises:
        InvalidParameter, BotError: see `Mark.enter`.
    """
    mark.enter(folder, name)
    try:
        yield
    except NoNumber:
        replace(mark, is_stuck=True).write(folder)
        raise
