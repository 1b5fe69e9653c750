"""The other process: its reply is the reader's, and whatever breaks it is one plain sentence."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from bot.domain.errors import NoteRefused
from bot.retrieval import reader_process
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.reader_process import read_document, read_pieces
from bot.retrieval.reading import read
from bot.retrieval.splitter import split
from tests.retrieval.files import notebook_file, pdf_file

LIMITS = ReadingLimits()
TEXT = "# Übung\n\nDropout drops units. 😀\n\n## Adam\n\n- adapts\n".encode()
LONG = b"| a\n" * 900_000  # is within the limits, and takes half a minute to split


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


async def test_the_document_and_pieces_are_those_of_the_reader() -> None:
    document, pieces = await read_pieces("../a.md", TEXT)
    assert document == read("a.md", TEXT)
    assert pieces == split(document)
    content = pdf_file([["One."], ["Two."]])
    assert await read_document("a.pdf", content) == read("a.pdf", content)


async def test_a_refusal_keeps_its_sentence() -> None:
    with pytest.raises(NoteRefused, match="locked with a password; please upload a copy"):
        await read_document("a.pdf", pdf_file([["text"]], user_password="secret"))


async def test_a_size_is_refused_without_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process.sys, "executable", "/no/such/python")
    with pytest.raises(NoteRefused, match="is empty"):
        await read_document("a.md", b"")
    with pytest.raises(NoteRefused, match="has 9 bytes and I read at most 8"):
        await read_document("a.md", b"123456789", replace(LIMITS, max_bytes=8))


async def test_fifty_megabytes_of_outputs_are_read_past() -> None:
    cells = [("markdown", "## A\n\ntext"), ("code", "x = 1")]
    content = notebook_file(*cells, output="iVBORw0KGgo" * 4_800_000)
    assert len(content) > 50_000_000
    document = await read_document("lab.ipynb", content)
    assert [section.text for section in document.sections] == ["text\n\n```python\nx = 1\n```"]


async def test_a_blow_up_of_memory_is_refused() -> None:
    content = b'{"cells": [' + b"{}," * 5_000_000 + b"{}]}"  # a dictionary for three bytes
    with pytest.raises(NoteRefused, match="more time or memory than I give to one file"):
        await read_document("a.ipynb", content, replace(LIMITS, max_memory=400 * 1024**2))


async def test_endless_computing_is_refused() -> None:
    with pytest.raises(NoteRefused, match="more time or memory than I give to one file"):
        await read_pieces("a.txt", LONG, replace(LIMITS, max_cpu_seconds=2))


async def test_a_hang_is_refused_and_leaves_no_process() -> None:
    with pytest.raises(NoteRefused, match="more time or memory than I give to one file"):
        await read_pieces("a.txt", LONG, replace(LIMITS, max_seconds=1.0))
    assert not children()


async def test_who_leaves_early_leaves_no_process() -> None:
    task = asyncio.create_task(read_pieces("a.txt", LONG))
    for _ in range(500):
        await asyncio.sleep(0.01)
        if children():
            break
    assert children()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("import os; os.abort()", "damaged in a way that I cannot read; please export"),
        ("raise KeyError('x')", "damaged in a way that I cannot read; please export"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "more time or memory"),
        ("print('x' * 10_000_000)", "damaged in a way that I cannot read"),
    ],
)
async def test_a_crash_is_one_sentence(
    script: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "bot" / "retrieval"
    package.mkdir(parents=True)
    (package / "child.py").write_text(script)
    monkeypatch.setattr(reader_process, "_ROOT", tmp_path)
    limits = replace(LIMITS, max_characters=1_000)
    with pytest.raises(NoteRefused, match=sentence):
        await read_document("a.md", TEXT, limits)


async def test_the_process_is_small_and_cannot_write_and_knows_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "bot" / "retrieval"
    package.mkdir(parents=True)
    (package / "child.py").write_text(
        "import json, os\nprint(json.dumps({'refused': ' '.join(sorted(os.environ))}))"
    )
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    monkeypatch.setattr(reader_process, "_ROOT", tmp_path)
    with pytest.raises(NoteRefused) as refusal:
        await read_document("a.md", TEXT)
    assert "PYTHONUTF8" in str(refusal.value)
    assert "TOKEN" not in str(refusal.value)


def test_the_process_takes_rights_from_itself(tmp_path: Path) -> None:
    written = str(tmp_path / "written")
    code = (
        "from bot.retrieval.child import restrict\n"
        "from bot.retrieval.limits import ReadingLimits\n"
        "restrict(ReadingLimits())\n"
        f"try:\n    open({written!r}, 'wb', 0).write(b'x')\nexcept OSError:\n    print('no file')\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('no memory')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.stdout.split("\n") == ["no file", "no memory", ""]


async def test_files_are_read_at_once() -> None:
    texts = [f"text {number}".encode() for number in range(3)]
    read_all = await asyncio.gather(*(read_document("a.txt", text) for text in texts))
    assert [document.sections[0].text.encode() for document in read_all] == texts


def test_the_request_is_one_line() -> None:
    request = {"name": "a.md", "limits": asdict(LIMITS), "max_words": 110}
    done = subprocess.run(
        [sys.executable, "-m", "bot.retrieval.child"],
        input=json.dumps(request).encode() + b"\n" + TEXT,
        capture_output=True,
        timeout=60,
        check=True,
    )
    reply = json.loads(done.stdout)
    assert reply["document"]["title"] == "Übung"
    assert [piece["heading"] for piece in reply["pieces"]] == ["", "Adam"]
    assert done.stderr == b""
