"""Faults: answers that fail, answers that are lost on the way, and a Discord that is gone."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from tests.discord_server_tests.conftest import Lab


async def test_a_failed_request_is_retried(lab: Lab) -> None:
    fault = lab.server.fail_next("POST", r"/channels/\d+/messages$", status=502)
    await lab.bot.get_partial_messageable(lab.general.id).send("once")
    assert fault.num_met == 1
    assert len(lab.general.messages) == 1
    assert lab.server.statistics.count("POST", r"/channels/\d+/messages", 502) == 1


async def test_an_answer_lost_after_its_effect_posts_follow_ups_twice(lab: Lab) -> None:
    async def talk(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        await interaction.followup.send("twice")

    lab.bot.on_ask = talk
    lab.server.fail_next("POST", r"/webhooks/\d+/[^/]+$", after_effect=True)
    interaction = await lab.ada.slash(lab.general, "ask", question="Twice?")
    await interaction.followed_up(2)
    lab.server.fail_next("POST", r"/messages$", after_effect=True)
    await lab.bot.get_partial_messageable(lab.general.id).send("once, by its nonce")
    texts = [message.content for message in lab.general.messages]
    assert texts == ["first", "twice", "twice", "once, by its nonce"]


async def test_a_connection_can_die_before_or_after_the_effect(lab: Lab) -> None:
    channel = lab.bot.get_partial_messageable(lab.general.id)
    for after_effect in (False, True):
        lab.server.fail_next("POST", r"/messages$", None, after_effect=after_effect)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("x", nonce=f"n-{after_effect}")
        assert len(lab.general.messages) == int(after_effect)
    await channel.send("x", nonce="n-True")
    assert len(lab.general.messages) == 1
    assert lab.server.statistics.num_aborted == 2


async def test_answers_can_be_slow(lab: Lab) -> None:
    channel = lab.bot.get_partial_messageable(lab.general.id)
    fault = lab.server.delay_next("POST", r"/messages$", 0.15)
    started = lab.server.clock.monotonic()
    await channel.send("slow")
    assert lab.server.clock.monotonic() - started >= 0.15
    assert fault.num_met == 1
    await channel.send("fast")
    assert fault.num_met == 1
    lab.server.set_latency(0.1)
    started = lab.server.clock.monotonic()
    await channel.send("slow again")
    assert lab.server.clock.monotonic() - started >= 0.1


async def test_an_outage_ends_and_the_bot_comes_back(lab: Lab) -> None:
    channel = lab.bot.get_partial_messageable(lab.general.id)
    with lab.server.offline():
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("lost")
        await lab.server.until(lambda: not lab.server.gateway.is_connected)
        await lab.ada.dm("while you were away")
    await lab.server.until(lambda: lab.bot.heard, timeout=10)
    assert lab.bot.heard[0].content == "while you were away"
    await channel.send("back")
    assert [message.content for message in lab.general.messages] == ["back"]


async def test_a_wrong_token_is_refused_on_every_route(lab: Lab) -> None:
    lab.server.world.application.token = "changed"
    with pytest.raises(discord.HTTPException) as refused:
        await lab.bot.get_partial_messageable(lab.general.id).send("x")
    assert refused.value.status == 401
    assert lab.server.statistics.num_invalid == 1


async def test_an_unknown_route_is_not_found(lab: Lab) -> None:
    with pytest.raises(discord.NotFound, match="404: Not Found"):
        await lab.bot.http.request(discord.http.Route("GET", "/no/such/route"))
    with pytest.raises(discord.HTTPException, match="405"):
        await lab.bot.http.request(discord.http.Route("DELETE", "/users/@me"))
