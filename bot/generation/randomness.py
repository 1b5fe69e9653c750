"""Random numbers of one (seed, step), computed from these two and nothing else.

A generator with a state would tie an answer to everything drawn before it, also by its
neighbours in the batch. A counter-based one (Salmon et al. 2011) has no state: token `step`
of an answer hashes (seed, step, candidate), so the same seed and the same probabilities give
the same token in any batch. The hash is splitmix64's finaliser (Steele, Lea & Flood 2014).
"""

import torch
from torch import Tensor

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def mix(value: int) -> int:
    """Scramble 64 bits: every input bit flips about half of the output bits."""
    value = (value ^ (value >> 30)) * _FACTORS[0] & _MASK
    value = (value ^ (value >> 27)) * _FACTORS[1] & _MASK
    return value ^ (value >> 31)


def stream(seed: int, step: int) -> int:
    """The 64 bits that the numbers of one step start from.

    The seed is mixed before the step is added, so that neighbouring seeds do not walk
    through the same numbers one step apart.
    """
    return mix((mix((seed + _GOLDEN) & _MASK) + (step + 1) * _GOLDEN) & _MASK)


def exponentials(streams: Tensor, ids: Tensor) -> Tensor:
    """Exponentially distributed numbers (N,) in float64 for pairs of stream and token id.

    `streams` and `ids` are (N,) int64. Element-wise only, so that a pair's number does not
    depend on the others. Made from 53 random bits as -log(u) with u in (0, 1).
    """
    bits = _mix(streams + (ids + 1) * _signed(_GOLDEN))
    uniform = (_shifted(bits, 11).double() + 0.5) * 2.0**-53
    return -torch.log(uniform)


def as_tensor(streams: list[int]) -> Tensor:
    """Streams as int64, the same bits."""
    return torch.tensor([_signed(each) for each in streams], dtype=torch.int64)


def _mix(value: Tensor) -> Tensor:
    """`mix` on int64, whose products drop the same upper bits."""
    value = (value ^ _shifted(value, 30)) * _signed(_FACTORS[0])
    value = (value ^ _shifted(value, 27)) * _signed(_FACTORS[1])
    return value ^ _shifted(value, 31)


def _shifted(value: Tensor, bits: int) -> Tensor:
    """Shift right and fill with zeros; torch fills with the sign."""
    return (value >> bits) & (_MASK >> bits)


def _signed(value: int) -> int:
    """64 bits read as a signed number."""
    return value - 2**64 if value >= 2**63 else value
