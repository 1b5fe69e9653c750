"""Uniform numbers from seed and step."""

from bot.generation.randomness import mix, uniform


def test_the_hash_is_the_published_splitmix64() -> None:
    # First outputs of the reference generator for seed 1234567: state += golden, then mixed.
    golden = 0x9E3779B97F4A7C15
    outputs = [mix((1234567 + i * golden) % 2**64) for i in (1, 2, 3)]
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_numbers_lie_in_the_unit_interval_and_spread_evenly() -> None:
    numbers = [uniform(seed, step) for seed in range(100) for step in range(100)]
    assert all(0 <= number < 1 for number in numbers)
    counts = [sum(i / 10 <= number < (i + 1) / 10 for number in numbers) for i in range(10)]
    # 1,000 expected in each tenth; five standard deviations are 150.
    assert all(850 < count < 1150 for count in counts)


def test_neighbouring_seeds_share_no_numbers() -> None:
    first = {uniform(1, step) for step in range(1000)}
    second = {uniform(2, step) for step in range(1000)}
    assert not first & second


def test_the_largest_seed_is_accepted() -> None:
    assert 0 <= uniform(2**63 - 1, 1023) < 1
