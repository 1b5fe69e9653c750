"""Long replies to commands, cut to one message."""

import discord

from bot.cogs.canvas import MENTIONS
from bot.domain.mentions import neutralise_mentions
from bot.domain.splitting import MESSAGE_LIMIT, message_length


async def reply(interaction: discord.Interaction, text: str) -> None:
    """One message; lines that do not fit are counted instead."""
    lines, shown = text.split("\n"), list[str]()
    for number, line in enumerate(lines):
        rest = f"… and {len(lines) - number} more lines."
        if message_length("\n".join([*shown, line, rest])) > MESSAGE_LIMIT:
            shown.append(rest)
            break
        shown.append(line)
    await interaction.edit_original_response(
        content=neutralise_mentions("\n".join(shown)), allowed_mentions=MENTIONS
    )
