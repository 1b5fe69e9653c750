"""One random number per (seed, step), computed from these two numbers alone.

A generator with a state would tie an answer to everything drawn before it, also by its
neighbours in the batch. A counter-based one (Salmon et al. 2011) has no state: token `step`
of an answer uses `uniform(seed, step)`, so the same seed and the same probabilities give the
same token in any batch. (The probabilities themselves may differ in their last bits, because
kernels add in another order for another number of rows: `benchmarks/agreement.py`.)

The hash is splitmix64's finaliser (Steele, Lea & Flood 2014).
"""

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def mix(value: int) -> int:
    """Scramble 64 bits: every input bit flips about half of the output bits."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
    return value ^ (value >> 31)


def uniform(seed: int, step: int) -> float:
    """A number in [0, 1) with 53 random bits: all that a double can tell apart there.

    The seed is mixed before the step is added, so that neighbouring seeds do not walk
    through the same numbers one step apart.
    """
    stream = mix((seed + _GOLDEN) & _MASK)
    return (mix((stream + (step + 1) * _GOLDEN) & _MASK) >> 11) * 2.0**-53
