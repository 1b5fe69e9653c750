"""Frames: how the studio and its child talk. A kind, a length, and as many bytes."""

import struct
from enum import Enum
from typing import BinaryIO

HEADER = struct.Struct(">cI")
MAX_BYTES = 16 * 1024**2


class Kind(Enum):
    """What a frame holds."""

    READY = b"R"
    """The child has imported everything and waits for requests."""
    REQUEST = b"Q"
    """A picture's name and its description, as JSON."""
    PICTURE = b"P"
    """A PNG."""
    REFUSED = b"U"
    """The sentence of an `UnsupportedFormula`."""
    FAILED = b"E"
    """The traceback of a bug, or of too little memory."""


def frame(kind: Kind, content: bytes = b"") -> bytes:
    """The bytes of one frame."""
    return HEADER.pack(kind.value, len(content)) + content


def parse_header(header: bytes) -> tuple[Kind, int]:
    """The kind of a frame and how many bytes follow.

    Raises:
        ValueError: this is no header.
    """
    code, length = HEADER.unpack(header)
    if length > MAX_BYTES:
        raise ValueError(f"a frame of {length} bytes")
    return Kind(code), length


def read_frame(stream: BinaryIO) -> tuple[Kind, bytes] | None:
    """The next frame of a blocking stream; None at its end."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, length = parse_header(header)
    return kind, stream.read(length)
