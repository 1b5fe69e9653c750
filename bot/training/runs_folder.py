"""The folder of all runs: which there are, and what may be done with them."""

import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import InvalidParameter, ModelUnavailable, NotFound
from bot.training.gpt2_config import gpt2_config
from bot.training.run_record import CLASSIFY, RECORD, RunRecord

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
_TAKEN = (
    "config.json",
    "generation_config.json",
    "model.safetensors.index.json",
    "*.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "merges.txt",
    "special_tokens_map.json",
)
EXAM = "questions.jsonl"
_PAPERS = (
    "README.md",
    "data.json",
    "history.json",
    "confusion.json",
    "loss.png",
    "confusion.png",
    "sweep.json",
    EXAM,
    RECORD,
)
CHECKPOINTS = "checkpoints"


class RunsFolder:
    """Runs by name; `root` need not exist yet."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> list[RunRecord]:
        """Every finished run by name; a folder that says another name than its own is none."""
        try:
            folders = sorted(each for each in self.root.iterdir() if each.is_dir())
        except OSError:
            return []
        records = ((folder.name, RunRecord.read(folder)) for folder in folders)
        return [each for name, each in records if each is not None and each.name == name]

    def get(self, name: str) -> RunRecord:
        """One run.

        Raises:
            NotFound: there is none of that name.
        """
        for record in self.all():
            if record.name == name:
                return record
        known = ", ".join(record.name for record in self.all())
        there_are = f"there are {known}" if known else "there is none yet"
        raise NotFound(f"There is no run called {name}; {there_are}.")

    def folder(self, name: str) -> Path:
        """Where a run of that name lies, or would.

        Raises:
            InvalidParameter: no run can have that name.
        """
        if not _NAME.fullmatch(name):
            raise InvalidParameter(
                "A run's name is up to 50 letters, digits, dots, dashes and underscores and "
                "begins with a letter or digit, for example dl-course."
            )
        return self.root / name

    def new_folder(self, name: str, taken: Iterable[str]) -> Path:
        """The folder of a run that is to be made, writable; that of one under way as well.

        Raises:
            InvalidParameter: see `folder`; or a model or finished run is called so, or the folder
                cannot be written.
        """
        folder = self.folder(name)
        if RunRecord.read(folder) is not None:
            raise InvalidParameter(
                f"There is a run called {name} already; choose another --name, or remove it with "
                f"`lectern runs remove {name}`."
            )
        if name in taken:
            raise InvalidParameter(f"There is a model called {name} already; choose another name.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".probe").touch()
            (folder / ".probe").unlink()
        except OSError as error:
            raise InvalidParameter(
                f"The folder {folder} cannot be written ({error.strerror}); set training.runs to "
                "another one."
            ) from None
        return folder

    def remove(self, name: str) -> None:
        """Delete a run, also one that is under way.

        Raises:
            NotFound: there is none.
            InvalidParameter: its folder cannot be deleted.
        """
        folder = self.folder(name)
        if not folder.is_dir():
            self.get(name)
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise InvalidParameter(f"{folder} cannot be deleted: {error.strerror}.") from None

    def export(self, name: str, target: Path) -> None:
        """Copy a run without its checkpoints into a new folder, in transformers' format.

        Raises:
            NotFound, InvalidParameter: there is none, or `target` is there already.
        """
        self.get(name)
        _copied(self.folder(name), target, (*_TAKEN, *_PAPERS))

    def import_from(
        self, source: Path, name: str, template: str, at: datetime, taken: Iterable[str]
    ) -> Path:
        """Copy a model's folder in as a run; what it does not need is left behind.

        Raises:
            InvalidParameter: see `new_folder`; or a run of that name is under way.
            ModelUnavailable: the folder holds no GPT-2 with safetensors and a tokenizer.
        """
        check_is_model(source)
        labels = _labels(source)
        folder = self.new_folder(name, taken)
        if any(folder.iterdir()):
            raise InvalidParameter(
                f"A run called {name} is under way; choose another --name, or remove it with "
                f"`lectern runs remove {name}`."
            )
        folder.rmdir()
        _copied(source, folder, (*_TAKEN, *_PAPERS))
        old = RunRecord.read(folder)
        new = RunRecord(name, template, at.isoformat(timespec="seconds"), **labels)
        (replace(old, name=name) if old is not None else new).write(folder)
        return folder


def _labels(folder: Path) -> dict[str, Any]:
    """What a record says of a classifier that was trained elsewhere; nothing of other models.

    Raises:
        ModelUnavailable: it names no labels.
    """
    config = gpt2_config(folder.name, folder)
    kinds, named = config.get("architectures") or (), config.get("id2label") or {}
    if not any("SequenceClassification" in kind for kind in kinds) or not named:
        return {}
    try:
        labels = [str(named[number]) for number in sorted(named, key=int)]
    except (TypeError, ValueError):
        raise ModelUnavailable(
            f"The config.json in {folder} names no labels by their numbers (id2label)."
        ) from None
    return {"task": CLASSIFY, "labels": tuple(labels)}


def check_is_model(folder: Path) -> None:
    """Refuse what is no GPT-2 in safetensors.

    Raises:
        ModelUnavailable: says what is missing, or that its weights are pickled.
    """
    if not folder.is_dir():
        raise ModelUnavailable(f"There is no folder {folder}; check the path.")
    if not any(folder.glob("*.safetensors")):
        if any(any(folder.glob(pattern)) for pattern in _PICKLED):
            raise ModelUnavailable(
                f"{folder} has only pickled weights, which can run code when opened; convert them "
                "to model.safetensors first."
            )
        raise ModelUnavailable(f"{folder} has no weights (model.safetensors).")
    has_tokenizer = (folder / "tokenizer.json").is_file() or (folder / "merges.txt").is_file()
    if not has_tokenizer or not (folder / "config.json").is_file():
        raise ModelUnavailable(f"{folder} needs config.json and tokenizer.json beside its weights.")
    gpt2_config(folder.name, folder)


def _copied(source: Path, target: Path, patterns: Iterable[str]) -> None:
    if target.exists():
        raise InvalidParameter(f"{target} is there already; name a folder that is not.")
    try:
        target.mkdir(parents=True)
        for pattern in patterns:
            for file in sorted(source.glob(pattern)):
                shutil.copyfile(file, target / file.name)
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise InvalidParameter(f"{target} cannot be written: {error.strerror}.") from None
