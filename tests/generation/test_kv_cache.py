"""The key/value cache."""

import pytest
import torch
from psutil import Process

from bot.domain.model_spec import ModelShape
from bot.generation.kv_cache import KVCache, cache_bytes

SHAPE = ModelShape(num_layers=2, width=8, num_heads=2, window=16)


def make(is_static: bool = False) -> KVCache:
    return KVCache(SHAPE, 3, torch.float32, torch.device("cpu"), is_static)


def test_what_was_written_is_read_per_slot_in_order_of_positions() -> None:
    cache = make()
    k, v = torch.randn(3, 2, 4), torch.randn(3, 2, 4)
    cache.write(1, torch.tensor([2, 0, 2]), torch.tensor([1, 0, 0]), k, v)
    keys, values = cache.read(1, 2, 2)
    assert keys.shape == (1, 2, 2, 4)
    assert torch.equal(keys[0].transpose(0, 1), k[[2, 0]])
    assert torch.equal(values[0].transpose(0, 1), v[[2, 0]])
    assert torch.equal(cache.read(1, 0, 1)[0][0, :, 0], k[1])


def test_memory_is_taken_at_the_first_write_and_given_back_on_release() -> None:
    cache = make()
    assert not cache.is_allocated
    one = torch.zeros(1, 2, 4)
    cache.write(0, torch.tensor([0]), torch.tensor([0]), one, one)
    assert cache.is_allocated
    cache.release()
    assert not cache.is_allocated


def test_a_static_cache_stays_where_it_is() -> None:
    """What was captured holds its addresses."""
    cache = make(is_static=True)
    cache.ensure_allocated()
    before = [tensor.data_ptr() for tensor in cache.layer(1)]
    cache.layer(1)[0][2, 0, 5] = 7
    cache.release()
    assert [tensor.data_ptr() for tensor in cache.layer(1)] == before
    assert cache.layer(1)[0][2, 0, 5].eq(7).all()


def test_the_scratch_of_a_static_cache_is_nobodys_position() -> None:
    cache = make(is_static=True)
    slots, one = torch.tensor([0, 2]), torch.ones(2, 2, 4)
    cache.write(0, slots, torch.full((2,), cache.scratch), one, one)
    keys, values = cache.read(0, 0, SHAPE.window, 3)
    assert not keys.any()
    assert not values.any()
    assert not cache.copied(2, 0, SHAPE.window).any()


def test_slots_are_gathered_in_any_order() -> None:
    cache = make()
    for layer in range(2):
        for tensor in cache.layer(layer):
            tensor.copy_(torch.randn(tensor.shape))
    slots = [2, 0, 2]
    for found, stored in zip(
        cache.gathered(1, torch.tensor(slots), 5), cache.layer(1), strict=True
    ):
        assert torch.equal(found, stored[slots, :, :5])


def test_a_copy_and_a_share_bring_keys_values_and_states_along() -> None:
    cache = make()
    slots, positions = torch.tensor([0, 0]), torch.tensor([3, 4])
    width = SHAPE.width
    cache.write_states(slots, positions, torch.randn(2, width))
    for layer in range(2):
        for tensor in cache.layer(layer):
            tensor.copy_(torch.randn(tensor.shape))
    cache.share(0, (0, 2), 3, 5)
    cache.restore(1, 3, cache.copied(0, 3, 5))
    for other in (1, 2):
        assert torch.equal(cache.copied(other, 3, 5), cache.copied(0, 3, 5))
        assert torch.equal(cache.states((0,), 3, 5), cache.states((other,), 3, 5))
    assert not torch.equal(cache.copied(2, 2, 3), cache.copied(0, 2, 3))


def test_only_positions_that_were_written_take_memory() -> None:
    shape = ModelShape(num_layers=2, width=1024, num_heads=16, window=1024)
    cache = KVCache(shape, 32, torch.float32, torch.device("cpu"))  # 512 MiB if it were full
    one = torch.zeros(1, 16, 64)
    before = Process().memory_info().rss
    for layer in range(2):
        cache.write(layer, torch.tensor([31]), torch.tensor([7]), one, one)
    assert Process().memory_info().rss - before < 64 * 2**20
    assert cache.read(1, 31, 8)[0].sum() == 0


@pytest.mark.parametrize("is_static", [True, False])
def test_the_budget_holds_all_slots_where_a_device_hands_them_out_at_once(is_static: bool) -> None:
    cache = make(is_static)
    cache.ensure_allocated()
    taken = sum(tensor.nbytes for tensor in cache._tensors)
    gpu = torch.device("cuda:1")
    assert cache_bytes(SHAPE, 3, "float32", gpu, is_static) == taken
    assert cache_bytes(SHAPE, 3, "bfloat16", gpu, is_static) == taken // 2
    assert cache_bytes(SHAPE, 3, "float32", torch.device("cpu"), is_static) == taken // 3
