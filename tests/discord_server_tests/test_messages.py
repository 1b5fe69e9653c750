"""Messages: what can be sent, changed, found again, and whom it pings."""

from __future__ import annotations

import io

import discord
import pytest

from tests.discord_server import NotPossible, Upload
from tests.discord_server_tests.conftest import Lab


def text_channel(lab: Lab) -> discord.TextChannel:
    """The general channel as the bot knows it."""
    channel = lab.bot.get_channel(lab.general.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_message_is_sent_edited_fetched_and_deleted(lab: Lab) -> None:
    sent = await text_channel(lab).send("one")
    await sent.edit(content="two")
    fetched = await text_channel(lab).fetch_message(sent.id)
    assert fetched.content == "two"
    assert fetched.edited_at is not None
    kept = lab.general.last_message
    assert kept is not None
    assert [version.content for version in kept.versions] == ["one", "two"]
    await sent.delete()
    assert kept.deleted
    with pytest.raises(discord.NotFound) as refused:
        await sent.edit(content="three")
    assert refused.value.code == 10008


async def test_two_thousand_characters_are_the_limit(lab: Lab) -> None:
    await text_channel(lab).send("x" * 2000)
    with pytest.raises(discord.HTTPException) as refused:
        await text_channel(lab).send("x" * 2001)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert "Must be 2000 or fewer in length." in str(refused.value)
    assert refused.value._errors == {
        "content": {
            "_errors": [
                {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
            ]
        }
    }


async def test_an_empty_message_is_refused(lab: Lab) -> None:
    sent = await text_channel(lab).send("x")
    for attempt in (text_channel(lab).send(" \n "), sent.edit(content="")):
        with pytest.raises(discord.HTTPException) as refused:
            await attempt
        assert refused.value.code == 50006


async def test_the_same_nonce_returns_the_earlier_message(lab: Lab) -> None:
    first = await text_channel(lab).send("once", nonce="part-1")
    second = await text_channel(lab).send("once", nonce="part-1")
    assert second.id == first.id
    assert len(lab.general.messages) == 1
    lab.server.clock.advance(3600)
    assert (await text_channel(lab).send("once", nonce="part-1")).id != first.id
    with pytest.raises(discord.HTTPException):
        await text_channel(lab).send("x", nonce="n" * 26)


async def test_history_is_paged_newest_first(lab: Lab) -> None:
    for number in range(7):
        await lab.ada.say(lab.general, f"<@{lab.server.bot_user.id}> {number}")
    newest = [m.content[-1] async for m in text_channel(lab).history(limit=3)]
    assert newest == ["6", "5", "4"]
    pivot = discord.Object(lab.general.messages[3].id)
    before = [m.content[-1] async for m in text_channel(lab).history(before=pivot)]
    after = [m.content[-1] async for m in text_channel(lab).history(after=pivot)]
    assert (before, after) == (["2", "1", "0"], ["4", "5", "6"])


async def test_a_reply_names_the_message_it_answers(lab: Lab) -> None:
    said = await lab.ada.say(lab.general, "Hi", mention=[lab.server.bot_user])
    reply = await text_channel(lab).send(
        "Hello", reference=discord.MessageReference(message_id=said.id, channel_id=lab.general.id)
    )
    assert reply.type is discord.MessageType.reply
    assert lab.general.last_message is not None
    assert lab.general.last_message.pinged_users == [lab.ada]
    await lab.ada.delete(said)
    with pytest.raises(discord.HTTPException, match="Unknown message"):
        await text_channel(lab).send("?", reference=reply.reference)


async def test_files_are_kept_and_can_be_downloaded(lab: Lab) -> None:
    file = discord.File(io.BytesIO(b"png"), "figure.png", description="A figure")
    sent = await text_channel(lab).send("look", file=file)
    assert await sent.attachments[0].read() == b"png"
    kept = lab.general.last_message
    assert kept is not None
    assert (kept.attachments[0].filename, kept.attachments[0].content) == ("figure.png", b"png")
    assert "figure.png" in lab.server.transcript()
    await sent.edit(attachments=[discord.File(io.BytesIO(b"second"), "second.txt")])
    assert [attachment.filename for attachment in kept.attachments] == ["second.txt"]
    await lab.ada.dm("mine", files=[Upload("hw2.txt", b"homework")])
    await lab.server.until(lambda: lab.bot.heard)
    assert await lab.bot.heard[0].attachments[0].read() == b"homework"


async def test_an_edit_adds_files_keeps_the_named_ones_and_is_held_to_discords_limits(
    lab: Lab,
) -> None:
    def file(name: str, description: str | None = None) -> discord.File:
        return discord.File(io.BytesIO(b"x"), name, description=description)

    lab.server.rate_limits.lift()
    sent = await text_channel(lab).send("look", file=file("a.png", "A figure"))
    kept = lab.general.last_message
    assert kept is not None
    assert "📎 a.png (1 bytes): A figure" in lab.server.transcript()
    await sent.edit(content="look again")
    sent = await sent.edit(attachments=[sent.attachments[0], file("b.png")])
    assert [each.filename for each in kept.attachments] == ["a.png", "b.png"]
    with pytest.raises(discord.HTTPException, match="1024 or fewer"):
        await sent.edit(attachments=[file("c.png", "x" * 1_025)])
    with pytest.raises(discord.HTTPException, match="10 or fewer"):
        await sent.edit(attachments=[*sent.attachments, *(file(f"{n}.png") for n in range(9))])
    await sent.edit(attachments=[])
    assert kept.attachments == []
    assert kept.content == "look again"


@pytest.mark.parametrize(
    ("embed", "code"),
    [
        (discord.Embed(description="x" * 4097), "BASE_TYPE_MAX_LENGTH"),
        (discord.Embed(title="x" * 257), "BASE_TYPE_MAX_LENGTH"),
        (discord.Embed().add_field(name="n", value="x" * 1025), "BASE_TYPE_BAD_LENGTH"),
        (
            discord.Embed(description="x" * 4096).set_footer(text="y" * 1905),
            "MAX_EMBED_SIZE_EXCEEDED",
        ),
    ],
)
async def test_embeds_over_the_limits_are_refused(
    lab: Lab, embed: discord.Embed, code: str
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await text_channel(lab).send(embed=embed)
    assert refused.value.code == 50035
    assert code in str(refused.value._errors)


async def test_pings_follow_allowed_mentions(lab: Lab) -> None:
    lab.guild.bot_role.allow(discord.Permissions(mention_everyone=True))
    text = f"@everyone {lab.ada.mention} {lab.bob.mention} {lab.guild.bot_role.mention}"
    await text_channel(lab).send(text)
    loud = lab.general.last_message
    await text_channel(lab).send(text, allowed_mentions=discord.AllowedMentions.none())
    silent = lab.general.last_message
    only_ada = discord.AllowedMentions(everyone=False, roles=False, users=[lab.ada])
    await text_channel(lab).send(text, allowed_mentions=only_ada)
    one = lab.general.last_message
    assert loud is not None
    assert silent is not None
    assert one is not None
    assert loud.pinged_everyone
    assert loud.pinged_users == [lab.ada, lab.bob]
    assert loud.pinged_role_ids == (lab.guild.bot_role.id,)
    assert not silent.pinged_everyone
    assert silent.pinged_users == []
    assert silent.pinged_role_ids == ()
    assert one.pinged_users == [lab.ada]
    assert not one.pinged_everyone


async def test_code_does_not_ping_and_everyone_needs_a_permission(lab: Lab) -> None:
    await text_channel(lab).send(f"`@everyone` ```{lab.ada.mention}```")
    kept = lab.general.last_message
    assert kept is not None
    assert (kept.pinged_everyone, kept.pinged_users) == (False, [])
    lab.guild.everyone.deny(discord.Permissions(mention_everyone=True))
    await text_channel(lab).send("@everyone")
    assert lab.general.last_message is not None
    assert not lab.general.last_message.pinged_everyone


async def test_messages_of_others_are_theirs(lab: Lab) -> None:
    said = await lab.ada.say(lab.general, "mine")
    message = text_channel(lab).get_partial_message(said.id)
    with pytest.raises(discord.Forbidden) as refused:
        await message.edit(content="yours")
    assert refused.value.code == 50005
    with pytest.raises(discord.Forbidden) as refused:
        await message.delete()
    assert refused.value.code == 50013
    lab.guild.bot_role.allow(discord.Permissions(manage_messages=True))
    await message.delete()
    with pytest.raises(NotPossible):
        await lab.bob.edit(said, "nobody's")


async def test_edits_and_deletions_by_people_are_heard(lab: Lab) -> None:
    said = await lab.ada.say(lab.general, "first")
    await lab.ada.edit(said, "second")
    await lab.ada.delete(said)
    await lab.server.until(lambda: "raw_message_delete" in lab.bot.events)
    assert "raw_message_edit" in lab.bot.events


async def test_direct_messages_can_be_closed(lab: Lab) -> None:
    user = await lab.bot.fetch_user(lab.ada.id)
    await user.send("hello ada")
    assert lab.ada.dm_channel.messages[0].content == "hello ada"
    lab.ada.accepts_direct_messages = False
    with pytest.raises(discord.Forbidden) as refused:
        await user.send("again")
    assert refused.value.code == 50007


async def test_typing_and_reactions(lab: Lab) -> None:
    async with text_channel(lab).typing():
        pass
    assert len(lab.general.typing_at) == 1
    said = await lab.ada.say(lab.general, "nice")
    await text_channel(lab).get_partial_message(said.id).add_reaction("👍")
    assert said.reactions == {"👍": [lab.server.bot_user.id]}
    await lab.bob.react(said, "🎉")
    await lab.server.until(lambda: "raw_reaction_add" in lab.bot.events)
