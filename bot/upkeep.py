"""What `lectern models download` and `lectern db` do; neither needs a model in memory."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from bot.config import Settings
from bot.generation.download import DownloadProgress
from bot.parts import make_catalog
from bot.storage.database import Database


def download(settings: Settings, name: str) -> None:
    """Fetch a model, with a progress bar in a terminal."""
    catalog, console = make_catalog(settings), Console()
    with Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        bar = bars.add_task(name, total=catalog.spec(name).disk_bytes)

        def show(progress: DownloadProgress) -> None:
            bars.update(bar, completed=progress.done_bytes, total=progress.total_bytes)

        folder = catalog.download(name, show)
    console.print(f"{name} is here: {folder}", highlight=False, soft_wrap=True)


async def upgrade_database(settings: Settings) -> None:
    """Make the database, or bring it to this version's tables."""
    async with Database.open(settings.database.url):
        pass
