"""Notebooks: text and code without outputs."""

import json

import pytest

from bot.domain.document import Document, Section
from bot.domain.errors import NoteRefused
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.readers.notebook import read_notebook
from tests.retrieval.files import notebook_file

LIMITS = ReadingLimits()


def test_text_gives_headings_and_code_is_fenced_and_outputs_go() -> None:
    content = notebook_file(
        ("markdown", "# Lab\nWelcome."),
        ("code", "    x = 1\nprint(x)\n"),
        ("raw", "raw"),
        ("markdown", "## Next\n```\nopen"),
        ("markdown", "## Last\nend"),
        ("code", " \n"),
        output="SECRET",
    )
    assert read_notebook("lab.ipynb", content, LIMITS) == Document(
        "Lab",
        (
            Section("", "Welcome.\n\n```python\n    x = 1\nprint(x)\n```"),
            Section("Next", "```\nopen"),
            Section("Last", "end"),
        ),
    )


def test_the_older_format_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "A"},
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "input": "x = 1", "outputs": []},
    ]
    content = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    document = read_notebook("old.ipynb", content, LIMITS)
    assert document.sections == (Section("A", "text\n\n```\nx = 1\n```"),)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[1]",
        b"{}",
        b'{"cells": 3}',
        b"[" * 100_000,
        b'{"worksheets": [{"cells": 1}, 2], "cells": 1}',
    ],
)
def test_other_json_is_refused(content: bytes) -> None:
    with pytest.raises(
        NoteRefused, match="no notebook or a damaged one; please open it in Jupyter"
    ):
        read_notebook("a.ipynb", content, LIMITS)


@pytest.mark.parametrize(
    "cell",
    [3, {}, {"cell_type": "markdown", "source": [1, None]}, {"cell_type": "code", "source": {}}],
)
def test_odd_cells_are_passed_over(cell: object) -> None:
    good = {"cell_type": "markdown", "source": "text"}
    content = json.dumps({"cells": [cell, good], "metadata": [3]}).encode()
    assert read_notebook("a.ipynb", content, LIMITS).sections == (Section("", "text"),)
