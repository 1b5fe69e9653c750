"""`/complete` as people meet it."""

import asyncio

from bot.domain.sampling import FinishReason
from tests.cogs.conftest import Scene
from tests.scripted_models import Script


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


async def test_several_samples_stand_under_numbered_headings(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[" one"]), Script(words=[" two"])]
    asked = await bot.ada.slash(bot.channel, "complete", text="Count:", samples=2, seed=5)
    message = await bot.final(asked)
    assert "**Sample 1 · seed 5**\none" in message.content
    assert "**Sample 2 · seed 6**\ntwo" in message.content


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
