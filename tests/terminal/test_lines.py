"""Lines of a pipe and of a keyboard."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.domain.errors import QuestionRefused
from bot.terminal.lines import MAX_LINE_BYTES, Line, split_lines, typed_lines


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


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


async def typed(keyboard: PipeInput, keys: str) -> list[Line]:
    keyboard.send_text(keys)
    async with asyncio.timeout(20):
        return [line async for line in typed_lines()]


async def test_ctrl_c_clears_a_line_and_leaves_on_an_empty_one(keyboard: PipeInput) -> None:
    assert await typed(keyboard, "half a li\x03Why?\r\x03never read\r") == ["Why?"]


async def test_ctrl_d_leaves(keyboard: PipeInput) -> None:
    assert await typed(keyboard, "What is dropout?\r\x04") == ["What is dropout?"]
