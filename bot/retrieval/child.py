"""The child process that reads one file: limits first, then the file, then one line of JSON."""

import json
import logging
import resource
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from bot.domain.errors import BotError
from bot.retrieval.limits import ReadingLimits, too_costly
from bot.retrieval.reading import read
from bot.retrieval.splitter import split


def main() -> None:
    """Answer the request on standard input.

    Its first line is JSON: `name`, `limits`, and `max_words` if pieces are wanted; the file
    follows. The reply is JSON: `document` and `pieces`, or `refused`. Any other end means that
    the file was too much for its reader.
    """
    request = json.loads(sys.stdin.buffer.readline())
    limits = ReadingLimits(**request["limits"])
    restrict(limits)
    logging.disable()  # of the readers' remarks on bad files
    reply = answer(request["name"], sys.stdin.buffer, limits, request["max_words"])
    sys.stdout.buffer.write(json.dumps(reply, ensure_ascii=False).encode())
    sys.stdout.buffer.flush()


def restrict(limits: ReadingLimits) -> None:
    """Take from this process what it does not need: memory, time, writing of files."""
    restrictions = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, limits.max_cpu_seconds),
        (resource.RLIMIT_AS, limits.max_memory),
    ]
    for kind, most in restrictions:
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, allowed))
        except (ValueError, OSError):
            continue  # macOS has no limit of memory


def answer(
    name: str, source: BinaryIO, limits: ReadingLimits, max_words: int | None
) -> dict[str, Any]:
    """What is sent back for one file."""
    try:
        document = read(name, source.read(), limits)
        pieces = split(document, max_words) if max_words else ()
    except BotError as refusal:
        return {"refused": refusal.text}
    except (MemoryError, RecursionError):
        return {"refused": too_costly(name).text}
    return {"document": asdict(document), "pieces": [asdict(piece) for piece in pieces]}


if __name__ == "__main__":
    main()
