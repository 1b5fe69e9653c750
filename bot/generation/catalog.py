"""The models this installation knows by name, and where their files are."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from huggingface_hub import constants, try_to_load_from_cache

from bot.domain.errors import ConfigurationError, ModelUnavailable, UnknownModel
from bot.domain.model_spec import OFFICIAL_MODELS, ModelShape, ModelSpec
from bot.generation.download import DownloadProgress, download
from bot.generation.model_config import read_config
from bot.generation.weight_files import weight_files

STARTER = "starter"
STARTER_FOLDER = Path(__file__).resolve().parents[1] / "handbook" / STARTER
MAX_NAMES_LENGTH = 1_000
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class Catalog:
    """The official GPT-2s, the starter model and `configured` ones, by name.

    A configured model replaces an official one of the same name. `cache_dir` is the hub's
    cache on this machine (None: where the hub library keeps it), `endpoint` the hub's
    address (None: the public one). `find_runs` tells which fine-tuned models there are just
    now; of a name that is taken they are passed over. `find_classifiers` tells the names of runs
    that tell labels and write nothing: they are no models, which is said to who asks for one.

    People choose models by these names only, never by a path or hub id.

    Raises:
        ConfigurationError: a configured model is neither a folder nor a hub id with the 40
            hexadecimal digits of a commit.
    """

    def __init__(
        self,
        configured: Iterable[ModelSpec] = (),
        cache_dir: Path | None = None,
        starter_folder: Path = STARTER_FOLDER,
        endpoint: str | None = None,
        find_runs: Callable[[], Iterable[ModelSpec]] = tuple,
        find_classifiers: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._cache_dir = cache_dir
        self._endpoint = endpoint
        self._specs = {spec.name: spec for spec in OFFICIAL_MODELS}
        self._specs[STARTER] = _starter(starter_folder)
        for spec in configured:
            _check(spec)
            self._specs[spec.name] = spec
        self._find_runs = find_runs
        self._find_classifiers = find_classifiers

    @property
    def specs(self) -> tuple[ModelSpec, ...]:
        """Every entry: the official ones by size, the starter, configured ones, then runs."""
        return tuple(self._all().values())

    def _all(self) -> dict[str, ModelSpec]:
        """The entries by name, with the runs that there are now."""
        runs = (spec for spec in self._find_runs() if spec.name not in self._specs)
        return self._specs | {spec.name: spec for spec in runs}

    def spec(self, name: str) -> ModelSpec:
        """The entry of that name.

        Raises:
            UnknownModel: there is none; the text lists names that there are.
        """
        if name in self._specs:
            return self._specs[name]
        try:
            return self._all()[name]
        except KeyError:
            told = f"There is no model called {name}"
            if name in self._find_classifiers():
                told = f"{name} is a classifier: it tells labels and writes nothing"
            raise UnknownModel(f"{told}; choose from {_in_words(self._all())}.") from None

    def folder(self, name: str) -> Path:
        """Where the model's files are; looks at the disk only, never at the network.

        Raises:
            UnknownModel: see `spec`.
            ModelUnavailable: the folder is missing, or the model is not downloaded.
        """
        spec = self.spec(name)
        if spec.is_local:
            folder = Path(spec.source)
            if not folder.is_dir():
                raise ModelUnavailable(f"The folder of {name} is not there: {folder}.")
            return folder
        config = try_to_load_from_cache(
            spec.source, "config.json", cache_dir=self._cache_dir, revision=spec.revision
        )
        if isinstance(config, str):
            folder = Path(config).parent
            # With pickled weights only, the refusal to open them says more.
            if _is_complete(folder, name) or any(folder.glob("*.bin")):
                return folder
        raise ModelUnavailable(
            f"{name} is not downloaded; the operator can fetch it with "
            f"`lectern models download {name}`."
        )

    def on_disk(self, name: str) -> bool:
        """Whether configuration, weights and tokenizer are here (not whether they are sound).

        Raises:
            UnknownModel: see `spec`.
        """
        self.spec(name)
        try:
            return _is_complete(self.folder(name), name)
        except ModelUnavailable:
            return False

    def shape(self, name: str) -> ModelShape | None:
        """The sizes of a model; None while neither the entry nor the disk tells.

        Raises:
            UnknownModel: see `spec`.
        """
        spec = self.spec(name)
        if spec.shape is not None:
            return spec.shape
        try:
            return read_config(self.folder(name), name).shape
        except ModelUnavailable:
            return None

    def disk_bytes(self, name: str) -> int | None:
        """Bytes of a model's weights: of the files that are here, else of the download.

        None where neither is known.

        Raises:
            UnknownModel: see `spec`.
        """
        if not self.on_disk(name):
            return self.spec(name).disk_bytes
        return sum(file.stat().st_size for file in weight_files(self.folder(name), name))

    def download(
        self, name: str, on_progress: Callable[[DownloadProgress], None] = lambda progress: None
    ) -> Path:
        """Fetch what is missing of a model; blocks until it is here.

        Raises:
            UnknownModel: see `spec`.
            ModelUnavailable: the hub cannot be reached or lacks it, or a local folder is
                missing.
        """
        spec = self.spec(name)
        if spec.is_local or self.on_disk(name):
            return self.folder(name)
        cache_dir = self._cache_dir or Path(constants.HF_HUB_CACHE)
        return download(spec, cache_dir, on_progress, self._endpoint)


def _in_words(names: Iterable[str]) -> str:
    """Names for a sentence, as many as a message has room for."""
    known = sorted(names)
    num_shown, length = 0, 0
    for name in known:
        length += len(name) + len(", ")
        if length > MAX_NAMES_LENGTH:
            break
        num_shown += 1
    num_left = len(known) - num_shown
    shown = ", ".join(known[:num_shown])
    return f"{shown} and {num_left} more in the list of models" if num_left else shown


def _starter(folder: Path) -> ModelSpec:
    """The model that comes with the project; its shape is what its configuration says."""
    try:
        shape = read_config(folder, STARTER).shape
    except ModelUnavailable:
        shape = None  # not trained yet: listed, but not on disk
    return ModelSpec(STARTER, str(folder), shape=shape, template=STARTER, is_local=True)


def _is_complete(folder: Path, name: str) -> bool:
    """Whether there are a configuration, all weight files and a tokenizer."""
    try:
        weight_files(folder, name)
    except ModelUnavailable:
        return False
    has_tokenizer = (folder / "tokenizer.json").is_file() or (
        (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file()
    )
    return has_tokenizer and (folder / "config.json").is_file()


def _check(spec: ModelSpec) -> None:
    if spec.is_local:
        return
    if not _HUB_ID.fullmatch(spec.source):
        raise ConfigurationError(
            f"models.{spec.name}.source is {spec.source}, which is neither a folder nor a hub "
            "id like openai-community/gpt2."
        )
    if spec.revision is None or not _COMMIT.fullmatch(spec.revision):
        raise ConfigurationError(
            f"models.{spec.name}.revision must be the 40 hexadecimal digits of a commit of "
            f"{spec.source}, so that the model cannot change unnoticed."
        )
