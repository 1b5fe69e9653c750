"""Transport compression of the gateway, in the kinds that a client asks for in the address."""

from __future__ import annotations

import importlib.util
import zlib
from typing import Protocol


class Compression(Protocol):
    """One connection's compressor."""

    def compress(self, text: str) -> bytes:
        """One message, flushed so that the client can read it at once."""
        ...


class ZlibStream:
    """zlib with one context for the whole connection."""

    def __init__(self) -> None:
        self._context = zlib.compressobj()

    def compress(self, text: str) -> bytes:
        """One message, ending with the four bytes of a sync flush."""
        return self._context.compress(text.encode()) + self._context.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """zstandard with one frame for the whole connection."""

    def __init__(self) -> None:
        import zstandard

        self._context = zstandard.ZstdCompressor().compressobj()
        self._flush_block = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def compress(self, text: str) -> bytes:
        """One message, ending with a finished block."""
        return self._context.compress(text.encode()) + self._context.flush(self._flush_block)


def compression_for(name: str | None) -> Compression | None:
    """The compressor for the `compress` query of a gateway address; None sends plain text."""
    if name == "zlib-stream":
        return ZlibStream()
    if name == "zstd-stream" and importlib.util.find_spec("zstandard"):
        return ZstdStream()
    if name:
        raise ValueError(f"unsupported transport compression {name!r}")
    return None
