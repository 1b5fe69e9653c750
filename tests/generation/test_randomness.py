"""Random numbers from seed, step and candidate."""

import math

import torch

from bot.generation.randomness import as_tensor, exponentials, mix, stream

GOLDEN = 0x9E3779B97F4A7C15


def test_the_hash_is_the_published_splitmix64() -> None:
    # First outputs of the reference generator for seed 1234567: state += golden, then mixed.
    outputs = [mix((1234567 + i * GOLDEN) % 2**64) for i in (1, 2, 3)]
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_tensors_hash_like_integers() -> None:
    streams = [stream(seed, step) for seed in (0, 1, 2**63 - 1) for step in (0, 1, 1023)]
    ids = torch.arange(len(streams)) * 5000
    expected = [
        -math.log(((mix((start + (token + 1) * GOLDEN) % 2**64) >> 11) + 0.5) * 2**-53)
        for start, token in zip(streams, ids.tolist(), strict=True)
    ]
    torch.testing.assert_close(
        exponentials(as_tensor(streams), ids), torch.tensor(expected, dtype=torch.float64)
    )


def test_the_numbers_are_exponentially_distributed() -> None:
    numbers = exponentials(as_tensor([stream(5, 0)]).expand(50_257), torch.arange(50_257))
    assert bool((numbers > 0).all())
    shares = [float((numbers < edge).double().mean()) for edge in (0.1, 0.5, 1.0, 2.0)]
    expected = [1 - math.exp(-edge) for edge in (0.1, 0.5, 1.0, 2.0)]
    for share, right in zip(shares, expected, strict=True):
        assert abs(share - right) < 0.01


def test_neighbouring_seeds_and_steps_share_no_streams() -> None:
    streams = {stream(seed, step) for seed in range(200) for step in range(200)}
    assert len(streams) == 200 * 200
