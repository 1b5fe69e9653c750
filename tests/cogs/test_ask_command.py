"""`/ask` as people meet it."""

import asyncio

from tests.cogs.conftest import Scene
from tests.scripted_models import Script


async def test_an_answer_streams_into_one_message_and_ends_with_buttons(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?", seed=7)
    message = await interaction.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    assert "▌" in message.content
    gate.set()
    await bot.ended(message)
    assert message.content == (
        "> What is dropout?\nDropout zeroes activations.\n-# small · seed 7 · 4 tokens"
    )
    assert message.buttons == ["Regenerate"]
    assert len(bot.channel.messages) == 1
    print(bot.seen())
