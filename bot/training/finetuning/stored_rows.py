"""Rows on disk: those of all epochs, in an Arrow table that is mapped and not read into memory."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, overload

from datasets import Dataset, Features, List, Value
from datasets.arrow_writer import ArrowWriter

from bot.domain.errors import BotError
from bot.training.finetuning.rows import Row

_COLUMNS = Features({"ids": List(Value("int32")), "labels": List(Value("int32"))})


class StoredRows(Sequence[Row]):
    """Takes rows one by one and keeps none: a token costs 8 bytes of disk.

    The file lies in `folder`, or where temporary files lie, and has no name: it is gone with
    the process, however that ends. `num_tokens` and `num_learned` are those of all rows.

    Raises:
        BotError: the disk is full.
    """

    def __init__(self, rows: Iterable[Row], folder: Path | None = None) -> None:
        self.num_tokens = self.num_learned = 0
        with tempfile.NamedTemporaryFile(dir=folder, prefix="rows-", delete=False) as file:
            path = Path(file.name)
        try:
            with ArrowWriter(path=str(path), features=_COLUMNS) as writer:
                for row in self._counted(rows):
                    writer.write({"ids": row.ids, "labels": row.labels})
                writer.finalize()
            self._table: Any = Dataset.from_file(str(path))
        except OSError as error:
            reason = error.strerror or error
            raise BotError(
                f"The rows to learn cannot be written to {path.parent} ({reason}); make room."
            ) from error
        finally:
            with suppress(PermissionError):  # of systems where a file that is open has to stay
                path.unlink()

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.num_tokens += len(row.ids)
            self.num_learned += row.num_learned
            yield row

    def __len__(self) -> int:
        """How many there are."""
        return len(self._table)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """The rows of some places, read from the disk."""
        found = self._table[place]
        if isinstance(place, slice):
            pairs = zip(found["ids"], found["labels"], strict=True)
            return [Row(tuple(ids), tuple(labels)) for ids, labels in pairs]
        return Row(tuple(found["ids"]), tuple(found["labels"]))
