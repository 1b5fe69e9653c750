"""What reading one file may cost."""

from dataclasses import dataclass

from bot.domain.errors import NoteRefused


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Limits of one file and of the process that reads it; sizes in bytes."""

    max_bytes: int = 64 * 1024**2
    max_pages: int = 2_000
    max_characters: int = 4_000_000
    max_unpacked_bytes: int = 100_000_000
    max_packing_ratio: int = 200
    """Of a member of a zip file; documents written by people stay below 50."""
    max_memory: int = 1024**3
    max_cpu_seconds: int = 30
    """300 pages full of text took 3.2 s on the machine that this was written on."""
    max_seconds: float = 60.0

    def check_size(self, name: str, num_bytes: int) -> None:
        """Refuse a file by its size alone, before it is fetched or read.

        Raises:
            NoteRefused: it is empty or too big.
        """
        if not num_bytes:
            raise NoteRefused(f'"{name}" is empty; please upload a file with text in it.')
        if num_bytes > self.max_bytes:
            raise NoteRefused(
                f'"{name}" has {num_bytes:,} bytes and I read at most {self.max_bytes:,}; please '
                "split it, or leave its pictures out."
            )

    def check_characters(self, name: str, num_characters: int) -> None:
        """Refuse a file of whose text too much was found.

        Raises:
            NoteRefused: the text is too long.
        """
        if num_characters > self.max_characters:
            raise NoteRefused(
                f'"{name}" has more than {self.max_characters:,} characters of text; please '
                "split it into several files."
            )


def too_costly(name: str) -> NoteRefused:
    """The refusal of a file that reaches the limits of the process that reads it."""
    return NoteRefused(
        f'Reading "{name}" takes more time or memory than I give to one file; please split it, '
        "or leave its pictures out."
    )
