"""Reading: the ending chooses, the bytes must agree, and a refusal says what to do."""

import pytest

from bot.domain.document import Document, Section
from bot.domain.errors import NoteRefused
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.reading import READERS, read
from tests.retrieval.files import pdf_file, zip_file

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", b"text"),
        ("A.MARKDOWN", b"text"),
        ("../../a.txt", b"\xef\xbb\xbftext\r\n"),
        ("a.htm", b"<p>text"),
    ],
)
def test_the_ending_chooses_the_reader(name: str, content: bytes) -> None:
    assert read(name, content).sections == (Section("", "text"),)


def test_a_document_without_a_title_bears_its_files_name() -> None:
    assert read("C:\\notes\\a.md", b"text") == Document("a.md", (Section("", "text"),))


@pytest.mark.parametrize("name", ["a.exe", "a", "a.md.zip", "pdf", "a.pptx", "a.doc"])
def test_an_unknown_ending_is_refused_with_those_that_are_read(name: str) -> None:
    with pytest.raises(NoteRefused, match=r"cannot read .*; please upload .md, .txt, .html, .pdf,"):
        read(name, b"text")


@pytest.mark.parametrize("name", [f"a{ending}" for ending in READERS])
def test_an_empty_file_is_refused(name: str) -> None:
    with pytest.raises(NoteRefused, match="is empty; please upload a file with text in it"):
        read(name, b"")


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.ipynb"])
@pytest.mark.parametrize("content", [PNG, zip_file({"a": b"a"}), pdf_file([["a"]])])
def test_binary_files_under_a_texts_name_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(NoteRefused, match="not the text that its name promises"):
        read(name, content)


@pytest.mark.parametrize("content", [b"\xca\xfe\xba\xbe\0\0\0\1", b"\1\2\3\4\5\6" * 20])
def test_binary_files_of_any_other_kind_are_refused_too(content: bytes) -> None:
    with pytest.raises(NoteRefused, match="holds no text although its name"):
        read("a.md", content)


def test_a_text_that_is_no_pdf_is_refused_as_such() -> None:
    with pytest.raises(NoteRefused, match="is no PDF although its name says so"):
        read("a.pdf", b"text")


def test_white_space_is_no_text() -> None:
    with pytest.raises(NoteRefused, match=r'no text in "a\.md"'):
        read("a.md", b" \n\t\n\xe2\x80\x8b")


def test_a_file_that_is_too_big_is_refused_with_both_sizes() -> None:
    with pytest.raises(NoteRefused, match="has 2,000 bytes and I read at most 1,000; please split"):
        read("a.md", b"a" * 2_000, ReadingLimits(max_bytes=1_000))


def test_too_much_text_is_refused() -> None:
    with pytest.raises(NoteRefused, match="more than 1,000 characters of text; please split"):
        read("a.txt", b"word " * 300, ReadingLimits(max_characters=1_000))
