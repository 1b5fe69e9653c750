"""Excerpts: whole sentences, lists, tables and code around the best part of a passage."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.excerpt import Excerpt, around, parts, text_of

TEXT = """Dropout helps. It is random:

- units are drawn,
- they are switched off.

| Rate | Use |
|---|---|
| 0.1 | GPT-2 |

```python
model.eval()

model.train()
```

At test time nothing is dropped."""
PARTS = [
    "Dropout helps.",
    "It is random:",
    "- units are drawn,\n- they are switched off.",
    "| Rate | Use |\n|---|---|\n| 0.1 | GPT-2 |",
    "```python\nmodel.eval()\n\nmodel.train()\n```",
    "At test time nothing is dropped.",
]
PIECES = st.lists(
    st.sampled_from([*PARTS, "1. One.", "Two: three.", "Why? So.", "* x"]), max_size=8
)


def excerpt(text: str, best: str, room: int) -> str:
    """What is quoted around the part that is `best`; the others are worth nothing."""
    every = parts(text)
    scores = [float(text[part.start : part.end] == best) for part in every]
    return text_of(text, every, around(every, scores, scores.index(1.0), room))


def test_sentences_stand_alone_and_lists_tables_and_code_as_a_whole() -> None:
    assert [TEXT[part.start : part.end] for part in parts(TEXT)] == PARTS
    assert [part.introduces for part in parts(TEXT)] == [False, True, False, False, False, False]


def test_of_a_long_list_each_item_stands_alone() -> None:
    text = "\n".join(f"- {word} {'words ' * 30}end." for word in ("one", "two", "three"))
    assert len(parts(text)) == 3


def test_neighbours_come_along_as_far_as_there_is_room() -> None:
    text = "One is here. Two is here. Three is here. Four is here."
    assert excerpt(text, "Two is here.", 3) == "Two is here."
    assert excerpt(text, "Two is here.", 6) == "Two is here. Three is here."
    assert excerpt(text, "Two is here.", 100) == text


def test_a_bold_question_never_stands_without_its_answer() -> None:
    text = "**When is it?** On Monday at ten.\n\n**May I bring notes?** One sheet of paper."
    assert excerpt(text, "On Monday at ten.", room=12) == "**When is it?** On Monday at ten."
    assert excerpt(text, "**May I bring notes?**", room=12).endswith("One sheet of paper.")


def test_what_ends_in_a_colon_never_stands_without_what_follows() -> None:
    assert excerpt(TEXT, PARTS[1], 4) == f"{PARTS[1]}\n\n{PARTS[2]}"
    assert excerpt(TEXT, PARTS[2], 12) == f"{PARTS[1]}\n\n{PARTS[2]}"
    assert excerpt(TEXT, PARTS[0], 6) == PARTS[0]


def test_a_single_item_is_quoted_without_its_marker() -> None:
    text = "- Only this.\n\nMore."
    assert text_of(text, parts(text), Excerpt(0, 0)) == "Only this."


@given(PIECES, st.integers(0, 9), st.integers(1, 60))
def test_an_excerpt_is_a_part_of_its_passage(pieces: list[str], at: int, room: int) -> None:
    text = "\n\n".join(pieces)
    every = parts(text)
    if every:
        found = around(every, [1.0] * len(every), at % len(every), room)
        assert found.first <= at % len(every) <= found.last
        assert text_of(text, every, found) in text
