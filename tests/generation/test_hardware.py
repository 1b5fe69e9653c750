"""What the machine offers."""

import errno
from pathlib import Path

import psutil
import pytest
import torch

from bot.domain.errors import ConfigurationError
from bot.generation.hardware import (
    available_bytes,
    cpu_flags,
    is_out_of_memory,
    resolve_device,
    resolve_dtype,
    return_memory,
)

CPU = torch.device("cpu")


def test_flags_are_read_from_cpuinfo(tmp_path: Path) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text("processor\t: 0\nflags\t\t: fpu avx2 amx_bf16\n\nprocessor\t: 1\n")
    assert cpu_flags(path) == {"fpu", "avx2", "amx_bf16"}
    assert cpu_flags(tmp_path / "gone") == frozenset()


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [({"avx512_bf16"}, "bfloat16"), ({"amx_bf16"}, "bfloat16"), ({"avx2"}, "float32")],
)
def test_auto_takes_bfloat16_where_the_processor_is_good_at_it(flags: set[str], dtype: str) -> None:
    assert resolve_dtype("auto", CPU, frozenset(flags)) == dtype
    assert resolve_dtype("float32", CPU, frozenset(flags)) == "float32"


def test_wrong_names_are_configuration_errors() -> None:
    with pytest.raises(ConfigurationError, match=r"generation\.dtype must be auto, float32"):
        resolve_dtype("float8", CPU)
    for device in ("tpu", "cuda:x", "cpu:", ""):
        with pytest.raises(ConfigurationError, match=r"generation\.device must be auto, cpu or"):
            resolve_device(device)


def test_the_processor_is_always_there() -> None:
    assert resolve_device("cpu") == CPU
    assert resolve_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match=r"generation\.device is cuda:0, but no such GPU"):
        resolve_device("cuda:0")


def test_a_container_has_no_more_than_its_limit(tmp_path: Path) -> None:
    free = available_bytes(CPU, tmp_path)
    assert 0 < free <= psutil.virtual_memory().total
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("600\n")
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 50\n")
    assert available_bytes(CPU, tmp_path) == 450
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes(CPU, tmp_path) > 450


def test_an_allocation_that_failed_is_known_by_its_error() -> None:
    for allocate in (lambda: torch.empty(2**46), lambda: bytearray(2**46)):
        with pytest.raises((RuntimeError, MemoryError)) as caught:
            allocate()
        assert is_out_of_memory(caught.value)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (OSError(errno.EIO, "Input/output error"), False),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_other_errors_are_not_taken_for_a_lack_of_memory(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_returning_memory_works_on_this_system() -> None:
    return_memory()
