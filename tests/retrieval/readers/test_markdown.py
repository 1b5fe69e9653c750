"""Markdown: the outline comes from headings, and the text stays as it was written."""

from bot.domain.document import Document, Section
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.readers.markdown import read_markdown

LIMITS = ReadingLimits()


def read(text: str) -> Document:
    return read_markdown("week.md", text.encode(), LIMITS)


def outline(text: str) -> list[tuple[str, str]]:
    return [(section.heading, section.text) for section in read(text).sections]


def test_headings_of_both_kinds_give_the_path() -> None:
    text = "# A #\n\none\n\n### B\ntwo\n\n## C ##\nthree\n\nD\n===\nfour\n\nE\n---\nfive"
    assert read(text).title == "week.md"
    assert outline(text) == [
        ("A", "one"),
        ("A > B", "two"),
        ("A > C", "three"),
        ("D", "four"),
        ("D > E", "five"),
    ]


def test_a_lone_first_heading_is_the_title() -> None:
    document = read("# Regularisation\n\nIntro.\n\n## Dropout\n\nText.")
    assert document.title == "Regularisation"
    assert document.sections == (Section("", "Intro."), Section("Dropout", "Text."))


def test_a_heading_behind_text_is_no_title() -> None:
    document = read("Before.\n\n# A\n\nText.")
    assert (document.title, document.sections[1].heading) == ("week.md", "A")


def test_front_matter_gives_the_title_and_goes() -> None:
    document = read('---\ntitle: "Week 1: start"\ntags:\n  - a\n---\n# A\n\nText.')
    assert document == Document("Week 1: start", (Section("A", "Text."),))


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert outline("---\nDropout is a method.\n\n---\nMore.") == [
        ("", "Dropout is a method.\n\n\nMore.")
    ]


def test_headings_in_code_are_code() -> None:
    code = "````python\n# no heading\n```\n## nor this\n<!-- kept -->\n````"
    assert outline(f"## A\n\n{code}\n\n~~~\n# x\n~~~") == [("A", f"{code}\n\n~~~\n# x\n~~~")]


def test_a_heading_is_read_without_its_marks() -> None:
    text = "## **Batch** [norm](https://a.b) and `relu` {#id}\n\nx"
    assert outline(text) == [("Batch norm and relu", "x")]


def test_comments_rules_and_embedded_pictures_are_no_text() -> None:
    text = "a <!-- to\n\ndo --> b\n\n***\n\n![curve](data:image/png;base64,AAAA) c ![d](e.png)"
    assert outline(text) == [("", "a  b\n\n\n\ncurve c ![d](e.png)")]


def test_tables_lists_and_emphasis_stay_as_they_were_written() -> None:
    text = "| a | b |\n|---|---|\n| 1 | *2* |\n\n- x\n- y\n---\n> q\n\n$\\alpha_1$ **b** \\*"
    [(_, kept)] = outline(text)
    assert kept == text.replace("- y\n---", "- y\n")


def test_a_very_long_heading_is_cut_at_a_word() -> None:
    [(heading, _)] = outline(f"## {'word ' * 100}\nx")
    assert heading == ("word " * 24).strip()
