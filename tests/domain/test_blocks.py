"""Blocks hold all of a text, in order, and code is never taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.blocks import Kind, blocks, closes, fence_of

LINES = st.lists(
    st.sampled_from(
        ["", "word", "- item", "  1. item", "| a |", "```", "```py", "~~~", "  x", " "]
    ),
    max_size=30,
).map("\n".join)


@given(st.one_of(LINES, st.text(max_size=200)))
def test_blocks_hold_everything_but_white_space(text: str) -> None:
    position = 0
    for block in blocks(text):
        assert not text[position : block.start].strip()
        assert text[block.start : block.end].strip()
        position = block.end
    assert not text[position:].strip()


def test_paragraphs_items_rows_and_code_are_told_apart() -> None:
    text = "One\ntwo:\n- a\n  b\n* c\n\n| d |\n| e |\n\n```py\n- f\n\n    g\n```\nh"
    found = [(block.kind, text[block.start : block.end]) for block in blocks(text)]
    assert found == [
        (Kind.PROSE, "One\ntwo:"),
        (Kind.ITEM, "- a\n  b"),
        (Kind.ITEM, "* c"),
        (Kind.ROW, "| d |"),
        (Kind.ROW, "| e |"),
        (Kind.CODE, "```py\n- f\n\n    g\n```"),
        (Kind.PROSE, "h"),
    ]


def test_an_empty_line_before_a_block_is_told() -> None:
    assert [block.is_apart for block in blocks("a\n- b\n\n- c\n\n\nd")] == [
        False,
        False,
        True,
        True,
    ]


def test_code_that_nothing_closes_reaches_to_the_end() -> None:
    [block] = blocks("```\na\n\n# b\n- c")
    assert block.kind == Kind.CODE


def test_a_fence_is_closed_by_its_own_kind_only() -> None:
    assert fence_of("~~~~ text") == "~~~~"
    assert fence_of("``` a `b`") is None
    assert closes("~~~~~", "~~~~")
    assert not closes("~~~", "~~~~")
    assert not closes("```", "~~~")
