"""Word documents: headings, paragraphs, lists, and tables as lines."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from bot.domain.document import Document
from bot.domain.errors import NoteRefused
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.outline import Outline

_OLD_WORD = bytes.fromhex("d0cf11e0a1b11ae1")  # also around documents with a password
_MAX_MEMBERS = 10_000
_SMALL = 1_000_000  # bytes; a member below that does no harm however it is packed
_MAX_DEPTH = 10
_CONTENTS = "Table of Contents"
_SKIPPED = {qn(tag) for tag in ("w:drawing", "w:pict", "w:object", "w:del", "w:moveFrom", "w:rPr")}
_SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(name: str, content: bytes, limits: ReadingLimits) -> Document:
    """The document of a Word file (.docx).

    Raises:
        NoteRefused: it is locked, of another kind, damaged, a zip bomb, or has too much text.
    """
    if content.startswith(_OLD_WORD):
        raise NoteRefused(
            f'"{name}" is locked with a password or in the old format of Word; please save it as '
            ".docx without a password."
        )
    _check_package(name, content, limits)
    try:
        word = docx.Document(BytesIO(content))
        outline = Outline(name, limits)
        _write(outline, word)
        title = word.core_properties.title
    except (KeyError, ValueError, AttributeError, TypeError, SyntaxError, OSError) as error:
        raise _damaged(name) from error
    return outline.document(second_title=title)


def _damaged(name: str) -> NoteRefused:
    return NoteRefused(
        f'"{name}" is a damaged Word document or none; please open it in Word and save it again '
        "as .docx."
    )


def _check_package(name: str, content: bytes, limits: ReadingLimits) -> None:
    """Look into the zip file before anything in it is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(name) from error
    unpacked = sum(member.file_size for member in members)
    is_packed_oddly = any(
        member.file_size > max(_SMALL, member.compress_size * limits.max_packing_ratio)
        for member in members
    )
    if unpacked > limits.max_unpacked_bytes or is_packed_oddly or len(members) > _MAX_MEMBERS:
        raise NoteRefused(
            f'"{name}" grows beyond {limits.max_unpacked_bytes:,} bytes, or suspiciously, when it '
            "is unpacked; please save only its text in a new document."
        )


def _write(outline: Outline, word: WordDocument) -> None:
    levels = _heading_levels(word)
    items: list[str] = []
    for block in _blocks(word.element.body, depth=0):
        if block.tag == qn("w:tbl"):
            _end_list(outline, items)
            outline.add("\n".join(_rows(block)))
            continue
        text = "".join(_texts(block)).strip()
        style = block.style or ""
        if style in levels and text:
            _end_list(outline, items)
            outline.open(levels[style], text)
        elif (depth := _list_depth(word, block)) is not None and text:
            indent = "  " * depth
            items.append(f"{indent}- {text}".replace("\n", f"\n{indent}  "))
        else:
            _end_list(outline, items)
            outline.add(text)
    _end_list(outline, items)


def _end_list(outline: Outline, items: list[str]) -> None:
    outline.add("\n".join(items))
    items.clear()


def _blocks(parent: Any, depth: int) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls; no table of contents."""
    for child in parent.iterchildren():
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag == qn("w:sdt") and depth < _MAX_DEPTH:
            gallery = child.find(f".//{qn('w:docPartGallery')}")
            if gallery is None or gallery.get(qn("w:val")) != _CONTENTS:
                for inner in child.iterchildren(qn("w:sdtContent")):
                    yield from _blocks(inner, depth + 1)


def _texts(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph as it is read: with links and insertions, without deletions."""
    stack = [paragraph]
    while stack:
        node = stack.pop()
        if node.tag in (qn("w:t"), f"{_MATH}t"):
            yield node.text or ""
        elif node.tag in _CHARACTERS:
            yield _CHARACTERS[node.tag]
        elif node.tag == qn("w:pPr"):
            continue  # its w:tab is a stop, no character
        elif node.tag not in _SKIPPED:
            stack.extend(reversed([*node.iterchildren()]))


def _heading_levels(word: WordDocument) -> dict[str, int]:
    """The style ids that make headings, also those that are derived from Word's own."""
    levels: dict[str, int] = {}
    for style in word.styles:
        base: Any = style
        for _ in range(_MAX_DEPTH):
            if base is None:
                break
            kind, _, number = (base.name or "").partition(" ")
            if kind == "Heading" and number.isdecimal():
                levels[style.style_id] = min(int(number), 9)
            if base.name == "Title":
                levels[style.style_id] = 0
            base = getattr(base, "base_style", None)
    return levels


def _list_depth(word: WordDocument, paragraph: Any) -> int | None:
    """How deep in a list a paragraph stands, None outside of lists."""
    properties = paragraph.pPr
    numbering = properties.numPr if properties is not None else None
    if numbering is not None and (numbering.numId is None or numbering.numId.val):
        return min(numbering.ilvl.val, _MAX_DEPTH) if numbering.ilvl is not None else 0
    style = word.styles.get_by_id(paragraph.style, 1) if paragraph.style else None
    is_list = style is not None and (style.name or "").startswith(("List Bullet", "List Number"))
    return 0 if is_list and numbering is None else None


def _rows(table: Any) -> list[str]:
    """The rows of a table, each one a line of its cells."""
    rows: list[str] = []
    for row in table.iterchildren(qn("w:tr")):
        cells = [
            " ".join("".join(_texts(cell_paragraph)) for cell_paragraph in cell.iter(qn("w:p")))
            for cell in row.iterchildren(qn("w:tc"))
        ]
        lines = [" ".join(cell.split()) for cell in cells]
        if any(lines):
            rows.append(f"| {' | '.join(lines)} |")
    return rows
