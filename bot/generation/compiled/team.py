"""Runs a compiled task on the threads that PyTorch computes with.

PyTorch's CPU build brings GNU OpenMP, whose threads stay awake for a moment after each
piece of work. A second team beside them would fight over the same cores; so compiled tasks
join the first. `GOMP_parallel`, through which a C compiler starts a parallel region, is
called here directly.
"""

import ctypes
import logging
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import torch

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

_SIGNATURE: list[Any] = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]


@cache
def openmp() -> ctypes.CDLL | None:
    """PyTorch's own OpenMP library; None where it has another (macOS, Windows)."""
    for path in sorted(Path(torch.__file__).parent.glob("lib/libgomp*.so*")):
        library = ctypes.CDLL(str(path))
        library.GOMP_parallel.argtypes = _SIGNATURE
        library.GOMP_parallel.restype = None
        for ask in (library.omp_get_thread_num, library.omp_get_num_threads):
            ask.argtypes = []
            ask.restype = ctypes.c_int
        return library
    return None


def can_compile(flags: frozenset[str]) -> bool:
    """Whether code for few rows can be had, on a processor with these features."""
    has_instructions = {"avx512f", "avx512_vnni"} <= flags
    return has_instructions and openmp() is not None and find_spec("numba") is not None


def compiled(make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What `make` compiles; None, with an entry in the log, if the compiler fails."""
    try:
        return make(*args, **kwargs)
    except Exception as error:
        log.warning("no compiled code, so answers will be slower", exc_info=error)
        return None


def thread_number() -> Any:
    """The C function that tells a task which thread of the team it is on."""
    return _team().omp_get_thread_num


def team_size() -> Any:
    """The C function that tells a task how many threads are on the team: perhaps fewer than
    were asked for."""
    return _team().omp_get_num_threads


def run(task: int, arguments: int | None) -> None:
    """Run the function at the address `task` once on each thread, with one argument.

    The thread that calls takes part and returns when all are done. Python's lock is free
    meanwhile.
    """
    _team().GOMP_parallel(task, arguments, torch.get_num_threads(), 0)


def _team() -> ctypes.CDLL:
    library = openmp()
    if library is None:
        raise RuntimeError("There are no OpenMP threads to run on.")
    return library
