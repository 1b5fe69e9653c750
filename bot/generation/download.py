"""Fetching one model from the hub, byte by byte counted."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import (  # type: ignore[attr-defined]
    HTTPError,  # the base of all its connection errors
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from bot.domain.errors import ModelUnavailable
from bot.domain.model_spec import ModelSpec
from bot.generation.weight_files import INDEX_FILE, SINGLE_FILE

CONFIG_FILES = (
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "tokenizer_config.json",
    "config.json",
)
_ANSWER_SECONDS = 60  # patience with the hub's answer about a file


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is, in bytes of all its files."""

    done_bytes: int
    total_bytes: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.done_bytes / self.total_bytes if self.total_bytes else 1.0


def download(
    spec: ModelSpec,
    cache_dir: Path,
    on_progress: Callable[[DownloadProgress], None],
    endpoint: str | None = None,
) -> Path:
    """Fetch the files of `spec` at its revision into the hub cache; returns their folder.

    Only weights in safetensors, the configuration and the tokenizer are fetched, the
    configuration last: where it is, the rest is. An interrupted download goes on from where
    it stopped. `on_progress` is called in the calling thread or the hub library's.

    Raises:
        ModelUnavailable: the hub cannot be reached, does not know the model, has no
            safetensors of it, or the disk is too small.
    """
    try:
        files = _files(spec, endpoint)
        total = sum(files.values())
        _check_disk(spec, cache_dir, total)
        finished = 0
        on_progress(DownloadProgress(0, total))
        for name, size in files.items():
            counted = _Count(finished, total, on_progress)
            path = hf_hub_download(
                spec.source,
                name,
                revision=spec.revision,
                cache_dir=cache_dir,
                endpoint=endpoint,
                etag_timeout=_ANSWER_SECONDS,
                tqdm_class=_bar_class(counted),
            )
            finished += size
            on_progress(DownloadProgress(finished, total))
        return Path(path).parent
    except (RepositoryNotFoundError, RevisionNotFoundError):
        raise ModelUnavailable(
            f"The hub has no {spec.source} at revision {spec.revision}, which {spec.name} needs."
        ) from None
    except (HTTPError, OSError) as error:
        raise ModelUnavailable(
            f"{spec.name} cannot be downloaded now: the hub did not answer as it should "
            f"({type(error).__name__}); check the network and try again."
        ) from error


def _files(spec: ModelSpec, endpoint: str | None) -> dict[str, int]:
    """Names and bytes of the files to fetch, in this order."""
    info = HfApi(endpoint=endpoint).model_info(
        spec.source, revision=spec.revision, files_metadata=True, timeout=_ANSWER_SECONDS
    )
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    if SINGLE_FILE in sizes:
        weights = [SINGLE_FILE]
    else:  # shards lie beside the index; other formats have folders of their own
        weights = sorted(
            name for name in sizes if name.endswith(".safetensors") and "/" not in name
        )
        weights += [INDEX_FILE] if INDEX_FILE in sizes else []
    if not weights:
        raise ModelUnavailable(f"{spec.source} has no weights as safetensors; choose another.")
    return {name: sizes[name] for name in [*weights, *CONFIG_FILES] if name in sizes}


def _check_disk(spec: ModelSpec, cache_dir: Path, total: int) -> None:
    cache_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache_dir).free
    if free < total:
        raise ModelUnavailable(
            f"{spec.name} needs {total / 1e9:.1f} GB on disk, but {cache_dir} has "
            f"{free / 1e9:.1f} GB left."
        )


class _Count:
    """Bytes of one file, added to those of the files before it."""

    def __init__(
        self, finished: int, total: int, on_progress: Callable[[DownloadProgress], None]
    ) -> None:
        self._done = finished
        self._total = total
        self._on_progress = on_progress

    def add(self, num_bytes: float) -> None:
        """More (or, after a restart, fewer) bytes are here."""
        self._done += int(num_bytes)
        self._on_progress(DownloadProgress(min(self._done, self._total), self._total))


def _bar_class(count: _Count) -> type:
    """What the hub library takes for a class of progress bars, counting instead of drawing.

    It creates one per file and reports bytes written by `update`; bytes on the wire, which
    may be fewer, by `update_transfer`.
    """

    class Bar:
        def __init__(self, *, total: float | None = None, initial: float = 0, **_: Any) -> None:
            self.total = total
            self.n = initial
            count.add(initial)

        def update(self, num_bytes: float = 1) -> None:
            self.n += num_bytes
            count.add(num_bytes)

        def update_transfer(self, num_bytes: float) -> None:
            """Not counted: these bytes are counted when they are written."""

        def set_postfix_str(self, *_: Any, **__: Any) -> None:
            """Nothing is drawn."""

        set_transfer_postfix_str = set_postfix_str
        set_description = set_postfix_str
        refresh = set_postfix_str
        close = set_postfix_str

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

    return Bar
