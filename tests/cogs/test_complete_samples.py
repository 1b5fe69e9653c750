"""`/complete samples:`: several texts in one answer."""

import asyncio

import pytest

from bot.domain.sampling import FinishReason
from tests.cogs.conftest import Scene
from tests.discord_server import Message
from tests.scripted_models import Script


async def complete(scene: Scene, text: str = "Once", **options: object) -> Message:
    """Ada's text is continued; the final message."""
    return await scene.final(await scene.ada.slash(scene.channel, "complete", text=text, **options))


async def test_several_samples_stand_under_numbered_headings(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[" one"]), Script(words=[" two"])]
    asked = await bot.ada.slash(bot.channel, "complete", text="Count:", samples=2, seed=5)
    message = await bot.final(asked)
    assert "**Sample 1 · seed 5**\none" in message.content
    assert "**Sample 2 · seed 6**\ntwo" in message.content


@pytest.mark.parametrize("num_samples", [1, 2, 3, 4, 5])
async def test_one_to_five_samples_stand_one_after_another_with_their_seeds(
    bot: Scene, num_samples: int
) -> None:
    bot.pool.scripts = [Script(words=[f" text{number}"]) for number in range(5)]
    message = await complete(bot, "Count:", samples=num_samples, seed=40)
    assert [each.seed for each in bot.pool.samplings] == list(range(40, 40 + num_samples))
    found = [message.content.index(f"text{number}") for number in range(num_samples)]
    assert found == sorted(found)
    assert message.content.count("**Sample ") == (num_samples if num_samples > 1 else 0)
    assert message.content.endswith(
        f"-# small · seed 40 · {num_samples} token" + "s" * (num_samples > 1)
    )


async def test_several_samples_stand_below_the_text_they_continue(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[" one"]), Script(words=[" two"])]
    message = await complete(bot, "Count:", samples=2, seed=5)
    assert message.content == (
        "> Count:\n**Sample 1 · seed 5**\none\n\n**Sample 2 · seed 6**\ntwo\n"
        "-# small · seed 5 · 2 tokens"
    )


async def test_several_samples_tell_that_they_wait(bot: Scene) -> None:
    admission = asyncio.Event()
    bot.pool.scripts = [Script(admission=admission)]
    asked = await bot.ada.slash(bot.channel, "complete", text="Once", samples=3)
    message = await asked.responded()
    await bot.server.until(lambda: "⏳ In line: 1 answer ahead" in message.content)
    assert "Sample" not in message.content
    admission.set()
    await bot.ended(message)


async def test_several_samples_without_a_word_say_so(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[])]
    message = await complete(bot, samples=2)
    assert "The model had nothing to say" in message.content
    assert "Sample" not in message.content


async def test_several_samples_that_were_cut_off_offer_no_way_on(bot: Scene) -> None:
    bot.pool.scripts = [Script(finish_reason=FinishReason.LENGTH)]
    assert (await complete(bot, samples=2)).buttons == ["Regenerate", "Details", "Look inside"]
    assert (await complete(bot)).buttons == ["Regenerate", "Continue", "Details", "Look inside"]


async def test_five_essays_are_split_and_lose_no_word(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    words = [f" word{number}" for number in range(300)]
    bot.pool.scripts = [Script(words=words)]
    await bot.ada.slash(bot.channel, "complete", text="Once", samples=5, length="essay")
    await bot.server.until(
        lambda: bot.server.messages and "Regenerate" in bot.server.messages[-1].buttons, 10
    )
    parts = [each.content for each in bot.server.messages]
    assert all(len(part) <= 2_000 for part in parts)
    assert " ".join(" ".join(parts).split()).count("word299") == 5


async def test_stop_ends_all_samples(bot: Scene) -> None:
    bot.pool.scripts = [Script(gate=asyncio.Event())]
    asked = await bot.ada.slash(bot.channel, "complete", text="Once", samples=3)
    message = await asked.responded()
    await bot.server.until(lambda: "Sample 3" in message.content)
    await bot.ada.click(message, "Stop")
    await bot.ended(message)
    assert "⏹ Stopped." in message.content
    assert message.buttons == ["Regenerate", "Details", "Look inside"]
