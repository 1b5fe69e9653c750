"""Interactions: commands, their three seconds and fifteen minutes, and who sees the answers."""

from __future__ import annotations

import asyncio

import discord
import pytest

from tests.discord_server import NotPossible, Upload
from tests.discord_server.interaction import COMMAND
from tests.discord_server_tests.conftest import Lab


async def test_a_slash_command_is_answered(lab: Lab) -> None:
    interaction = await lab.ada.slash(lab.general, "ask", question="What is dropout?")
    message = await interaction.responded()
    assert message.content == "hello"
    assert interaction.acknowledge_seconds < 3
    assert lab.bob.sees(message)
    assert lab.general.last_message is message
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
    texts = [version.content for version in message.versions]
    assert texts == ["", "one", "one two", "one two three"]
    assert message.versions[0].is_loading
    assert message.versions[1].at <= message.versions[2].at


async def test_the_options_arrive_as_the_command_declares_them(lab: Lab) -> None:
    async def show(interaction: discord.Interaction) -> None:
        extras = interaction.extras
        await interaction.response.send_message(f"{extras['question']}|{extras['tokens']}")

    lab.bot.on_ask = show
    interaction = await lab.ada.slash(lab.general, "ask", question=" What? ", tokens=7)
    assert (await interaction.responded()).content == "What?|7"
    switch = await lab.ada.slash(lab.general, "model switch", name="gpt2", size="Small")
    message = await switch.responded()
    assert message.content == "gpt2 s"
    assert message.visible_to is lab.ada


@pytest.mark.parametrize(
    ("command", "options", "reason"),
    [
        ("ask", {}, "required"),
        ("ask", {"question": "x"}, "2 to 200 characters"),
        ("ask", {"question": "fine", "tokens": 129}, "1 to 128"),
        ("ask", {"question": "fine", "tokens": "many"}, "takes a number"),
        ("ask", {"question": "fine", "colour": "red"}, "no option colour"),
        ("model switch", {"name": "gpt2", "size": "Huge"}, "offers"),
        ("model", {}, "needs a sub-command"),
        ("model sell", {}, "has no 'sell'"),
        ("dance", {}, "not among the commands"),
        ("secret", {}, "may not use"),
    ],
)
async def test_the_app_does_not_send_what_a_person_cannot_type(
    lab: Lab, command: str, options: dict[str, object], reason: str
) -> None:
    with pytest.raises(NotPossible, match=reason):
        await lab.ada.slash(lab.general, command, **options)


async def test_an_interaction_with_wrong_values_can_be_forced_in(lab: Lab) -> None:
    async def measure(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(str(len(interaction.extras["question"])))

    lab.bot.on_ask = measure
    command = lab.server.commands.find("ask", 1, lab.guild)
    assert command is not None
    value = {"name": "question", "type": 3, "value": "x" * 500}
    data = {"id": command["id"], "name": "ask", "type": 1, "options": [value]}
    interaction = lab.ada.interact(COMMAND, lab.general, data)
    assert (await interaction.responded()).content == "500"


async def test_an_attachment_option_can_be_downloaded(lab: Lab) -> None:
    file = Upload("notes.md", b"Attention is all you need")
    interaction = await lab.ada.slash(lab.general, "upload", file=file)
    assert (await interaction.responded()).content == "notes.md: Attention is all you need"


async def test_after_three_seconds_the_interaction_is_unknown(lab: Lab) -> None:
    refused: list[discord.HTTPException] = []

    async def late(interaction: discord.Interaction) -> None:
        lab.server.clock.advance(3.01)
        try:
            await interaction.response.defer()
        except discord.NotFound as error:
            refused.append(error)

    lab.bot.on_ask = late
    interaction = await lab.ada.slash(lab.general, "ask", question="Slow?")
    await lab.server.until(lambda: refused)
    assert (refused[0].status, refused[0].code) == (404, 10062)
    assert interaction.failed
    with pytest.raises(AssertionError, match="did not respond"):
        await interaction.acknowledged()


async def test_a_second_acknowledgement_is_refused(lab: Lab) -> None:
    refused: list[discord.HTTPException] = []

    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        again = discord.Interaction(data=sent[0], state=lab.bot._connection)
        try:
            await again.response.send_message("second")
        except discord.HTTPException as error:
            refused.append(error)

    sent: list[dict[str, object]] = []
    lab.server.world.listeners.append(
        lambda event: sent.append(event.data) if event.name == "INTERACTION_CREATE" else None
    )
    lab.bot.on_ask = twice
    await lab.ada.slash(lab.general, "ask", question="Twice?")
    await lab.server.until(lambda: refused)
    assert (refused[0].status, refused[0].code) == (400, 40060)
    assert [message.content for message in lab.general.messages] == ["first"]


async def test_the_token_dies_after_fifteen_minutes_but_the_message_stays(lab: Lab) -> None:
    refused: list[discord.HTTPException] = []

    async def long_answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        original = await interaction.original_response()
        lab.server.clock.advance(15 * 60 + 1)
        try:
            await interaction.edit_original_response(content="too late")
        except discord.HTTPException as error:
            refused.append(error)
        await original.channel.get_partial_message(original.id).edit(content="by the bot")

    lab.bot.on_ask = long_answer
    interaction = await lab.ada.slash(lab.general, "ask", question="Long?")
    assert (await interaction.responded()).content == "by the bot"
    assert (refused[0].status, refused[0].code) == (401, 50027)


async def test_an_ephemeral_answer_is_out_of_reach_of_others_and_of_the_bot_token(
    lab: Lab,
) -> None:
    lab.bot.on_ask = lambda i: i.response.send_message("psst", ephemeral=True)
    interaction = await lab.ada.slash(lab.general, "ask", question="Secret?")
    message = await interaction.responded()
    assert lab.ada.sees(message)
    assert not lab.bob.sees(message)
    assert "psst" in lab.server.transcript(lab.general, lab.ada)
    assert "psst" not in lab.server.transcript(lab.general, lab.bob)
    channel = lab.bot.get_partial_messageable(lab.general.id)
    with pytest.raises(discord.NotFound) as refused:
        await channel.fetch_message(message.id)
    assert refused.value.code == 10008
    assert [m async for m in channel.history()] == []


async def test_follow_ups_can_be_sent_edited_and_deleted(lab: Lab) -> None:
    async def talk(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        more = await interaction.followup.send("more", wait=True)
        await more.edit(content="more!")
        extra = await interaction.followup.send("extra", ephemeral=True, wait=True)
        await extra.delete()
        await interaction.delete_original_response()

    lab.bot.on_ask = talk
    lab.server.rate_limits.lift()
    interaction = await lab.ada.slash(lab.general, "ask", question="Talk")
    await interaction.acknowledged()
    await lab.server.until(lambda: [m.content for m in lab.general.messages] == ["more!"])
    more, extra = interaction.followups
    assert more.num_edits == 1
    assert extra.deleted
    assert extra.visible_to is lab.ada


async def test_the_first_follow_up_fills_a_deferred_answer(lab: Lab) -> None:
    async def fill(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("filled")

    lab.bot.on_ask = fill
    interaction = await lab.ada.slash(lab.general, "ask", question="Fill")
    message = await interaction.responded()
    assert message.content == "filled"
    assert message.is_ephemeral
    assert lab.general.messages == [message]


async def test_a_webhook_is_unknown_before_the_acknowledgement(lab: Lab) -> None:
    refused: list[discord.HTTPException] = []

    async def hasty(interaction: discord.Interaction) -> None:
        try:
            await interaction.followup.send("too early")
        except discord.NotFound as error:
            refused.append(error)

    lab.bot.on_ask = hasty
    await lab.ada.slash(lab.general, "ask", question="Hasty?")
    await lab.server.until(lambda: refused)
    assert refused[0].code == 10015


async def test_suggestions_while_typing(lab: Lab) -> None:
    typing = await lab.ada.autocomplete(lab.general, "model switch", "name", "gpt2")
    assert await typing.suggestions() == ["gpt2", "gpt2-medium"]
    with pytest.raises(NotPossible, match="no suggestions"):
        await lab.ada.autocomplete(lab.general, "ask", "question", "wh")


async def test_a_message_menu_hands_over_the_content_without_the_intent(lab: Lab) -> None:
    said = await lab.bob.say(lab.general, "Dropout switches neurons off.")
    interaction = await lab.ada.context_menu("Ask about this message", said)
    message = await interaction.responded()
    assert message.content == "You mean: Dropout switches neurons off."
    await lab.server.until(lambda: lab.bot.heard)
    assert lab.bot.heard[0].content == ""


async def test_an_account_menu_hands_over_the_account(lab: Lab) -> None:
    interaction = await lab.ada.context_menu("Who is this", lab.bob, lab.general)
    assert (await interaction.responded()).content == "bob"


async def test_a_command_works_in_direct_messages(lab: Lab) -> None:
    interaction = await lab.ada.slash(lab.ada.dm_channel, "ask", question="Alone?")
    message = await interaction.responded()
    assert message.channel is lab.ada.dm_channel
    assert not lab.bob.sees(message)


async def test_an_interaction_names_the_permissions_of_both(lab: Lab) -> None:
    seen: list[discord.Interaction] = []

    async def look(interaction: discord.Interaction) -> None:
        seen.append(interaction)
        await interaction.response.send_message("ok")

    lab.bot.on_ask = look
    lab.general.deny(lab.server.bot_user, discord.Permissions(embed_links=True))
    lab.general.deny(lab.ada, discord.Permissions(attach_files=True))
    await (await lab.ada.slash(lab.general, "ask", question="May I?")).responded()
    assert not seen[0].app_permissions.embed_links
    assert seen[0].app_permissions.attach_files
    assert not seen[0].permissions.attach_files
    assert seen[0].permissions.embed_links


async def test_a_wrong_response_type_is_refused(lab: Lab) -> None:
    interaction = await lab.ada.autocomplete(lab.general, "model switch", "name", "g")
    await interaction.acknowledged()
    fresh = lab.ada.interact(COMMAND, lab.general, {"id": "1", "name": "x", "type": 1})
    route = discord.http.Route(
        "POST", f"/interactions/{fresh.id}/{fresh.token}/callback", metadata="raw"
    )
    with pytest.raises(discord.HTTPException, match="Value must be one of"):
        await lab.bot.http.request(route, json={"type": 7, "data": {"content": "x"}})


async def test_waiting_for_an_answer_that_never_comes_shows_the_state(lab: Lab) -> None:
    lab.bot.on_ask = lambda _: asyncio.sleep(0)
    interaction = await lab.ada.slash(lab.general, "ask", question="Hello?")
    with pytest.raises(AssertionError, match="not acknowledged"):
        await interaction.acknowledged(timeout=0.1)
