"""What this machine offers a model: its device, a good element type, free memory."""

import ctypes
import errno
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import torch

from bot.domain.errors import ConfigurationError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
_DEVICE = re.compile(r"cpu|cuda(:[0-9]{1,2})?")
_OUT_OF_MEMORY = re.compile(r"can't allocate memory|not enough memory|out of memory", re.IGNORECASE)
FAST_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
BACKGROUND_NICENESS = 3
"""How far a thread steps back (Linux): beside a busy one it gets a third of a core. At 5 the
busy one gained nothing more, and on a busy machine a load took up to twice as long."""


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Feature flags of the processor; empty where the system does not tell."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    for line in text.splitlines():
        if line.startswith(("flags", "Features")):
            return frozenset(line.partition(":")[2].split())
    return frozenset()


def cpu_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """What the processor calls itself; empty where the system does not tell."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    names = (line for line in text.splitlines() if line.startswith("model name"))
    return next(names, "").partition(":")[2].strip()


def resolve_device(device: str) -> torch.device:
    """`auto`, `cpu`, `cuda` or `cuda:N` as a device that is there.

    Raises:
        ConfigurationError: the device is unknown or not here.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if not _DEVICE.fullmatch(device):
        raise ConfigurationError(f"generation.device must be auto, cpu or cuda, not {device}.")
    chosen = torch.device(device)
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        raise ConfigurationError(f"generation.device is {device}, but no such GPU is here.")
    return chosen


def resolve_dtype(dtype: str, device: torch.device, flags: frozenset[str] | None = None) -> str:
    """`auto`, `float32` or `bfloat16` as an element type this machine is good at.

    bfloat16 halves the memory that every token has to read, but where the processor must
    emulate it, it is slower than float32. `flags` are the processor's, read where not given.

    Raises:
        ConfigurationError: the type is unknown.
    """
    if dtype in DTYPES:
        return dtype
    if dtype != "auto":
        raise ConfigurationError(
            f"generation.dtype must be auto, {' or '.join(DTYPES)}, not {dtype}."
        )
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    is_fast = FAST_BFLOAT16_FLAGS & (cpu_flags() if flags is None else flags)
    return "bfloat16" if is_fast else "float32"


def available_bytes(device: torch.device, cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Memory that can still be used on the device; in a container, within its limit."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    free = int(psutil.virtual_memory().available)
    limit = _container_bytes(cgroup)
    return free if limit is None else min(free, limit)


def gigabytes(num_bytes: int) -> str:
    """A size as people read it."""
    return f"{num_bytes / 1e9:.2f} GB"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory could not be had: from Python, the system, or an allocator of torch."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    # torch's allocator on the processor raises nothing narrower.
    return isinstance(error, RuntimeError) and bool(_OUT_OF_MEMORY.search(str(error)))


def return_memory() -> None:
    """Hand freed memory, the GPU's too, back to the system."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    trim_heap()


def trim_heap() -> None:
    """Hand freed memory back to the system where the C library would keep it (glibc)."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        except (OSError, AttributeError):
            return  # another C library: nothing to trim


def step_back() -> None:
    """Let this thread compute with one core, and behind others.

    Threads that compute already keep their number of cores: OpenMP counts for each thread.
    One that begins later takes over the last number that was set, so it should set its own.
    For a thread that ends soon: moving forward again needs privileges.
    """
    torch.set_num_threads(1)
    if sys.platform == "linux":  # elsewhere `nice` is about the whole process
        with suppress(OSError):
            os.nice(BACKGROUND_NICENESS)


def _container_bytes(cgroup: Path) -> int | None:
    """What the container's limit (cgroup v2) leaves; None without one."""
    try:
        limit = (cgroup / "memory.max").read_text(encoding="ascii").strip()
        used = int((cgroup / "memory.current").read_text(encoding="ascii"))
        stat = (cgroup / "memory.stat").read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    if not limit.isdecimal():
        return None
    # File pages that nobody used lately count as used but are dropped on demand.
    fields = dict(line.split() for line in stat.splitlines() if line.count(" ") == 1)
    return max(0, int(limit) - used + int(fields.get("inactive_file", 0)))
