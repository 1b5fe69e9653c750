"""An answer as the text of messages."""

import re
from typing import Any

import pytest

from bot.cogs.frame import Frame
from bot.domain.answer import Answer, AnswerState
from bot.domain.card import Basis, Card, Source
from bot.domain.passage import Origin
from bot.domain.sampling import SamplingParams
from bot.domain.splitting import message_length
from bot.service.snapshot import Snapshot
from tests.storage import rows

NOTICE = "3 earlier questions no longer fit into the model's memory and were left out."


def answer(question: str = "What is (really) dropout? " * 9) -> Answer:
    return rows.answer(question=question, sampling=SamplingParams(seed=12345))


@pytest.mark.parametrize("state", [AnswerState.DONE, AnswerState.GENERATING])
@pytest.mark.parametrize("word", ["abcd ", "🤖 ", "$x_1$ "])
def test_no_length_of_an_answer_exceeds_a_message(state: AnswerState, word: str) -> None:
    for length in range(1_500, 2_100, 7):
        text = (word * 1_000)[:length]
        parts = Frame(answer()).parts(Snapshot(1, state, text, 10, notice=NOTICE))
        assert max(message_length(part) for part in parts) <= 2_000


def test_a_text_beyond_ten_messages_says_that_it_goes_on() -> None:
    parts = Frame(answer()).parts(Snapshot(1, AnswerState.DONE, "word " * 6_000, 6_000))
    assert len(parts) == 10
    assert "-# The rest is too long to be shown here.\n-# gpt2-xl" in parts[-1]
    assert max(map(message_length, parts)) <= 2_000


def test_a_question_cannot_end_its_own_quote() -> None:
    (part,) = Frame(answer("```\n# big\n@everyone")).parts(
        Snapshot(1, AnswerState.DONE, "Fine.", 1)
    )
    first, rest = part.split("\n", 1)
    assert first.startswith("> \\`\\`\\` \\# big @")
    assert "@everyone" not in first
    assert rest.startswith("Fine.")


def test_a_remark_about_the_place_stands_below_the_text() -> None:
    (part,) = Frame(answer("Why?"), True, "Here.").parts(Snapshot(1, AnswerState.DONE, "So.", 1))
    assert part == "> Why?\nSo.\n-# Here.\n-# gpt2-xl · seed 12345 · 1 token"


@pytest.mark.parametrize(
    ("position", "place"),
    [(0, "you are next"), (1, "1 answer ahead"), (2, "2 answers ahead")],
)
def test_everybody_in_line_learns_their_place(position: int, place: str) -> None:
    waiting = Snapshot(1, AnswerState.QUEUED, position=position, eta_seconds=12.0)
    (part,) = Frame(answer("Why?")).parts(waiting)
    assert part == f"> Why?\n⏳ In line: {place}, about 12 s."


# What an answer rests on

LINK = "https://discord.com/channels/1187654321098765432/1187654321098765433/1187654321098765434"


def source(title: str = "Week 1", link: str | None = None, **more: Any) -> Source:
    values = {"origin": Origin.NOTE, "heading": "", "page": None} | more
    return Source(1, 7, document="week-1.md", title=title, link=link, score=1, coverage=1, **values)


def shown(card: Card, text: str = "So.", state: AnswerState = AnswerState.DONE) -> list[str]:
    """The lines of a message below its question."""
    (part,) = Frame(answer("Why?")).parts(Snapshot(1, state, text, 1, card=card))
    return part.split("\n")[1:]


def test_sources_stand_below_the_text_in_small_print() -> None:
    sources = (source(heading="Dropout", page=3, link=LINK), source("Adam", origin=Origin.HANDBOOK))
    assert shown(Card(Basis.NOTES, sources=sources)) == [
        "So.",
        f"-# \\[1\\] Week 1 — Dropout, p. 3 {LINK}",
        "-# \\[1\\] Adam \\(handbook\\)",
        "-# gpt2-xl · seed 12345 · 1 token",
    ]


def test_sources_stand_there_while_the_answer_grows() -> None:
    lines = shown(Card(Basis.NOTES, sources=(source(),)), state=AnswerState.GENERATING)
    assert lines == ["So. ▌", "-# \\[1\\] Week 1"]


def test_memory_is_marked_and_an_endorsed_answer_too() -> None:
    assert "-# ⚠️ From the model's memory, unchecked." in shown(Card(Basis.MEMORY))
    lines = shown(Card(Basis.ANSWERED, sources=(source(),)))
    assert lines[1].startswith("-# ✅ Already answered here;")
    assert not any("seed" in line for line in lines)


def test_nothing_is_marked_before_there_is_a_word() -> None:
    assert not any("unchecked" in line for line in shown(Card(Basis.MEMORY), text=""))


def test_markup_in_a_title_is_none_and_links_are_kept() -> None:
    evil = "**[free](https://evil.example)** <@1> @everyone # `x` ||y||"
    line = shown(Card(Basis.NOTES, sources=(source(evil, link=LINK),)))[1]
    assert line.endswith(f" {LINK}")
    words = line.removeprefix("-# ").removesuffix(LINK)
    assert not re.search(r"(?<!\\)[*_`|\[\]()#>]", words)
    assert "<@1" not in words
    assert "@everyone" not in words


def test_a_long_title_is_cut_and_its_link_is_not() -> None:
    line = shown(Card(Basis.NOTES, sources=(source("word " * 200, link=LINK),)))[1]
    assert line.endswith(f"word… {LINK}")
    assert len(line) < 250


@pytest.mark.parametrize("character", ["_", "🤖", "@everyone "])
@pytest.mark.parametrize("length", [100, 1_500, 1_900, 5_000])
def test_no_sources_make_a_message_too_long(character: str, length: int) -> None:
    sources = (source(character * 300, link=LINK, heading="_" * 300, page=3),) * 3
    frame = Frame(answer("_" * 500), note="word " * 40)
    card, text = Card(Basis.NOTES, sources=sources), "abc " * (length // 4)
    for part in frame.parts(Snapshot(1, AnswerState.DONE, text, 9, notice=NOTICE, card=card)):
        assert message_length(part) <= 2_000
