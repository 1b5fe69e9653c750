"""`/complete` as people meet it."""

import asyncio

import pytest

from bot.domain.sampling import FinishReason
from tests.cogs.conftest import Scene
from tests.discord_server import Message
from tests.discord_server.refusal import NotPossible
from tests.scripted_models import Script


async def complete(scene: Scene, text: str = "Once", **options: object) -> Message:
    """Ada's text is continued; the final message."""
    return await scene.final(await scene.ada.slash(scene.channel, "complete", text=text, **options))


async def refusal(scene: Scene, text: str = "Once", **options: object) -> str:
    """Ada's text is refused; the sentence."""
    asked = await scene.ada.slash(scene.channel, "complete", text=text, **options)
    return (await asked.responded()).content


async def test_the_continuation_streams_behind_the_persons_text(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(words=[" upon", " a", " time."], gate=gate)]
    asked = await bot.ada.slash(bot.channel, "complete", text="Once", seed=3)
    message = await asked.responded()
    await bot.server.until(lambda: "**Once** upon ▌" in message.content)
    gate.set()
    await bot.ended(message)
    assert message.content == "**Once** upon a time.\n-# small · seed 3 · 3 tokens"
    assert bot.pool.prompts == ["Once"]
    assert message.thread is None


async def test_parameters_reach_the_sampler(bot: Scene) -> None:
    await bot.final(
        await bot.ada.slash(
            bot.channel,
            "complete",
            text="Once",
            max_new_tokens=12,
            temperature=0.0,
            top_k=5,
            top_p=0.5,
            repetition_penalty=1.5,
            seed=9,
        )
    )
    (sampling,) = bot.pool.samplings
    assert (sampling.max_new_tokens, sampling.temperature, sampling.top_k) == (12, 0.0, 5)
    assert (sampling.top_p, sampling.repetition_penalty, sampling.seed) == (0.5, 1.5, 9)


async def test_an_essay_is_the_longest_text(bot: Scene) -> None:
    await bot.final(await bot.ada.slash(bot.channel, "complete", text="Dropout", length="essay"))
    assert bot.pool.samplings[0].max_new_tokens == 600


async def test_a_continuation_goes_on_and_enters_no_context(bot: Scene) -> None:
    bot.pool.scripts = [
        Script(words=[" upon"], finish_reason=FinishReason.LENGTH),
        Script(words=[" a", " time."]),
    ]
    message = await bot.final(await bot.ada.slash(bot.channel, "complete", text="Once"))
    await bot.ada.click(message, "Continue")
    await bot.server.until(lambda: "**Once** upon a time." in message.content)
    await bot.ended(message)
    await bot.ask("Why?")
    assert "Once" not in bot.pool.prompts[-1]


async def test_a_text_that_leaves_no_room_is_refused_in_numbers(bot: Scene) -> None:
    bot.pool.window = 100
    asked = await bot.ada.slash(bot.channel, "complete", text="word " * 90, max_new_tokens=50)
    message = await asked.responded()
    await bot.server.until(lambda: "Your text has 90 tokens and only 50 fit" in message.content)


async def test_a_private_continuation_is_seen_by_its_asker_only(bot: Scene) -> None:
    message = await bot.final(
        await bot.ada.slash(bot.channel, "complete", text="Once", private=True)
    )
    assert bot.ada.sees(message)
    assert not bot.bob.sees(message)


@pytest.mark.parametrize(
    ("length", "num_tokens"), [("short", 64), ("normal", 160), ("long", 320), ("essay", 600)]
)
async def test_each_length_has_its_number_of_tokens(
    bot: Scene, length: str, num_tokens: int
) -> None:
    await complete(bot, length=length)
    await complete(bot, length=length, max_new_tokens=7)
    assert [each.max_new_tokens for each in bot.pool.samplings] == [num_tokens, 7]


async def test_what_is_not_named_comes_from_the_server(bot: Scene) -> None:
    message = await complete(bot)
    (sampling,) = bot.pool.samplings
    assert (sampling.temperature, sampling.top_p, sampling.max_new_tokens) == (0.7, 0.9, 160)
    assert (sampling.top_k, sampling.repetition_penalty, sampling.stop) == (0, 1.0, ())
    assert f"seed {sampling.seed}" in message.content


@pytest.mark.parametrize(
    "options",
    [
        {"max_new_tokens": 0},
        {"max_new_tokens": 1025},
        {"temperature": 5.1},
        {"top_k": -1},
        {"top_k": 50_258},
        {"top_p": 0.0},
        {"repetition_penalty": 0.9},
        {"repetition_penalty": 2.1},
        {"seed": -1},
        {"samples": 0},
        {"samples": 6},
        {"length": "endless"},
        {"model": "x" * 101},
    ],
)
async def test_values_out_of_range_cannot_be_sent(bot: Scene, options: dict[str, object]) -> None:
    with pytest.raises(NotPossible):
        await bot.ada.slash(bot.channel, "complete", text="Once", **options)


async def test_another_model_can_be_named_and_is_suggested(bot: Scene) -> None:
    typed = await bot.ada.autocomplete(bot.channel, "complete", "model", "ti", text="Once")
    assert await typed.suggestions() == ["tiny"]
    assert "-# tiny · seed" in (await complete(bot, model="tiny")).content


async def test_an_unknown_model_is_named_with_the_known_ones(bot: Scene) -> None:
    sentence = await refusal(bot, model="gpt-5")
    assert sentence == "There is no model gpt-5; there are large, small and tiny."


async def test_a_word_that_was_begun_is_ended_without_a_gap(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=["ention", " is"], finish_reason=FinishReason.LENGTH)]
    message = await complete(bot, "Att")
    assert message.content.startswith("**Att**ention is\n")
    bot.pool.scripts = [Script(words=[" all."])]
    await bot.ada.click(message, "Continue")
    await bot.server.until(lambda: "**Att**ention is all." in message.content)
    await bot.ended(message)
    assert bot.pool.prompts == ["Att", "Attention is"]


async def test_a_line_break_behind_the_text_is_kept(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=["\n", "Second line"])]
    assert (await complete(bot, "First line")).content.startswith("**First line**\nSecond line\n")


async def test_markup_in_the_text_is_shown_as_it_is(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[" b"])]
    assert (await complete(bot, "a ** `x` #")).content.startswith("**a \\*\\* \\`x\\` \\#** b\n")


async def test_of_a_long_text_the_end_is_shown_and_all_is_read(bot: Scene) -> None:
    text = " ".join(f"word{number}" for number in range(200))
    message = await complete(bot, text)
    assert message.content.startswith("**…word")
    assert "word199**Dropout zeroes" in message.content
    assert len(message.content) < 700
    assert bot.pool.prompts == [text]


@pytest.mark.parametrize("text", ["🤖🤖", "…", "1 + 1 ="])
async def test_a_text_needs_no_word(bot: Scene, text: str) -> None:
    await complete(bot, text)
    assert bot.pool.prompts == [text]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "\u200b\u200b",
            "There is no text to continue; please write a beginning, for example: Once upon a time",
        ),
        ("x" * 4_001, "Your text has 4,001 characters; please shorten it to 4,000 or fewer."),
    ],
)
async def test_a_text_that_cannot_be_continued_gets_one_sentence(
    bot: Scene, text: str, sentence: str
) -> None:
    assert await refusal(bot, text) == sentence
    assert bot.pool.prompts == []


async def test_a_text_pings_nobody(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[" @here", f" {bot.bob.mention}"])]
    message = await complete(bot, f"@everyone {bot.bob.mention}")
    assert not message.pinged_everyone
    assert message.pinged_users == []
    assert "@everyone" not in message.content
    assert "@here" not in message.content


async def test_a_continuation_neither_reads_nor_enters_the_context(bot: Scene) -> None:
    await bot.ask("What is dropout?")
    await complete(bot, "Once")
    await bot.ask("And why?")
    assert bot.pool.prompts[1] == "Once"
    assert "What is dropout?" in bot.pool.prompts[2]
    assert "Once" not in bot.pool.prompts[2]


async def test_a_private_essay_of_many_messages_stays_private(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    bot.pool.scripts = [Script(words=[f" word{number}" for number in range(500)])]
    await bot.ada.slash(bot.channel, "complete", text="Once", length="essay", private=True)
    await bot.server.until(
        lambda: bot.server.messages and "Regenerate" in bot.server.messages[-1].buttons, 10
    )
    assert len(bot.server.messages) >= 2
    assert all(message.is_ephemeral for message in bot.server.messages)


async def test_direct_messages_continue_texts_too(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.ada.dm_channel, "complete", text="Once")
    assert "zeroes" in (await bot.final(asked)).content
