"""Reading a file in a process of its own: what a bad file breaks is only that process."""

import asyncio
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.domain.document import Document, Piece, Section
from bot.domain.errors import NoteRefused
from bot.domain.note_name import note_name
from bot.retrieval.limits import ReadingLimits, too_costly
from bot.retrieval.splitter import MAX_WORDS

_ROOT = Path(__file__).resolve().parents[2]
_REPLY_BYTES_PER_CHARACTER = 12  # the text twice, in UTF-8 and escaped, with names around it
_MAX_REMARKS = 8_192  # of what the process says about its own end
_CHUNK = 1 << 16
_KILLED = (-signal.SIGKILL, -signal.SIGXCPU)


async def read_document(name: str, content: bytes, limits: ReadingLimits | None = None) -> Document:
    """The document in a file, read by `bot.retrieval.child` under its limits.

    Raises:
        NoteRefused: the file cannot be read; says why and what to do.
    """
    document, _ = await _read(name, content, limits or ReadingLimits(), None)
    return document


async def read_pieces(
    name: str, content: bytes, limits: ReadingLimits | None = None, max_words: int = MAX_WORDS
) -> tuple[Document, tuple[Piece, ...]]:
    """The document in a file and its pieces of at most `max_words` words.

    Both are made by the other process: splitting a long document takes seconds, too.

    Raises:
        NoteRefused: the file cannot be read; says why and what to do.
    """
    return await _read(name, content, limits or ReadingLimits(), max_words)


async def _read(
    name: str, content: bytes, limits: ReadingLimits, max_words: int | None
) -> tuple[Document, tuple[Piece, ...]]:
    name = note_name(name)
    limits.check_size(name, len(content))
    request = {"name": name, "limits": asdict(limits), "max_words": max_words}
    try:
        async with asyncio.timeout(limits.max_seconds):
            reply = await _ask(name, json.dumps(request).encode(), content, limits)
    except TimeoutError as error:
        raise too_costly(name) from error
    if "refused" in reply:
        raise NoteRefused(reply["refused"])
    sections = tuple(Section(**section) for section in reply["document"]["sections"])
    pieces = tuple(Piece(**piece) for piece in reply["pieces"])
    return Document(reply["document"]["title"], sections), pieces


async def _ask(name: str, request: bytes, content: bytes, limits: ReadingLimits) -> dict[str, Any]:
    """Start the process, hand it the file and take its reply; it never outlives this call."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.retrieval.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_ROOT,  # so that the child runs the same code, wherever the bot was started
        env={"PYTHONUTF8": "1"},  # and knows no token
    )
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("the reader's process has no pipes")
    max_reply = limits.max_characters * _REPLY_BYTES_PER_CHARACTER
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_feed(process.stdin, request, content))
            reply = group.create_task(_take(process.stdout, max_reply))
            remarks = group.create_task(_take(process.stderr, _MAX_REMARKS))
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await _drain(process.stdout)
            await _drain(process.stderr)
            await process.wait()
    if process.returncode == 0 and len(reply.result()) <= max_reply:
        answered: dict[str, Any] = json.loads(reply.result())
        return answered
    raise _refusal(name, process.returncode, remarks.result())


async def _feed(pipe: asyncio.StreamWriter, request: bytes, content: bytes) -> None:
    """Write the request; a child that ended early does not want the rest."""
    try:
        pipe.write(request + b"\n")
        for start in range(0, len(content), _CHUNK):
            pipe.write(content[start : start + _CHUNK])
            await pipe.drain()
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        pipe.close()


async def _take(pipe: asyncio.StreamReader, most: int) -> bytes:
    """What comes out of a pipe until its end; of more than `most` bytes the rest is dropped."""
    taken = bytearray()
    while chunk := await pipe.read(_CHUNK):
        if len(taken) <= most:
            taken += chunk
    return bytes(taken)


async def _drain(pipe: asyncio.StreamReader) -> None:
    """Empty the pipe of a process that was killed, so that its end is noticed."""
    while await pipe.read(_CHUNK):
        pass


def _refusal(name: str, status: int | None, remarks: bytes) -> NoteRefused:
    """Why there is no reply. The process's last remark goes along as a note for the log."""
    if status in _KILLED or b"MemoryError" in remarks:
        return too_costly(name)
    refusal = NoteRefused(
        f'"{name}" is damaged in a way that I cannot read; please export or save it again.'
    )
    last = remarks.decode(errors="replace").strip().rpartition("\n")[2]
    refusal.add_note(f"reader ended with status {status}: {last}")
    return refusal
