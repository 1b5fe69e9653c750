"""Where a chat's lines come from: a person at a keyboard, or a pipe."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from bot.domain.errors import QuestionRefused
from bot.domain.question import MAX_QUESTION_CHARACTERS

COMMANDS = ("/model", "/details", "/replay", "/good", "/bad", "/reset", "/help", "/quit")
MAX_LINE_BYTES = 1 << 20
PIECE_BYTES = 1 << 16

Line = str | QuestionRefused
"""A line, or the refusal of one that was not read."""


async def typed_lines(prompt: str = "you › ") -> AsyncIterator[Line]:
    """Lines typed at a terminal, with editing and history, until Ctrl-D or Ctrl-C.

    Ctrl-C clears a line that was begun and leaves on an empty one, as in a shell.
    """
    keys = KeyBindings()

    @keys.add("c-c")
    @keys.add("<sigint>")
    def interrupt(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=EOFError(), style="class:aborting")

    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter(list(COMMANDS), sentence=True),
        complete_while_typing=False,
        key_bindings=keys,
    )
    while True:
        try:
            yield await session.prompt_async(prompt)
        except (EOFError, KeyboardInterrupt):
            return


async def piped_lines() -> AsyncIterator[Line]:
    """Lines of standard input when it is no terminal; none where it is closed.

    The event loop can wait for pipes and sockets; a file (or the null device) never makes
    one wait and is read at once.
    """
    if sys.stdin is None:
        return
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        async for line in split_lines(_pieces_of_file()):
            yield line
        return
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        async for line in split_lines(_pieces_of_pipe(reader)):
            yield line
    finally:
        transport.close()


async def split_lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[Line]:
    """The lines of a text that comes in pieces; of one that is too long nothing is kept."""
    begun = bytearray()
    async for piece in pieces:
        *ends, rest = piece.split(b"\n")
        for end in ends:
            yield _line(begun + end)
            begun.clear()
        if len(begun) <= MAX_LINE_BYTES:
            begun += rest
    if begun:
        yield _line(begun)


def _line(raw: bytes | bytearray) -> Line:
    if len(raw) > MAX_LINE_BYTES:
        return QuestionRefused(
            "A line of more than a million characters is too long for a question; please "
            f"shorten it to {MAX_QUESTION_CHARACTERS:,} or fewer."
        )
    return raw.decode("utf-8", "replace")


async def _pieces_of_file() -> AsyncIterator[bytes]:
    while piece := sys.stdin.buffer.read(PIECE_BYTES):
        yield piece


async def _pieces_of_pipe(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while piece := await reader.read(PIECE_BYTES):
        yield piece
