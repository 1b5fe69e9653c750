"""Who attends together, and that it changes nothing."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import GPT2LMHeadModel

from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.ragged import MAX_PADDING, RaggedBatch, chunks_together
from bot.generation.request import Request, Sequence
from tests.generation.test_gpt2 import cache, chunk, expected, ours, random_ids

CPU = torch.device("cpu")


def single(slot: int, stop: int) -> Chunk:
    """The newest token of a sequence that is `stop` long."""
    return Chunk(Sequence(Request(slot, (1,), SamplingParams())), slot, stop - 1, (1,), 1)


@given(st.dictionaries(st.integers(0, 31), st.integers(1, 128), min_size=1, max_size=12))
def test_single_tokens_attend_together_while_little_is_wasted(lengths: dict[int, int]) -> None:
    chunks = tuple(single(slot, length) for slot, length in lengths.items())
    numbers = chunks_together(chunks)
    assert numbers in (frozenset(), frozenset(range(len(chunks))))
    group = RaggedBatch.of(chunks, CPU).together
    if not numbers:
        assert group is None
        return
    assert group is not None
    assert group.num_slots * group.length <= MAX_PADDING * sum(lengths.values())
    assert group.mask.any(dim=-1).all()  # nobody sees nothing: the softmax would be NaN
    seen = group.mask.sum(dim=-1).flatten()
    for place, (slot, length) in zip(group.places.tolist(), lengths.items(), strict=True):
        assert group.first_slot + place == slot
        assert seen[place] == length


def test_pieces_of_prompts_attend_alone() -> None:
    sequence = Sequence(Request(9, (1, 2, 3), SamplingParams()))
    chunks = (single(0, 20), single(1, 20), Chunk(sequence, 2, 0, (1, 2, 3), 1))
    batch = RaggedBatch.of(chunks, CPU)
    assert batch.together is not None
    assert [each.rows for each in batch.alone] == [slice(2, 5)]
    assert batch.logit_rows.tolist() == [0, 1, 4]


def test_a_token_gets_the_same_logits_alone_and_beside_others(tiny_model: GPT2LMHeadModel) -> None:
    """Slots with a gap between them and different lengths, one of them used before."""
    model, store = ours(tiny_model), cache(4)
    model.forward((chunk(random_ids(9, 100), 0, 100, 1),), store)  # what slot 1 held earlier
    texts = {0: random_ids(1, 60), 1: random_ids(2, 45), 3: random_ids(3, 70)}
    for slot, ids in texts.items():
        model.forward((chunk(ids, 0, len(ids) - 1, slot),), store)
    last = tuple(chunk(ids, len(ids) - 1, len(ids), slot) for slot, ids in texts.items())
    assert len(chunks_together(last)) == 3
    logits = model.forward(last, store)
    for row, ids in enumerate(texts.values()):
        wanted = expected(tiny_model, ids)
        torch.testing.assert_close(logits[row], wanted, atol=2e-4, rtol=1e-4)


def test_a_wiped_slot_spoils_nobody_who_shares_the_attention(tiny_model: GPT2LMHeadModel) -> None:
    model, store = ours(tiny_model), cache(2)
    long, short = random_ids(1, 40), random_ids(2, 20)
    bad = torch.full((40, 4, 16), torch.nan)
    for layer in range(2):
        store.write(layer, torch.ones(40, dtype=torch.long), torch.arange(40), bad, bad)
    store.wipe(1, 64)
    for slot, ids in enumerate((long, short)):
        model.forward((chunk(ids, 0, len(ids) - 1, slot),), store)
    last = (chunk(long, 39, 40, 0), chunk(short, 19, 20, 1))
    assert len(chunks_together(last)) == 2
    logits = model.forward(last, store)
    torch.testing.assert_close(logits[1], expected(tiny_model, short), atol=2e-4, rtol=1e-4)
