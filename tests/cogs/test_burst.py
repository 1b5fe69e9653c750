"""Messages in a burst."""

import asyncio
from types import SimpleNamespace
from typing import Any

from bot.cogs.burst import MAX_MESSAGES, Bursts


def message(number: int, author: int = 1, channel: int = 1) -> Any:
    return SimpleNamespace(
        id=number, author=SimpleNamespace(id=author), channel=SimpleNamespace(id=channel)
    )


async def collected(*messages: Any) -> list[list[int]]:
    """The bursts that messages which come at once make."""
    bursts = Bursts(0.01)
    made = await asyncio.gather(*(bursts.collect(each) for each in messages))
    return [[each.id for each in burst.messages] for burst in made if burst is not None]


async def test_messages_of_one_person_in_one_place_are_one_burst() -> None:
    assert await collected(message(1), message(2), message(3)) == [[1, 2, 3]]


async def test_nothing_is_merged_across_people_or_places() -> None:
    made = await collected(message(1), message(2, author=2), message(3, channel=2))
    assert made == [[1], [2], [3]]


async def test_what_is_delivered_twice_counts_once() -> None:
    assert await collected(message(1), message(1), message(2), message(2)) == [[1, 2]]


async def test_a_flood_is_cut() -> None:
    (burst,) = await collected(*(message(number) for number in range(50)))
    assert burst == list(range(MAX_MESSAGES))


async def test_what_is_left_out_of_a_burst_is_told() -> None:
    bursts = Bursts(0.01)
    first, *_ = await asyncio.gather(*(bursts.collect(message(number)) for number in range(13)))
    assert first is not None
    assert first.remark == (
        "I read the first 10 of the 13 messages that you sent at once; please send the rest again."
    )


async def test_a_burst_of_ten_is_whole() -> None:
    bursts = Bursts(0.01)
    first, *_ = await asyncio.gather(*(bursts.collect(message(number)) for number in range(10)))
    assert first is not None
    assert first.remark is None


async def test_after_a_burst_the_next_one_starts() -> None:
    bursts = Bursts(0.01)
    assert await bursts.collect(message(1)) is not None
    assert await bursts.collect(message(2)) is not None
    assert await bursts.collect(message(2)) is None
