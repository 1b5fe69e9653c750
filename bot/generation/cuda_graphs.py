"""Captures steps as CUDA graphs, all in one pool of memory."""

from collections.abc import Callable

import torch

NUM_WARM_UPS = 2
"""Runs before a capture: libraries choose kernels and take their memory in the first."""


class CudaGraphs:
    """The recorder of one model on one device.

    Its steps may share memory, because none hands any out and only one runs at a time.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._pool = torch.cuda.graph_pool_handle()

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        """Capture a step; nothing is computed by it until it is replayed.

        Raises:
            RuntimeError: it cannot be captured, or there is too little memory.
        """
        with torch.cuda.device(self._device):
            current = torch.cuda.current_stream()
            self._stream.wait_stream(current)
            with torch.cuda.stream(self._stream):
                for _ in range(NUM_WARM_UPS):
                    step()
            current.wait_stream(self._stream)
            return self._captured(step).replay

    def _captured(self, step: Callable[[], None]) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        try:
            # Other models compute on their own threads meanwhile, and may take memory.
            with torch.cuda.graph(
                graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"
            ):
                step()
        except RuntimeError:
            self._pool = torch.cuda.graph_pool_handle()  # one without a graph cannot be used again
            raise
        return graph
