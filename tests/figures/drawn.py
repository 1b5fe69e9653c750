"""What a PNG shows, as numbers that tests can look at."""

import io

import numpy as np
from matplotlib import image as images


def pixels(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Height × width × RGBA, 0 to 1."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return np.asarray(images.imread(io.BytesIO(png), format="png"))


def share_of(png: bytes, colour: str, tolerance: float = 0.03) -> float:
    """The share of pixels that have about this colour."""
    wanted = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    near = (np.abs(pixels(png)[..., :3] - wanted) < tolerance).all(axis=-1)
    return float(near.mean())
