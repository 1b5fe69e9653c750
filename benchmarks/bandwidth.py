"""How fast this machine reads memory: the limit of every token of one stream.

    python -m benchmarks.bandwidth

One GiB of float32, far more than any cache holds, is read once by each of three plain reads:
PyTorch's sum and its matrix-vector product, both with PyTorch's threads, and numpy's dot
product in one Python thread per core. The fastest of five readings of the fastest of them
counts, since other programs can only slow a read down. On a GPU (`copy_bandwidth`) it is a copy.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

NUM_BYTES = 2**30
ROW = 2**14
READINGS = 5


def read_bandwidth() -> tuple[float, str]:
    """Bytes per second, and which read reached them."""
    numbers = torch.ones(NUM_BYTES // 4)
    matrix, vector = numbers.view(-1, ROW), torch.ones(ROW)
    threads = torch.get_num_threads()
    pieces = np.array_split(numbers.numpy(), threads)
    with ThreadPoolExecutor(threads) as pool:
        reads: dict[str, Callable[[], object]] = {
            "torch.sum": numbers.sum,
            "torch.mv": lambda: torch.mv(matrix, vector),
            "numpy.dot": lambda: list(pool.map(np.dot, pieces, pieces)),
        }
        fastest = {
            name: max(_bandwidth(read) for _ in range(READINGS)) for name, read in reads.items()
        }
    name = max(fastest, key=lambda each: fastest[each])
    return fastest[name], f"{name}, {threads} threads"


def copy_bandwidth(device: torch.device) -> float:
    """Bytes per second that a copy within a GPU's memory reads and writes, both counted."""
    source = torch.ones(NUM_BYTES // 4, device=device)
    target = torch.empty_like(source)

    def copy() -> None:
        target.copy_(source)
        torch.cuda.synchronize(device)

    copy()
    return 2 * max(_bandwidth(copy) for _ in range(READINGS))


def _bandwidth(read: Callable[[], object]) -> float:
    start = time.perf_counter()
    read()
    return NUM_BYTES / (time.perf_counter() - start)


if __name__ == "__main__":
    bytes_per_second, how = read_bandwidth()
    print(json.dumps({"bytes_per_second": round(bytes_per_second), "how": how}))
