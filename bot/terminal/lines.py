"""Where a chat's lines come from: a person at a keyboard, or a pipe."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import InMemoryHistory

COMMANDS = ("/model", "/reset", "/help", "/quit")
MAX_LINE_BYTES = 1 << 20


async def typed_lines(prompt: str = "you › ") -> AsyncIterator[str]:
    """Lines typed at a terminal, with editing and history, until Ctrl-D or Ctrl-C."""
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter(list(COMMANDS), sentence=True),
        complete_while_typing=False,
    )
    while True:
        try:
            yield await session.prompt_async(prompt)
        except (EOFError, KeyboardInterrupt):
            return


async def piped_lines() -> AsyncIterator[str]:
    """Lines of standard input when it is no terminal.

    The event loop can wait for pipes and sockets; a file (or the null device) never makes
    one wait and is read at once.
    """
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        for line in sys.stdin.read().splitlines():
            yield line
        return
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while line := await reader.readline():
            yield line.decode("utf-8", "replace")
    finally:
        transport.close()
