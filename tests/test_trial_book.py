"""The book of trials over a real database."""

from pathlib import Path

from structlog.testing import capture_logs

from bot.generation.layout import Layout
from bot.generation.trial import Trial
from bot.storage.database import Database
from bot.trial_book import TrialBook

TRIAL = Trial("this machine", {Layout.PACKED: 0.25, Layout.INT8: 0.125})


async def test_a_trial_is_there_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'lectern.db'}"
    async with Database.open(url) as database:
        book = TrialBook(database)
        assert await book.last() is None
        with capture_logs() as lines:
            book.keep(TRIAL)
            await book.close()
    assert [(line["event"], line["fastest"]) for line in lines] == [("layouts tried", "int8")]
    async with Database.open(url) as database:
        assert await TrialBook(database).last() == TRIAL


class FullDisk:
    """A store that nothing can be written to."""

    def transaction(self) -> None:
        raise OSError("No space left on device")


async def test_a_trial_that_cannot_be_written_is_logged_and_no_more() -> None:
    book = TrialBook(FullDisk())  # type: ignore[arg-type]
    with capture_logs() as lines:
        book.keep(TRIAL)
        await book.close()
    assert [line["event"] for line in lines] == ["layouts tried", "a trial was not kept"]
