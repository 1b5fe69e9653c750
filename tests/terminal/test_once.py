"""One answer on standard output while it is made."""

from pathlib import Path

import pytest

from bot.domain.errors import NotDecent
from bot.service.complete import Wish
from bot.storage.database import Database
from bot.terminal.once import print_answer
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.scripted_services import scripted_services
from tests.service.asking import ADA, CHANNEL

RUDE = Script([" upon", " a", " shitty", " time."])


async def printed(folder: Path, scripts: list[Script]) -> None:
    """What `lectern complete` does once it has its services."""
    async with Database.open(f"sqlite+aiosqlite:///{folder}/lectern.db") as store:
        bugs: list[BaseException] = []
        services = scripted_services(store, ScriptedPool(scripts), SetClock(), bugs)
        async with services.complete.complete(Wish("wish:1", ADA, CHANNEL, "Once")) as live:
            await print_answer(services, live, as_json=False)


async def test_a_text_that_is_written_again_stands_whole_below_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await printed(tmp_path, [RUDE, Script([" I", " was", " young."])])
    assert capsys.readouterr().out.endswith("I was young.\n")


async def test_a_text_that_is_withheld_is_a_refusal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotDecent):
        await printed(tmp_path, [RUDE])
    assert "shit" not in capsys.readouterr().out
