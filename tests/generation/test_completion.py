"""The latest text of one answer."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason
from bot.generation.completion import Completion
from bot.generation.request import TokenEvent
from bot.generation.tokenizer import Tokenizer
from tests.models import VOCABULARY


class Driven:
    """A completion that the test feeds, and a note of whether its request was withdrawn."""

    def __init__(self, tokenizer: Tokenizer, *stop: str) -> None:
        self.num_cancels = 0
        self.tokenizer = tokenizer
        self.completion = Completion(tokenizer.detokenizer(), stop, self._cancel)

    def _cancel(self) -> None:
        self.num_cancels += 1

    def write(self, text: str) -> None:
        for token in self.tokenizer.encode(text):
            self.completion.on_token(TokenEvent(1, token))

    def end(self, reason: FinishReason, error_id: str | None = None) -> None:
        self.completion.on_token(TokenEvent(1, None, reason, error_id))


@pytest.fixture
def tokenizer(tiny_folder: Path) -> Tokenizer:
    return Tokenizer(tiny_folder, "tiny", VOCABULARY, 0)


async def rest(completion: Completion) -> list[Progress]:
    async with asyncio.timeout(5):
        return [progress async for progress in completion]


async def test_whoever_comes_late_sees_only_the_newest_text(tokenizer: Tokenizer) -> None:
    driven = Driven(tokenizer)
    driven.write("A neural network")
    first = await anext(driven.completion)
    assert first.text == "A neural network"
    assert first.finish_reason is None
    driven.write(" learns")
    driven.write(" slowly")
    driven.end(FinishReason.END_OF_TEXT)
    (last,) = await rest(driven.completion)
    assert last.text == "A neural network learns slowly"
    assert last.finish_reason == FinishReason.END_OF_TEXT
    assert last.num_new_tokens == len(tokenizer.encode("A neural network")) + len(
        tokenizer.encode(" learns")
    ) + len(tokenizer.encode(" slowly"))


async def test_iteration_waits_for_news(tokenizer: Tokenizer) -> None:
    driven = Driven(tokenizer)
    waiting = asyncio.ensure_future(anext(driven.completion))
    await asyncio.sleep(0)
    assert not waiting.done()
    driven.write("loss")
    assert (await waiting).text == "loss"


async def test_position_and_wait_are_news_until_it_starts(tokenizer: Tokenizer) -> None:
    driven = Driven(tokenizer)
    driven.completion.on_waiting(3, 1.5)
    assert await anext(driven.completion) == Progress("", 0, 3, 1.5)
    driven.completion.on_started()
    driven.completion.on_started()
    assert await anext(driven.completion) == Progress("", 0)
    driven.end(FinishReason.LENGTH)
    assert len(await rest(driven.completion)) == 1


async def test_a_stop_string_ends_the_answer_and_withdraws_the_request(
    tokenizer: Tokenizer,
) -> None:
    driven = Driven(tokenizer, "\nQuestion:")
    driven.write("A number.\nQuest")
    assert driven.completion.latest.text == "A number."
    driven.write("ion: What is next? And then")
    (last,) = await rest(driven.completion)
    assert (last.text, last.finish_reason) == ("A number.", FinishReason.STOP)
    assert driven.num_cancels == 1


async def test_a_held_back_end_is_shown_when_no_stop_string_followed(
    tokenizer: Tokenizer,
) -> None:
    driven = Driven(tokenizer, "\nQuestion:")
    driven.write("A number.\nQ")
    driven.end(FinishReason.LENGTH)
    (last,) = await rest(driven.completion)
    assert last.text == "A number.\nQ"


async def test_cancelling_ends_the_iteration_with_the_text_so_far(tokenizer: Tokenizer) -> None:
    driven = Driven(tokenizer)
    driven.write("A neural")
    driven.completion.cancel()
    driven.completion.cancel()
    driven.write(" network")
    driven.end(FinishReason.LENGTH)
    driven.completion.on_waiting(1, None)
    (last,) = await rest(driven.completion)
    assert (last.text, last.finish_reason) == ("A neural", FinishReason.CANCELLED)
    assert driven.num_cancels == 1
    assert await rest(driven.completion) == []


async def test_cancelling_after_the_end_changes_nothing(tokenizer: Tokenizer) -> None:
    driven = Driven(tokenizer)
    driven.end(FinishReason.FAILED, "e1")
    driven.completion.cancel()
    (last,) = await rest(driven.completion)
    assert (last.finish_reason, last.error_id) == (FinishReason.FAILED, "e1")
    assert driven.num_cancels == 0


async def test_half_a_character_at_the_end_is_left_out(tokenizer: Tokenizer) -> None:
    driven = Driven(tokenizer)
    smiling = Tokenizer.encode(tokenizer, "🤖")
    assert len(smiling) > 1
    driven.write("ok ")
    for token in smiling[:-1]:
        driven.completion.on_token(TokenEvent(1, token))
    driven.end(FinishReason.LENGTH)
    (last,) = await rest(driven.completion)
    assert last.text == "ok "
