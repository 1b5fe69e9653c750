"""Lines of a pipe."""

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import QuestionRefused
from bot.terminal.lines import MAX_LINE_BYTES, Line, split_lines


async def in_pieces(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def lines_of(*pieces: bytes) -> list[Line]:
    return [line async for line in split_lines(in_pieces(list(pieces)))]


@given(st.lists(st.binary(max_size=6).map(lambda piece: piece.replace(b"\x00", b"\n"))))
def test_lines_are_the_same_however_a_text_is_cut(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    expected = [line.decode("utf-8", "replace") for line in whole.split(b"\n")]
    if not whole or whole.endswith(b"\n"):
        expected.pop()
    assert asyncio.run(lines_of(*pieces)) == expected


async def test_a_line_over_the_limit_is_refused_and_the_next_one_read() -> None:
    piece = b"x" * (MAX_LINE_BYTES // 4)
    fits, too_long, after = await lines_of(*[piece] * 4, b"\n", *[piece] * 40, b"y\nWhy?\n")
    assert fits == "x" * MAX_LINE_BYTES
    assert isinstance(too_long, QuestionRefused)
    assert "please shorten it to 4,000" in too_long.text
    assert after == "Why?"


async def test_a_long_last_line_without_an_end_is_refused_too() -> None:
    (only,) = await lines_of(b"x" * MAX_LINE_BYTES, b"x")
    assert isinstance(only, QuestionRefused)
