"""Commands: how they are registered and what Discord refuses to register."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.discord_server_tests.conftest import Lab

OPTION: dict[str, Any] = {"type": 3, "name": "text", "description": "A text"}


async def register(lab: Lab, *commands: dict[str, Any]) -> list[Any]:
    """Send a set of commands as they are."""
    return await lab.bot.http.bulk_upsert_global_commands(lab.bot.application_id, list(commands))


async def test_a_sync_is_counted_and_keeps_ids(lab: Lab) -> None:
    assert lab.server.commands.num_syncs == 1
    assert "ask" in lab.server.commands.names
    before = {command["name"]: command["id"] for command in lab.server.commands.registered()}
    await lab.bot.tree.sync()
    after = {command["name"]: command["id"] for command in lab.server.commands.registered()}
    assert before == after
    assert lab.server.commands.num_syncs == 2
    assert {command.name for command in await lab.bot.tree.fetch_commands()} == set(after)


async def test_a_guild_has_commands_of_its_own(lab: Lab) -> None:
    guild = discord.Object(lab.guild.id)
    lab.bot.tree.copy_global_to(guild=guild)
    await lab.bot.tree.sync(guild=guild)
    assert len(await lab.bot.tree.fetch_commands(guild=guild)) == len(lab.server.commands.names)
    found = lab.server.commands.find("ask", 1, lab.guild)
    assert found is not None
    assert found["guild_id"] == str(lab.guild.id)
    await (await lab.ada.slash(lab.general, "ask", question="From here?")).responded()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"name": "Ask", "description": "x"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "a b", "description": "x"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "a" * 33, "description": "x"}, "BASE_TYPE_BAD_LENGTH"),
        ({"name": "ask", "description": "x" * 101}, "BASE_TYPE_BAD_LENGTH"),
        ({"name": "ask", "description": ""}, "BASE_TYPE_BAD_LENGTH"),
        (
            {"name": "ask", "description": "x", "options": [OPTION, OPTION]},
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (
            {
                "name": "ask",
                "description": "x",
                "options": [OPTION, {**OPTION, "name": "b", "required": True}],
            },
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            {
                "name": "ask",
                "description": "x",
                "options": [
                    {**OPTION, "choices": [{"name": str(n), "value": str(n)} for n in range(26)]}
                ],
            },
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {
                "name": "ask",
                "description": "x",
                "options": [{**OPTION, "name": f"o{n}"} for n in range(26)],
            },
            "BASE_TYPE_MAX_LENGTH",
        ),
    ],
)
async def test_commands_over_the_limits_are_refused(
    lab: Lab, command: dict[str, Any], code: str
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await register(lab, command)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert code in str(refused.value._errors)
    assert lab.server.commands.num_syncs == 1


async def test_a_name_is_taken_once(lab: Lab) -> None:
    command = {"name": "ask", "description": "x"}
    with pytest.raises(discord.HTTPException, match="must be unique"):
        await register(lab, command, command)
    await register(lab, command, {"name": "ask", "type": 3})
