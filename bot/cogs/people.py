"""Discord's people and places as the services know them."""

import discord

from bot.domain.conversation import Asker, Conversation

DIRECT = "dm:"
"""How the server of a direct-message channel, which has none, begins."""
Source = discord.Interaction | discord.Message


def asker_of(source: Source) -> Asker:
    """Who acts: roles and permissions as Discord computed them for this very event."""
    person = source.user if isinstance(source, discord.Interaction) else source.author
    roles: frozenset[str] = frozenset()
    is_manager = False
    if isinstance(person, discord.Member):
        roles = frozenset(str(role.id) for role in person.roles if not role.is_default())
        permissions = (
            source.permissions
            if isinstance(source, discord.Interaction)
            else person.guild_permissions
        )
        is_manager = permissions.manage_guild or permissions.administrator
    return Asker(str(person.id), person.display_name, roles, is_manager)


def conversation_of(source: Source) -> Conversation:
    """Where it happens: a server's channel or thread, or a direct-message channel."""
    if isinstance(source, discord.Interaction):
        channel_id, guild_id = source.channel_id, source.guild_id
    else:
        channel_id, guild_id = source.channel.id, source.guild.id if source.guild else None
    server = f"{DIRECT}{channel_id}" if guild_id is None else str(guild_id)
    return Conversation(server, str(channel_id))
