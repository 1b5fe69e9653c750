"""Watching: what the transcript shows to whom, and how a test waits."""

from __future__ import annotations

import asyncio
import re

import discord
import pytest

from tests.discord_server import waiting
from tests.discord_server_tests.conftest import Lab


async def test_the_transcript_reads_like_the_screen(lab: Lab) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Why?", custom_id="why"))
        view.add_item(discord.ui.Button(label="Off", custom_id="off", disabled=True))
        embed = discord.Embed(title="Sources", description="Notes")
        embed.add_field(name="[1]", value="dropout")
        await interaction.response.defer()
        await interaction.edit_original_response(content="Dropout\nswitches")
        await interaction.edit_original_response(
            content="Dropout\nswitches off", embed=embed, view=view
        )
        await interaction.followup.send("only you", ephemeral=True)

    lab.bot.on_ask = answer
    lab.server.rate_limits.lift()
    await lab.ada.say(lab.general, "Morning")
    interaction = await lab.ada.slash(lab.general, "ask", question="What is dropout?")
    await interaction.followed_up()
    text = re.sub(r"\[\d\d:\d\d:\d\d]", "[time]", lab.server.transcript(lab.general, lab.ada))
    assert text == (
        "# general\n"
        "[time] ada: Morning\n"
        "[time] Lectern (edited 1×): Dropout\n"
        "    switches off\n"
        "    │ **Sources**\n"
        "    │ Notes\n"
        "    │ [1]: dropout\n"
        "    [Why?] [Off (off)]\n"
        "[time] Lectern (only ada sees this): only you"
    )
    assert "only you" not in lab.server.transcript(lab.general, lab.bob)


async def test_waiting_ends_as_soon_as_it_is_true(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SECOND_LOOK_SECONDS", 600)
    watching = asyncio.create_task(lab.server.until(lambda: lab.general.messages, 600))
    await asyncio.sleep(0.01)
    said = await lab.ada.say(lab.general, "now")
    assert await watching == [said]


async def test_waiting_in_vain_shows_what_was_there_instead(lab: Lab) -> None:
    await lab.ada.say(lab.general, "something else")
    with pytest.raises(AssertionError, match="ada: something else"):
        await lab.server.until(lambda: False, timeout=0.05)


async def test_a_thinking_answer_is_seen_as_such(lab: Lab) -> None:
    lab.bot.on_ask = lambda interaction: interaction.response.defer()
    interaction = await lab.ada.slash(lab.general, "ask", question="Hm?")
    await interaction.acknowledged()
    assert "… is thinking" in lab.server.transcript(lab.general, lab.bob)
    with pytest.raises(AssertionError, match="not responded to"):
        await interaction.responded(timeout=0.05)


async def test_the_statistics_know_every_request(lab: Lab) -> None:
    await lab.bot.get_partial_messageable(lab.general.id).send("x")
    record = lab.server.statistics.matching("POST", r"/channels/\d+/messages")[0]
    assert record.status == 200
    assert record.route == "/channels/{channel_id}/messages"
    await lab.server.quiet(0.01)
