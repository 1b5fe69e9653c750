"""An answer's text: quotes with their numbers, explanation, or that it does not know."""

from dataclasses import replace

import pytest

from bot.domain.card import Basis, Card, Quote, Source
from bot.domain.composition import NEAREST, NO_NOTES, UNKNOWN, body, source_line, spoken
from bot.domain.passage import Origin

SOURCE = Source(1, 7, Origin.NOTE, "week-1.md", "Week 1", "", None, None, 1.0, 1.0)
QUOTES = (Quote(1, "Dropout switches units off."), Quote(2, "It helps."))
QUOTED = Card(Basis.NOTES, 0.9, QUOTES, (SOURCE,), "So no unit\nis relied on.")


def test_quotes_stand_above_the_explanation() -> None:
    assert body(QUOTED) == (
        "“Dropout switches units off.” [1]\n“It helps.” [2]\n\nSo no unit\nis relied on."
    )
    assert body(replace(QUOTED, explanation="")).endswith("[2]")


@pytest.mark.parametrize("text", ["```python\nmodel.eval()\n```", "- One\n- Two", "```x```"])
def test_code_and_lines_stand_on_lines_of_their_own(text: str) -> None:
    assert body(Card(Basis.NOTES, quotes=(Quote(3, text),))) == f"{text}\n[3]"


def test_a_paragraph_is_quoted_without_the_ends_of_its_lines() -> None:
    assert body(Card(Basis.NOTES, quotes=(Quote(3, "One\ntwo.\n\nThree."),))) == (
        "“One two.\n\nThree.” [3]"
    )


def test_memory_is_the_models_own_words() -> None:
    assert body(Card(Basis.MEMORY), "Maybe so.") == "Maybe so."


def test_an_endorsed_answer_is_its_words() -> None:
    assert body(Card(Basis.ANSWERED, explanation="It is 5.")) == "It is 5."


def test_not_knowing_says_what_comes_nearest_or_whom_to_ask() -> None:
    unsure = Card(Basis.NOTHING, sources=(SOURCE,))
    assert body(unsure, "Nonsense.") == f"{UNKNOWN} {NEAREST}"
    offered = replace(unsure, quotes=QUOTES[:1])
    assert body(offered) == f"{UNKNOWN} {NEAREST}\n“Dropout switches units off.” [1]"
    assert body(Card(Basis.NOTHING), "Nonsense.") == f"{UNKNOWN} {NO_NOTES}"


def test_a_conversation_remembers_words_without_marks() -> None:
    assert spoken(QUOTED, body(QUOTED)) == (
        "Dropout switches units off. It helps. So no unit is relied on."
    )
    assert spoken(Card(Basis.MEMORY), " Maybe so.\n") == "Maybe so."
    assert spoken(Card(Basis.NOTHING, sources=(SOURCE,)), f"{UNKNOWN} {NEAREST}") == (
        "I do not know."
    )
    assert spoken(Card(Basis.ANSWERED, explanation="It is 5."), "It is 5.") == "It is 5."


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "[1] Week 1"),
        ({"heading": "Week 1"}, "[1] Week 1"),
        ({"heading": "Week 1 > Dropout"}, "[1] Week 1 — Dropout"),
        ({"heading": "Dropout", "page": 3}, "[1] Week 1 — Dropout, p. 3"),
        ({"origin": Origin.HANDBOOK}, "[1] Week 1 (handbook)"),
        ({"link": "https://discord.com/channels/1/2/3"}, None),
    ],
)
def test_a_source_says_where_it_stands(changes: dict[str, object], line: str | None) -> None:
    shown = source_line(replace(SOURCE, **changes))
    assert shown == (line or "[1] Week 1 https://discord.com/channels/1/2/3")
