"""An answer as the text of messages."""

from datetime import UTC, datetime

import pytest

from bot.cogs.frame import Frame
from bot.domain.answer import Answer, AnswerKind, AnswerState
from bot.domain.conversation import Conversation
from bot.domain.sampling import SamplingParams
from bot.domain.splitting import message_length
from bot.service.snapshot import Snapshot

NOTICE = "3 earlier questions no longer fit into the model's memory and were left out."


def answer(question: str = "What is (really) dropout? " * 9) -> Answer:
    return Answer(
        id=1,
        source="interaction:1",
        kind=AnswerKind.ASK,
        state=AnswerState.DONE,
        conversation=Conversation("1", "2"),
        asker_id="3",
        asker_name="Ada",
        question=question,
        model="gpt2-xl",
        revision=None,
        sampling=SamplingParams(seed=12345),
        is_private=False,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


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
