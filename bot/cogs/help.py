"""`/help`: what a person can do, in one message."""

import discord

from bot.cogs.client import LecternClient

HELP = """\
**Ask** with `/ask question:` and watch the answer grow. `private:` shows it to you alone, \
`length:` and `seed:` shape it. On any message: *Apps → Ask about this message*.
**Follow up** in the answer's thread: {follow_up}. What was said there is remembered.
**Buttons**: *Stop* while I write, *Regenerate* for another try, *Continue* where I was cut off, \
*Details* on how an answer came about; `/replay` writes it again and compares. \
*Look inside* shows what the model saw, \
and `/explain text:` the same for any text. \
👍 and 👎 to judge; teaching assistants *Endorse* or *Correct* what the next to ask will read.
**Continue a text** with `/complete text:`, GPT-2's plain text generation: `temperature`, `top_k`, \
`top_p`, `samples` and more; `length: essay` makes a small essay of a phrase.
**Forget** what was said in a channel with `/reset`; `/privacy show` and `/privacy delete` are \
for all that is yours.
**Notes**: I quote them where they answer you, with the source. `/notes list`, `/notes show` and \
`/notes search` show them, `/notes answers` what assistants approved; they use `/notes add`, \
`/notes remove` and `/notes take-back`.
**Study**: `/learn topic:` explains a concept with a picture, of your own `sentence:` where that \
helps; `/quiz` asks you questions, and again when it is time.
**Models**: `/model list` and `/model show`; admins use `/model switch` and `/model default`.
**This server**: `/settings show` and `/limits show`; admins use `/settings set`, \
`/settings reset` and `/limits set`.
**More**: `/about` tells what runs here, `/about prompt:` what the model would read next, `/help` \
shows this.
-# I am GPT-2, a language model of 2019: fluent, often wrong. Check what matters."""
WITH_CONTENT = "just write"
WITHOUT_CONTENT = "reply to my message there, mention me, or use `/ask`"


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="help", description="What you can do with me")
    async def help_(interaction: discord.Interaction[LecternClient]) -> None:
        follow_up = WITH_CONTENT if client.options.message_content else WITHOUT_CONTENT
        await interaction.response.send_message(HELP.format(follow_up=follow_up), ephemeral=True)
