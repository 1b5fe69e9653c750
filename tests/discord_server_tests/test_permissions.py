"""Permissions: what a missing one answers, and that taking one away works at once."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable

import discord
import pytest

from tests.discord_server import DiscordError, Permission
from tests.discord_server_tests.conftest import Lab

Attempt = Callable[[discord.TextChannel], Awaitable[object]]


def text_channel(lab: Lab) -> discord.TextChannel:
    """The general channel as the bot knows it."""
    channel = lab.bot.get_channel(lab.general.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


@pytest.mark.parametrize(
    ("taken", "attempt", "code"),
    [
        (Permission.VIEW_CHANNEL, lambda c: c.send("x"), 50001),
        (Permission.SEND_MESSAGES, lambda c: c.send("x"), 50013),
        (Permission.EMBED_LINKS, lambda c: c.send(embed=discord.Embed(title="x")), 50013),
        (
            Permission.ATTACH_FILES,
            lambda c: c.send(file=discord.File(io.BytesIO(b"x"), "x.txt")),
            50013,
        ),
        (
            Permission.CREATE_PUBLIC_THREADS,
            lambda c: c.get_partial_message(c.last_message_id or 0).create_thread(name="x"),
            50013,
        ),
        (
            Permission.READ_MESSAGE_HISTORY,
            lambda c: c.fetch_message(c.last_message_id or 0),
            50001,
        ),
        (Permission.SEND_MESSAGES, lambda c: c.typing().__aenter__(), 50013),
    ],
)
async def test_a_missing_permission_has_its_own_code(
    lab: Lab, taken: Permission, attempt: Attempt, code: int
) -> None:
    channel = text_channel(lab)
    await channel.send("before")
    await lab.server.until(lambda: channel.last_message_id)
    lab.general.deny(lab.server.bot_user, taken)
    with pytest.raises(discord.Forbidden) as refused:
        await attempt(channel)
    assert (refused.value.status, refused.value.code) == (403, code)
    lab.general.allow(lab.server.bot_user, taken)
    await attempt(channel)


async def test_speaking_in_threads_is_a_permission_of_its_own(lab: Lab) -> None:
    message = await text_channel(lab).send("x")
    thread = await message.create_thread(name="x")
    lab.general.deny(lab.server.bot_user, Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden) as refused:
        await thread.send("x")
    assert refused.value.code == 50013
    lab.general.allow(lab.server.bot_user, Permission.SEND_MESSAGES_IN_THREADS)
    lab.general.deny(lab.server.bot_user, Permission.SEND_MESSAGES)
    await thread.send("x")


async def test_roles_can_lose_permissions_and_the_bot_is_told(lab: Lab) -> None:
    lab.guild.everyone.deny(Permission.SEND_MESSAGES)
    lab.guild.bot_role.deny(Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden):
        await text_channel(lab).send("x")
    await lab.server.until(lambda: lab.bot.events.count("guild_role_update") == 2)
    assert not text_channel(lab).permissions_for(text_channel(lab).guild.me).send_messages
    lab.general.allow(lab.guild.bot_role, Permission.SEND_MESSAGES)
    await lab.server.until(lambda: "guild_channel_update" in lab.bot.events)
    assert text_channel(lab).permissions_for(text_channel(lab).guild.me).send_messages
    await text_channel(lab).send("x")


async def test_administrators_and_owners_may_do_everything(lab: Lab) -> None:
    lab.general.deny(lab.guild.everyone, Permission.SEND_MESSAGES)
    with pytest.raises(DiscordError, match="50013"):
        await lab.ada.say(lab.general, "x")
    lab.guild.give_role(lab.ada, lab.guild.add_role("Staff", Permission.ADMINISTRATOR))
    await lab.ada.say(lab.general, "x")
    await (await lab.ada.slash(lab.general, "secret")).responded()
    assert lab.general.can(lab.guild.owner, Permission.ADMINISTRATOR)


async def test_a_hidden_channel_is_silent_and_absent(lab: Lab) -> None:
    lab.general.deny(lab.server.bot_user, Permission.VIEW_CHANNEL)
    lab.general.deny(lab.bob, Permission.VIEW_CHANNEL)
    said = await lab.ada.say(lab.general, "quiet", mention=[lab.server.bot_user])
    await lab.ada.dm("loud")
    await lab.server.until(lambda: lab.bot.heard)
    assert [message.content for message in lab.bot.heard] == ["loud"]
    assert not lab.bob.sees(said)
    assert "not visible to bob" in lab.server.transcript(lab.general, lab.bob)


async def test_a_deleted_channel_is_unknown(lab: Lab) -> None:
    channel = text_channel(lab)
    message = await channel.send("x")
    lab.general.delete()
    for attempt in (channel.send("y"), message.edit(content="y")):
        with pytest.raises(discord.NotFound) as refused:
            await attempt
        assert refused.value.code == 10003
    await lab.server.until(lambda: "guild_channel_delete" in lab.bot.events)


async def test_history_is_empty_without_the_permission_to_read_it(lab: Lab) -> None:
    await text_channel(lab).send("x")
    lab.general.deny(lab.server.bot_user, Permission.READ_MESSAGE_HISTORY)
    assert [m async for m in text_channel(lab).history()] == []
    reference = discord.MessageReference(
        message_id=lab.general.messages[0].id, channel_id=lab.general.id
    )
    with pytest.raises(discord.HTTPException) as refused:
        await text_channel(lab).send("y", reference=reference)
    assert refused.value.code == 160002


async def test_a_kicked_bot_knows_no_channel_of_the_guild(lab: Lab) -> None:
    channel = text_channel(lab)
    lab.guild.leave(lab.server.bot_user)
    await lab.server.until(lambda: "guild_remove" in lab.bot.events)
    with pytest.raises(discord.NotFound):
        await channel.send("x")
