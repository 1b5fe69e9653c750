"""Threads: how they start, who is told, and what archiving and locking stop."""

from __future__ import annotations

import discord
import pytest

from tests.discord_server import DiscordError, Permission, Thread
from tests.discord_server_tests.conftest import Lab


async def start_thread(lab: Lab) -> tuple[discord.Thread, Thread]:
    """A thread of the bot on one of its own messages, from both sides."""
    channel = lab.bot.get_channel(lab.general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("an answer")
    thread = await message.create_thread(name="What is dropout?")
    return thread, lab.guild.threads[-1]


async def test_a_thread_grows_from_a_message_once(lab: Lab) -> None:
    thread, kept = await start_thread(lab)
    message = lab.general.messages[0]
    assert message.thread is kept
    assert kept.id == message.id
    assert kept.parent is lab.general
    await lab.server.until(lambda: "thread_create" in lab.bot.events)
    await thread.send("ask on here")
    await lab.ada.say(kept, "why?", mention=[lab.server.bot_user])
    await lab.server.until(lambda: lab.bot.heard)
    assert isinstance(lab.bot.heard[0].channel, discord.Thread)
    assert lab.ada.id in kept.member_ids
    with pytest.raises(discord.HTTPException) as refused:
        await lab.bot.http.start_thread_with_message(
            lab.general.id, message.id, name="again", auto_archive_duration=1440
        )
    assert refused.value.code == 160004
    history = [m.type async for m in thread.history()]
    assert history[-1] is discord.MessageType.thread_starter_message
    text = lab.server.transcript(lab.general)
    assert "└ thread: What is dropout?" in text
    assert "ask on here" in text


async def test_a_thread_on_an_interaction_response(lab: Lab) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello")
        response = await interaction.original_response()
        channel = lab.bot.get_channel(response.channel.id)
        assert isinstance(channel, discord.TextChannel)
        message = await channel.fetch_message(response.id)
        thread = await message.create_thread(name="More")
        await thread.send("reply to this message or mention me")

    lab.bot.on_ask = answer
    message = await (await lab.ada.slash(lab.general, "ask", question="Thread?")).responded()
    thread = await lab.server.until(lambda: message.thread)
    await lab.server.until(lambda: len(thread.messages) == 2)


async def test_a_thread_needs_a_name_of_up_to_a_hundred_characters(lab: Lab) -> None:
    channel = lab.bot.get_channel(lab.general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("x")
    for name in ("", "n" * 101):
        with pytest.raises(discord.HTTPException) as refused:
            await message.create_thread(name=name)
        assert refused.value.code == 50035
    await message.create_thread(name="n" * 100)


async def test_a_thread_of_its_own(lab: Lab) -> None:
    channel = lab.bot.get_channel(lab.general.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="Study", type=discord.ChannelType.public_thread)
    await thread.send("welcome")
    assert [thread.name for thread in lab.general.threads] == ["Study"]
    assert lab.general.messages[-1].type == 18


async def test_an_archived_thread_wakes_up_unless_it_is_locked(lab: Lab) -> None:
    thread, kept = await start_thread(lab)
    sent = await thread.send("before")
    kept.archive()
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(content="changed")
    assert refused.value.code == 50083
    await thread.send("awake")
    assert not kept.archived
    kept.lock()
    with pytest.raises(discord.HTTPException) as refused:
        await thread.send("locked out")
    assert refused.value.code == 160005
    with pytest.raises(DiscordError, match="locked"):
        await lab.ada.say(kept, "me too")


async def test_a_deleted_thread_is_unknown(lab: Lab) -> None:
    thread, kept = await start_thread(lab)
    kept.delete()
    with pytest.raises(discord.NotFound) as refused:
        await thread.send("anyone?")
    assert refused.value.code == 10003
    await lab.server.until(lambda: "raw_thread_delete" in lab.bot.events)


async def test_the_bot_renames_archives_and_leaves(lab: Lab) -> None:
    thread, kept = await start_thread(lab)
    await thread.edit(name="Renamed")
    assert kept.name == "Renamed"
    with pytest.raises(discord.Forbidden):
        await thread.edit(locked=True)
    await thread.leave()
    assert lab.server.bot_user.id not in kept.member_ids
    await thread.join()
    await thread.add_user(discord.Object(lab.bob.id))
    assert {member.id for member in await thread.fetch_members()} == set(kept.member_ids)
    await thread.edit(archived=True)
    assert kept.archived


async def test_people_start_threads_too(lab: Lab) -> None:
    said = await lab.ada.say(lab.general, "Who knows BPE?")
    thread = await lab.ada.start_thread(said, "BPE")
    await lab.server.until(lambda: "thread_create" in lab.bot.events)
    lab.general.deny(lab.guild.everyone, Permission.CREATE_PUBLIC_THREADS)
    more = await lab.bob.say(lab.general, "And me?")
    with pytest.raises(DiscordError, match="50013"):
        await lab.bob.start_thread(more, "no")
    assert thread.owner is lab.ada


async def test_a_private_thread_is_for_its_members(lab: Lab) -> None:
    secret = lab.general.start_private_thread("exam", lab.ada)
    assert secret.can(lab.ada, Permission.VIEW_CHANNEL)
    assert not secret.can(lab.bob, Permission.VIEW_CHANNEL)
    assert lab.bot.get_channel(secret.id) is None
    with pytest.raises(discord.Forbidden):
        await lab.bot.get_partial_messageable(secret.id).send("hello")
    secret.add_member(lab.server.bot_user)
    await lab.server.until(lambda: lab.bot.get_channel(secret.id) is not None)
    channel = lab.bot.get_channel(secret.id)
    assert isinstance(channel, discord.Thread)
    assert channel.is_private()
    await channel.send("hello")
