"""Notebooks: the text cells as Markdown, the code cells as code, and no outputs."""

import json
from typing import Any

from bot.domain.document import Document
from bot.domain.errors import NoteRefused
from bot.retrieval.decoding import decode
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.outline import Outline, fenced
from bot.retrieval.readers.markdown import write_markdown


def read_notebook(name: str, content: bytes, limits: ReadingLimits) -> Document:
    """The document of a Jupyter notebook (formats 3 and 4).

    Raises:
        NoteRefused: it is no notebook, is damaged, or has too much text.
    """
    try:
        notebook = json.loads(decode(name, content))
    except (ValueError, RecursionError) as error:
        raise _damaged(name) from error
    outline = Outline(name, limits)
    for cell in _cells(name, notebook):
        source = _source(cell)
        if cell.get("cell_type") == "markdown":
            write_markdown(outline, source)
        elif cell.get("cell_type") == "code" and source.strip():
            outline.add(fenced(source, _language(notebook)))
        elif cell.get("cell_type") == "heading":
            level = cell.get("level")
            outline.open(level if isinstance(level, int) else 1, source)
    return outline.document()


def _damaged(name: str) -> NoteRefused:
    return NoteRefused(
        f'"{name}" is no notebook or a damaged one; please open it in Jupyter and save it again.'
    )


def _cells(name: str, notebook: object) -> list[dict[str, Any]]:
    """The cells of a notebook; older ones keep them on worksheets."""
    if not isinstance(notebook, dict):
        raise _damaged(name)
    cells = notebook.get("cells")
    sheets = notebook.get("worksheets")
    if cells is None and isinstance(sheets, list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _listed(sheet)]
    if not isinstance(cells, list):
        raise _damaged(name)
    return [cell for cell in cells if isinstance(cell, dict)]


def _listed(sheet: dict[str, Any]) -> list[Any]:
    cells = sheet.get("cells")
    return cells if isinstance(cells, list) else []


def _source(cell: dict[str, Any]) -> str:
    """What is written in a cell: one text or a list of its lines."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _language(notebook: dict[str, Any]) -> str:
    """The language of the code, as a fence names it."""
    metadata = notebook.get("metadata")
    for key, entry in (("kernelspec", "language"), ("language_info", "name")):
        described = metadata.get(key) if isinstance(metadata, dict) else None
        language = described.get(entry) if isinstance(described, dict) else None
        if isinstance(language, str) and language.isalnum():
            return language.lower()
    return ""
