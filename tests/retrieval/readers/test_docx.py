"""Word documents: headings, paragraphs, lists, tables; and packages that are refused."""

from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bot.domain.document import Document, Section
from bot.domain.errors import NoteRefused
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.readers.docx import read_docx
from tests.retrieval.files import zip_file

LIMITS = ReadingLimits()


def word_file(write: Callable[[WordDocument], object]) -> bytes:
    word = docx.Document()
    write(word)
    written = BytesIO()
    word.save(written)
    return written.getvalue()


def read(write: Callable[[WordDocument], object]) -> Document:
    return read_docx("week.docx", word_file(write), LIMITS)


def test_headings_paragraphs_lists_and_tables_are_read_in_order() -> None:
    def write(word: WordDocument) -> None:
        word.add_heading("Course", 0)
        word.add_heading("Dropout", 1)
        word.add_paragraph("It drops:")
        word.add_paragraph("units", style="List Bullet")
        word.add_paragraph("layers", style="List Number")
        word.add_heading("Rates", 2)
        table = word.add_table(2, 2)
        for index, text in enumerate(["p", "loss", "0.1", "3\n4"]):
            table.cell(index // 2, index % 2).text = text
        word.add_paragraph("a\tb\nc")

    assert read(write) == Document(
        "Course",
        (
            Section("Dropout", "It drops:\n\n- units\n- layers"),
            Section("Dropout > Rates", "| p | loss |\n| 0.1 | 3 4 |\n\na\tb\nc"),
        ),
    )


def test_a_style_that_is_derived_from_a_heading_is_one() -> None:
    def write(word: WordDocument) -> None:
        style = word.styles.add_style("Course Part", 1)
        style.base_style = word.styles["Heading 2"]
        word.add_paragraph("Part A", style="Course Part")
        word.add_paragraph("text")

    assert read(write).sections == (Section("Part A", "text"),)


def test_links_insertions_and_formulas_are_text_and_deletions_are_not() -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'

    def write(word: WordDocument) -> None:
        paragraph = word.add_paragraph("a ")
        for xml in (
            "<w:ins {}><w:r><w:t>inserted </w:t></w:r></w:ins>",
            "<w:del {}><w:r><w:delText>deleted</w:delText></w:r></w:del>",
            "<w:hyperlink {}><w:r><w:t>link </w:t></w:r></w:hyperlink>",
            f"<w:r {{}}><m:oMath {math}><m:r><m:t>y=x</m:t></m:r></m:oMath></w:r>",
        ):
            paragraph._p.append(parse_xml(xml.format(nsdecls("w"))))

    assert read(write).sections == (Section("", "a inserted link y=x"),)


def test_content_controls_are_read_and_the_table_of_contents_is_not() -> None:
    def control(word: WordDocument, text: str, gallery: str) -> None:
        word.element.body.insert(
            0,
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent><w:p><w:r>"
                f"<w:t>{text}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            ),
        )

    def write(word: WordDocument) -> None:
        control(word, "kept", "")
        contents = '<w:docPartGallery w:val="Table of Contents"/>'
        control(word, "contents", f"<w:docPartObj>{contents}</w:docPartObj>")

    assert read(write).sections == (Section("", "kept"),)


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(NoteRefused, match=r'no text in "week\.docx"'):
        read(lambda word: word)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 junk",
        b"",
        b"no zip",
        zip_file({"a.txt": b"text"}),
        zip_file({"[Content_Types].xml": b"<broken", "word/document.xml": b"<broken"}),
        word_file(lambda word: word.add_paragraph("text"))[:-400],
    ],
)
def test_damaged_packages_are_refused(content: bytes) -> None:
    with pytest.raises(NoteRefused, match="damaged Word document or none; please open it in Word"):
        read_docx("week.docx", content, LIMITS)


def test_a_locked_document_is_refused() -> None:
    with pytest.raises(NoteRefused, match="locked with a password or in the old format of Word"):
        read_docx("week.docx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500, LIMITS)


def test_zip_bombs_are_refused_before_anything_is_unpacked() -> None:
    bomb = zip_file({"word/document.xml": b" " * 30_000_000})
    with pytest.raises(NoteRefused, match="suspiciously, when it is unpacked"):
        read_docx("week.docx", bomb, LIMITS)
    wide = zip_file(
        {f"{index}.xml": bytes(index % 251 for index in range(400)) for index in range(9)}
    )
    with pytest.raises(NoteRefused, match="grows beyond 3,000 bytes"):
        read_docx("week.docx", wide, ReadingLimits(max_unpacked_bytes=3_000))


def test_entities_do_not_expand() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
    content = zip_file({"[Content_Types].xml": bomb, "word/document.xml": bomb})
    with pytest.raises(NoteRefused, match="damaged Word document"):
        read_docx("week.docx", content, LIMITS)
