"""A model's weights on disk: checked against its configuration, read tensor by tensor."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from bot.domain.errors import ModelUnavailable
from bot.generation.hardware import trim_heap
from bot.generation.model_config import ModelConfig, read_config
from bot.generation.weight import DenseWeight, Pack, Weights
from bot.generation.weight_files import damaged, weight_files

MAPPED_BYTES = 64 * 2**20
"""How much of a file is read before it is opened anew.

The pages of a mapped file count as memory of the process until it is closed. Read in one
go, a 6.4 GB file would need its size on top of the converted weights. What packing leaves
behind is given back as often.
"""
_CONV1D_SUFFIXES = (
    "attn.c_attn.weight",
    "attn.c_proj.weight",
    "mlp.c_fc.weight",
    "mlp.c_proj.weight",
)
_FLOATS = frozenset({"F32", "F16", "BF16", "F64"})


class LoadCancelled(Exception):
    """Loading was given up between two tensors."""


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where one tensor lies: `key` is its name in `file`, the rest as stored there."""

    name: str
    key: str
    file: Path
    dtype: str
    shape: tuple[int, ...]

    @property
    def num_elements(self) -> int:
        """Product of the shape."""
        return int(torch.Size(self.shape).numel())


class Checkpoint:
    """The weights of one model folder, checked but not yet read.

    Raises:
        ModelUnavailable: one sentence that says what is wrong with the folder.
    """

    def __init__(self, folder: Path, name: str) -> None:
        if not folder.is_dir():
            raise ModelUnavailable(f"The folder of {name} is not there: {folder}.")
        self.name = name
        self.config = read_config(folder, name)
        stored = _stored_tensors(folder, name)
        self._tensors = _required_tensors(name, stored, expected_shapes(self.config))

    @property
    def num_parameters(self) -> int:
        """Numbers in the model."""
        return sum(tensor.num_elements for tensor in self._tensors)

    def load(
        self,
        dtype: torch.dtype,
        device: torch.device,
        on_progress: Callable[[float], None] = lambda share: None,
        is_cancelled: Callable[[], bool] = lambda: False,
        pack: Pack = DenseWeight,
    ) -> Weights:
        """Read every tensor, converted to `dtype`; Conv1D weights are packed as (out, in).

        Each of those is packed before the next is read.
        `on_progress` gets the share read, 0 to 1, after every tensor. Beside the result not
        much more than `MAPPED_BYTES` and one tensor of the file are in memory.

        Raises:
            ModelUnavailable: a file is damaged or gone.
            LoadCancelled: `is_cancelled()` turned true.
        """
        weights = Weights({}, {}, pack)
        done, total = 0, self.num_parameters
        for batch in _mapped_batches(self._tensors):
            with _opened(batch[0].file, self.name) as file:
                for tensor in batch:
                    if is_cancelled():
                        raise LoadCancelled
                    numbers = self._read(file, tensor)
                    if tensor.name.endswith(_CONV1D_SUFFIXES):
                        # A transposed view: packing brings the numbers in order.
                        weights.matrices[tensor.name] = pack(numbers.to(device, dtype).t())
                    else:
                        # A copy, also of the same type: `numbers` lie in the mapped file.
                        weights.tensors[tensor.name] = numbers.to(device, dtype, copy=True)
                    done += tensor.num_elements
                    on_progress(done / total)
            trim_heap()  # of what packing needed, or it lies between the results to the end
        return weights

    def _read(self, file: safe_open, tensor: StoredTensor) -> Tensor:
        """The tensor as stored, in the mapped file."""
        try:
            numbers: Tensor = file.get_tensor(tensor.key)  # type: ignore[no-untyped-call]
        except (SafetensorError, OSError) as error:
            raise damaged(self.name, tensor.file) from error
        return numbers


def expected_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a GPT-2's tensors as its files store them."""
    shape, inner = config.shape, config.inner_width
    width = shape.width
    shapes: dict[str, tuple[int, ...]] = {
        "wte.weight": (shape.vocabulary, width),
        "wpe.weight": (shape.window, width),
    }
    for layer in range(shape.num_layers):
        prefix = f"h.{layer}."
        for norm in ("ln_1", "ln_2"):
            shapes[f"{prefix}{norm}.weight"] = (width,)
            shapes[f"{prefix}{norm}.bias"] = (width,)
        for linear, num_in, num_out in (
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, inner),
            ("mlp.c_proj", inner, width),
        ):
            shapes[f"{prefix}{linear}.weight"] = (num_in, num_out)
            shapes[f"{prefix}{linear}.bias"] = (num_out,)
    shapes["ln_f.weight"] = (width,)
    shapes["ln_f.bias"] = (width,)
    return shapes


def _stored_tensors(folder: Path, name: str) -> dict[str, StoredTensor]:
    """Every tensor of the folder by its name without the `transformer.` prefix."""
    tensors = {}
    for path in weight_files(folder, name):
        with _opened(path, name) as file:
            for key in file.keys():  # noqa: SIM118 - a safe_open file is no mapping
                plain = key.removeprefix("transformer.")
                tensors[plain] = StoredTensor(plain, key, path, *_described(file, key, path, name))
    return tensors


def _required_tensors(
    name: str, stored: dict[str, StoredTensor], expected: dict[str, tuple[int, ...]]
) -> list[StoredTensor]:
    """The tensors that the model is made of, file by file."""
    missing = [key for key in expected if key not in stored]
    if missing:
        raise ModelUnavailable(
            f"{name} is incomplete: {len(missing)} of {len(expected)} tensors are missing, "
            f"the first is {missing[0]}."
        )
    for key, shape in expected.items():
        tensor = stored[key]
        if tensor.dtype not in _FLOATS:
            raise ModelUnavailable(f"{name} cannot be run: {key} is stored as {tensor.dtype}.")
        if tensor.shape != shape:
            raise ModelUnavailable(
                f"{name} does not fit its config.json: {key} is {_times(tensor.shape)} "
                f"and should be {_times(shape)}."
            )
    return sorted((stored[key] for key in expected), key=lambda tensor: str(tensor.file))


def _mapped_batches(tensors: list[StoredTensor]) -> list[list[StoredTensor]]:
    """Tensors of one file each, at most `MAPPED_BYTES` (or one tensor) in a batch."""
    batches: list[list[StoredTensor]] = []
    size = 0
    for tensor in tensors:
        num_bytes = 4 * tensor.num_elements
        is_full = size + num_bytes > MAPPED_BYTES
        if not batches or batches[-1][0].file != tensor.file or is_full:
            batches.append([])
            size = 0
        batches[-1].append(tensor)
        size += num_bytes
    return batches


def _described(file: safe_open, key: str, path: Path, name: str) -> tuple[str, tuple[int, ...]]:
    """Element type and shape of a stored tensor."""
    try:
        view = file.get_slice(key)  # type: ignore[no-untyped-call]
        return view.get_dtype(), tuple(view.get_shape())
    except (SafetensorError, OSError) as error:
        raise damaged(name, path) from error


def _opened(path: Path, name: str) -> safe_open:
    try:
        return safe_open(path, framework="pt", device="cpu")
    except (SafetensorError, OSError) as error:
        raise damaged(name, path) from error


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(str(size) for size in shape) or "a single number"
