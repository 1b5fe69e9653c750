"""A sequence knows what is still to be fed to the model."""

from bot.domain.sampling import SamplingParams
from bot.generation.request import Request, Sequence


def sequence(generated: list[int], num_cached: int) -> Sequence:
    request = Request(1, (10, 11, 12), SamplingParams(max_new_tokens=5))
    return Sequence(request, num_cached=num_cached, generated=generated)


def test_tokens_run_on_from_the_prompt_into_the_answer() -> None:
    running = sequence([20, 21], 0)
    assert running.tokens(0, 5) == (10, 11, 12, 20, 21)
    assert running.tokens(2, 4) == (12, 20)
    assert running.tokens(4, 5) == (21,)
    assert running.tokens(0, 2) == (10, 11)


def test_a_sequence_decodes_once_its_prompt_is_cached() -> None:
    assert not sequence([], 2).is_decoding
    assert sequence([20], 3).is_decoding
    assert sequence([20], 3).num_uncached == 1
    assert sequence([20], 3).num_remaining == 4
