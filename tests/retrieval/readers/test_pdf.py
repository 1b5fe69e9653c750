"""PDF: pages, bookmarks, and files that are refused."""

import pytest

from bot.domain.document import Document, Section
from bot.domain.errors import NoteRefused
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.readers.pdf import read_pdf
from tests.retrieval.files import pdf_file

LIMITS = ReadingLimits()


def test_each_page_is_a_section_with_its_number() -> None:
    content = pdf_file([["Dropout drops units (at random)."], [], ["Adam – adapts."]])
    assert read_pdf("week.pdf", content, LIMITS) == Document(
        "week.pdf",
        (Section("", "Dropout drops units (at random).", 1), Section("", "Adam – adapts.", 3)),
    )


def test_bookmarks_are_headings_and_cut_a_page_at_their_line() -> None:
    content = pdf_file(
        [["1 Basics", "A neuron sums."], ["It has a bias.", "1.2 Layers", "Layers stack."]],
        bookmarks=[("Basics", 0), ("Layers", 1)],
        title="Deep learning",
    )
    assert read_pdf("week.pdf", content, LIMITS) == Document(
        "Deep learning",
        (
            Section("Basics", "A neuron sums.", 1),
            Section("Basics", "It has a bias.", 2),
            Section("Layers", "Layers stack.", 2),
        ),
    )


def test_a_title_that_is_a_file_name_is_no_title() -> None:
    content = pdf_file([["text"]], title="Microsoft Word - week1.docx")
    assert read_pdf("week.pdf", content, LIMITS).title == "week.pdf"


def test_running_headers_are_dropped_and_words_are_mended() -> None:
    names = ["Dropout", "Adam", "ReLU", "GRU"]
    pages = [
        ["Deep Learning 2026", f"{name} needs regu-", f"larisation in {name}.", f"{number + 4} / 9"]
        for number, name in enumerate(names)
    ]
    document = read_pdf("week.pdf", pdf_file(pages), LIMITS)
    assert [section.text for section in document.sections] == [
        f"{name} needs regularisation in {name}." for name in names
    ]


def test_a_file_that_only_forbids_changes_is_read() -> None:
    content = pdf_file([["text"]], user_password="")
    assert read_pdf("week.pdf", content, LIMITS).sections == (Section("", "text", 1),)


def test_a_locked_file_is_refused() -> None:
    content = pdf_file([["text"]], user_password="secret")
    with pytest.raises(NoteRefused, match="locked with a password; please upload a copy without"):
        read_pdf("week.pdf", content, LIMITS)


def test_a_scan_without_text_is_refused() -> None:
    with pytest.raises(NoteRefused, match=r"has no text in it, only pictures .* text recognition"):
        read_pdf("week.pdf", pdf_file([[], []]), LIMITS)


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.4 junk", b"%PDF-", pdf_file([["text"]])[:200], b"%PDF-1.7\n" + b"\xff" * 999],
)
def test_damaged_files_are_refused(content: bytes) -> None:
    with pytest.raises(NoteRefused, match="is a damaged PDF; please export it again"):
        read_pdf("week.pdf", content, LIMITS)


def test_a_file_with_too_many_pages_or_characters_is_refused() -> None:
    content = pdf_file([["some text"]] * 4)
    with pytest.raises(NoteRefused, match="has 4 pages and I read at most 3; please split it"):
        read_pdf("week.pdf", content, ReadingLimits(max_pages=3))
    with pytest.raises(NoteRefused, match="more than 20 characters of text; please split"):
        read_pdf("week.pdf", content, ReadingLimits(max_characters=20))
