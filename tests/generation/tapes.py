"""A stand-in for CUDA graphs that runs on a CPU."""

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

ASKS_THE_DEVICE = ("_local_scalar_dense", "item", "nonzero", "is_nonzero", "masked_select", "equal")


class Watch(TorchDispatchMode):
    """Notes every operation: (what, its arguments, its result)."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: list[tuple[Any, tuple[Any, ...], dict[str, Any], Any]] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        self.operations.append((func, args, kwargs or {}, result))
        return result

    def kernels(self) -> list[str]:
        """What a graph would hold: operations with sizes and plain numbers, not contents."""
        return [
            f"{func}({[_size(leaf) for leaf in tree_leaves((args, kwargs))]})"
            for func, args, kwargs, _ in self.operations
        ]

    @property
    def questions(self) -> list[str]:
        """Operations for which the host would have to wait for the device."""
        names = [func.overloadpacket.__name__ for func, *_ in self.operations]
        return [name for name in names if name in ASKS_THE_DEVICE]


def _size(leaf: object) -> object:
    return tuple(leaf.shape) if isinstance(leaf, Tensor) else leaf


class Tapes:
    """A recorder whose replays repeat operations on the same addresses, as a CUDA graph does.

    What Python computed while a step was recorded stays as it was; results go where they went
    then. So a step that asks its buffers anything in Python, or allocates what it should have
    kept, gives wrong answers when it is replayed. As with CUDA, recording runs the step before.
    """

    def __init__(self) -> None:
        self.num_recorded = self.num_replayed = 0

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        step()  # warm-up
        with Watch() as watch:
            step()
        if watch.questions:
            raise RuntimeError(f"the host waits in {watch.questions}")
        self.num_recorded += 1

        def replay() -> None:
            self.num_replayed += 1
            for func, args, kwargs, result in watch.operations:
                again = func(*args, **kwargs)
                if isinstance(result, Tensor) and again.data_ptr() != result.data_ptr():
                    result.copy_(again)

        return replay


class Broken:
    """A recorder that never succeeds."""

    def __init__(self) -> None:
        self.num_asked = 0

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        self.num_asked += 1
        raise RuntimeError("operation not permitted when stream is capturing")
