"""Interactions: commands, their three seconds and fifteen minutes, and who sees the answers."""

from __future__ import annotations

import discord

from tests.discord_server_tests.conftest import Lab


async def test_a_slash_command_is_answered(lab: Lab) -> None:
    interaction = await lab.ada.slash(lab.general, "ask", question="What is dropout?")
    message = await interaction.responded()
    assert message.content == "hello"
    assert interaction.acknowledge_seconds < 3
    assert lab.bob.sees(message)
    assert lab.general.last_message is message
    assert "Lectern: hello" in lab.server.transcript(lab.general, lab.bob)
    assert message.payload()["interaction_metadata"]["user"]["username"] == "ada"


async def test_a_deferred_answer_is_filled_and_edited(lab: Lab) -> None:
    async def stream(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        for text in ("one", "one two", "one two three"):
            await interaction.edit_original_response(content=text)

    lab.bot.on_ask = stream
    interaction = await lab.ada.slash(lab.general, "ask", question="Count")
    message = await interaction.responded()
    await lab.server.until(lambda: message.content == "one two three")
    assert [version.content for version in message.versions] == ["", "one", "one two"] + [
        "one two three"
    ]
    assert message.versions[0].is_loading
    assert message.versions[1].at <= message.versions[2].at
