"""`/settings`: what holds on this server, and setting it for admins."""

from typing import Any, Literal, get_args

import discord
from discord import app_commands

from bot.cogs.block import BlockCommands
from bot.cogs.client import LecternClient
from bot.cogs.people import asker_of, conversation_of
from bot.domain.conversation import Length
from bot.domain.decency import DecencyLevel
from bot.domain.errors import InvalidParameter
from bot.domain.server_settings import ThreadsMode
from bot.domain.topic_guard import GuardMode
from bot.service.settings import EffectiveSettings

Resettable = Literal[
    "everything",
    "threads",
    "temperature",
    "top_p",
    "length",
    "handbook",
    "decency",
    "topic_guard",
    "admin_role",
    "assistant_role",
    "exempt_role",
]
FIELDS = get_args(Resettable)[1:]


class SettingsCommands(app_commands.Group):
    """The `/settings` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(
            name="settings",
            description="How I behave on this server",
            allowed_contexts=app_commands.AppCommandContext(guild=True),
        )
        self._settings = client.services.settings
        self.add_command(BlockCommands(client))

    @app_commands.command(name="show", description="The settings of this server")
    async def show(self, interaction: discord.Interaction) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        effective = await self._settings.show(conversation_of(interaction).server)
        await interaction.edit_original_response(
            content=settings_text(effective), allowed_mentions=discord.AllowedMentions.none()
        )

    @app_commands.command(name="set", description="Change settings of this server (admins)")
    @app_commands.describe(
        threads="Whether an answer opens a thread: always, by a button, or never",
        temperature="Default randomness of answers; 0 always takes the likeliest token",
        top_p="Default nucleus: sample from the likeliest tokens of this total probability",
        length="Default length of answers",
        handbook="Whether answers may be taken from the deep-learning handbook that I bring along",
        decency="How much is withheld: nothing, what hurts people, or mild swearing too",
        topic_guard="What happens to questions that are not about deep learning",
        admin_role="People with this role may do what admins may",
        assistant_role="People with this role look after notes and correct answers",
        exempt_role="People with this role are not rate limited",
    )
    @app_commands.choices(
        threads=[app_commands.Choice(name=mode.value, value=mode.value) for mode in ThreadsMode],
        length=[app_commands.Choice(name=length.value, value=length.value) for length in Length],
        decency=[
            app_commands.Choice(name=level.value, value=level.value) for level in DecencyLevel
        ],
        topic_guard=[app_commands.Choice(name=mode.value, value=mode.value) for mode in GuardMode],
    )
    async def set(
        self,
        interaction: discord.Interaction,
        threads: str | None = None,
        temperature: app_commands.Range[float, 0.0, 5.0] | None = None,
        top_p: app_commands.Range[float, 0.01, 1.0] | None = None,
        length: str | None = None,
        handbook: bool | None = None,
        decency: str | None = None,
        topic_guard: str | None = None,
        admin_role: discord.Role | None = None,
        assistant_role: discord.Role | None = None,
        exempt_role: discord.Role | None = None,
    ) -> None:
        """Set what was named, leave the rest."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        named: dict[str, Any] = {
            "threads": ThreadsMode(threads) if threads else None,
            "temperature": temperature,
            "top_p": top_p,
            "length": Length(length) if length else None,
            "handbook": handbook,
            "decency": DecencyLevel(decency) if decency else None,
            "topic_guard": GuardMode(topic_guard) if topic_guard else None,
            "admin_role": _id_of(admin_role),
            "assistant_role": _id_of(assistant_role),
            "exempt_role": _id_of(exempt_role),
        }
        changes = {key: value for key, value in named.items() if value is not None}
        await self._change(interaction, changes)

    @app_commands.command(name="reset", description="Go back to the defaults (admins)")
    @app_commands.describe(setting="Which setting")
    async def reset(self, interaction: discord.Interaction, setting: Resettable) -> None:
        """Forget what admins set."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        fields = FIELDS if setting == "everything" else (setting,)
        await self._change(interaction, dict.fromkeys(fields))

    async def _change(self, interaction: discord.Interaction, changes: dict[str, Any]) -> None:
        server = conversation_of(interaction).server
        effective = await self._settings.change(asker_of(interaction), server, **changes)
        await interaction.edit_original_response(
            content="Done. " + settings_text(effective),
            allowed_mentions=discord.AllowedMentions.none(),
        )


def settings_text(effective: EffectiveSettings) -> str:
    """All settings, one a line; what admins set is marked."""
    stored = effective.stored

    def line(name: str, value: str, is_set: bool) -> str:
        return f"• {name}: **{value}**" + (" (set here)" if is_set else "")

    lines = [
        "The settings of this server:",
        line("threads", effective.threads, stored.threads is not None),
        line("model", effective.model, stored.model is not None),
        line("temperature", f"{effective.temperature:g}", stored.temperature is not None),
        line("top_p", f"{effective.top_p:g}", stored.top_p is not None),
        line("length", effective.length, stored.length is not None),
        line("handbook", "on" if effective.handbook else "off", stored.handbook is not None),
        line("decency", effective.decency, stored.decency is not None),
        line("topic guard", _guard(effective), stored.topic_guard is not None),
        f"• blocked words and phrases: {len(stored.blocked) or 'none'}",
        f"• admin role: {_role(stored.admin_role)}",
        f"• teaching assistants' role: {_role(stored.assistant_role)}",
        f"• role without rate limits: {_role(stored.exempt_role)}",
    ]
    return "\n".join(lines)


def _guard(effective: EffectiveSettings) -> str:
    """Without a classifier the guard is off, whatever was set while there was one."""
    mode = effective.topic_guard
    if mode is not GuardMode.OFF and not effective.has_topic_guard:
        return f"{mode}, without effect while no classifier is configured"
    return mode


def _id_of(role: discord.Role | None) -> str | None:
    if role is None:
        return None
    if role.is_default():
        raise InvalidParameter(
            "Everybody has that role; please choose one that only some people have."
        )
    return str(role.id)


def _role(role_id: str | None) -> str:
    return f"<@&{role_id}>" if role_id else "none"


def register(client: LecternClient) -> None:
    """Add the commands."""
    client.tree.add_command(SettingsCommands(client))
