"""Captures steps as CUDA graphs."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

NUM_WARM_UPS = 2
"""Runs before a capture: libraries choose kernels and take their memory in the first."""


class SideStreams:
    """A device's streams for captures, each lent to one model at a time.

    They are lent again and again, because cuBLAS keeps memory for every stream that it has
    ever been called on. Taking and giving back are single operations of a deque, so models may
    do it from their own threads.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._free: deque[torch.cuda.Stream] = deque()

    @contextmanager
    def lent(self) -> Iterator[torch.cuda.Stream]:
        """One that nobody else uses meanwhile."""
        try:
            stream = self._free.pop()
        except IndexError:
            stream = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        try:
            yield stream
        finally:
            self._free.append(stream)


class CudaGraphs:
    """The recorder of one model.

    Its steps share a pool of memory. They may, because none hands any out and only one runs
    at a time.
    """

    def __init__(self, device: torch.device, streams: SideStreams) -> None:
        self._device, self._streams = device, streams
        self._pool = torch.cuda.graph_pool_handle()

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        """Capture a step; it computes when it is replayed, and before, to warm up.

        Raises:
            RuntimeError: it cannot be captured, or there is too little memory.
        """
        with torch.cuda.device(self._device), self._streams.lent() as stream:
            current = torch.cuda.current_stream()
            stream.wait_stream(current)
            with torch.cuda.stream(stream):
                for _ in range(NUM_WARM_UPS):
                    step()
            current.wait_stream(stream)
            return self._captured(step, stream).replay

    def _captured(
        self, step: Callable[[], None], stream: torch.cuda.Stream
    ) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        try:
            # Other models compute on their own threads meanwhile, and may take memory.
            with torch.cuda.graph(
                graph, pool=self._pool, stream=stream, capture_error_mode="thread_local"
            ):
                step()
        except RuntimeError:
            # A pool that was left without a graph cannot be used again.
            self._pool = torch.cuda.graph_pool_handle()
            raise
        return graph
