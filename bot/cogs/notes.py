"""`/notes`: what answers are taken from; assistants add and remove, everybody may look."""

import re
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.frame import escape, shortened, source_text
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.pictures import illustrate_reply
from bot.cogs.replies import reply
from bot.domain.card import Source
from bot.domain.errors import InvalidParameter, NotAllowed, NotFound
from bot.domain.note import Note
from bot.domain.passage import Found, Passage
from bot.service.notes import Added, NewFile

MAX_CHOICES = 25
MAX_NAME = 100
MAX_EXCERPT = 220
MAX_DRAWN_PASSAGES = 40
NUM_SHOWN = 5
NOT_IN_PRIVATE = (
    "Notes belong to a server, and this is a direct message; please use /notes in the server's "
    "channels."
)
NO_NOTES = (
    "There are no notes here yet. A teaching assistant adds them with `/notes add`; until "
    "then I answer from the handbook and from the model's memory."
)
_LINK = re.compile(r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(\d+)/(\d+)/(\d+)")
_CALLS = re.compile(r"<@[!&]?\d+>\s*")
NoteName = app_commands.Range[str, 1, MAX_NAME]


class NotesCommands(app_commands.Group):
    """The `/notes` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(
            name="notes",
            description="The course's notes, which I answer from",
            allowed_contexts=app_commands.AppCommandContext(guild=True),
        )
        self._client = client
        self._notes = client.services.notes
        self._feedback = client.services.feedback

    @app_commands.command(name="add", description="Add notes: files, or a message (assistants)")
    @app_commands.describe(
        file="Markdown, text, PDF, HTML, notebook or .docx",
        file2="Another file",
        file3="Another file",
        file4="Another file",
        file5="Another file",
        message="Link to a message: its text and its files",
    )
    async def add(
        self,
        interaction: discord.Interaction,
        file: discord.Attachment | None = None,
        file2: discord.Attachment | None = None,
        file3: discord.Attachment | None = None,
        file4: discord.Attachment | None = None,
        file5: discord.Attachment | None = None,
        message: str | None = None,
    ) -> None:
        """Fetch, read and store; a file that cannot be read is refused by itself."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        server, asker = _server(interaction), asker_of(interaction)
        await self._notes.require_assistant(asker, server, "add notes")
        attached = [each for each in (file, file2, file3, file4, file5) if each is not None]
        if not attached and message is None:
            raise InvalidParameter("Please attach a file, or give the link of a message.")
        files, refused = await self._fetched(attached, None)
        if message is not None:
            found = await _message(interaction, message)
            more, too_large = await self._fetched(found.attachments, found.jump_url)
            files += more + text_of(found)
            refused += too_large
        if not files and not refused:
            raise InvalidParameter(
                "I see neither text nor files in that message; attach a file here, or mention me "
                "in the message so that I may read it."
            )
        added = refused + await self._notes.add(asker, server, files)
        await reply(interaction, "\n".join(map(added_line, added)))

    @app_commands.command(name="list", description="The notes of this server")
    async def list_notes(self, interaction: discord.Interaction) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        notes = await self._notes.list(_server(interaction))
        num_answers = await self._feedback.num_endorsed(_server(interaction))
        await reply(interaction, notes_text(notes, num_answers))

    @app_commands.command(name="show", description="One note: where it is from, its passages")
    @app_commands.describe(name="Which note")
    async def show(self, interaction: discord.Interaction, name: NoteName) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        note, passages = await self._notes.show(_server(interaction), name)
        await reply(interaction, note_text(note, passages))
        texts = [passage.text for passage in passages[:MAX_DRAWN_PASSAGES]]

        async def attach(picture: discord.File) -> None:
            await interaction.edit_original_response(attachments=[picture])

        await illustrate_reply(self._client, attach, "\n\n".join(texts))

    @app_commands.command(name="remove", description="Remove a note (assistants)")
    @app_commands.describe(name="Which note")
    async def remove(self, interaction: discord.Interaction, name: NoteName) -> None:
        """Its passages are found no more."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._notes.remove(asker_of(interaction), _server(interaction), name)
        await reply(interaction, f"{escape(name)} is removed; answers no longer use it.")

    @app_commands.command(name="search", description="What an answer would be taken from")
    @app_commands.describe(question="A question or some words")
    async def search(
        self, interaction: discord.Interaction, question: app_commands.Range[str, 1, 500]
    ) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._notes.search(_server(interaction), question)
        await reply(interaction, found_text(found))

    @show.autocomplete("name")
    @remove.autocomplete("name")
    async def _names(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        notes = await self._notes.list(_server(interaction))
        return [
            app_commands.Choice(name=shortened(note.name, MAX_NAME), value=note.name)
            for note in notes
            if typed.lower() in note.name.lower() and len(note.name) <= MAX_NAME
        ][:MAX_CHOICES]

    async def _fetched(
        self, attachments: Sequence[discord.Attachment], link: str | None
    ) -> tuple[list[NewFile], list[Added]]:
        """The files, and the refusals of those whose size is known to be too large."""
        files: list[NewFile] = []
        refused: list[Added] = []
        for each in attachments:
            refusal = self._notes.refused(each.filename, each.size)
            if refusal is not None:
                refused.append(refusal)
            else:
                files.append(NewFile(each.filename, await each.read(), link))
        return files, refused


def text_of(message: discord.Message) -> list[NewFile]:
    """The words of a message as a file, if there are any; who is called is no part of them."""
    words = _CALLS.sub("", message.content).strip()
    if not words:
        return []
    return [NewFile(f"message-{message.id}.md", words.encode(), message.jump_url)]


async def _message(interaction: discord.Interaction, link: str) -> discord.Message:
    """The message of a link, if it is on this server and the person may read it."""
    match = _LINK.fullmatch(link.strip())
    if match is None:
        raise InvalidParameter(
            "That is no link of a message; right-click a message and choose Copy Message Link."
        )
    guild_id, channel_id, message_id = map(int, match.groups())
    guild, member = interaction.guild, interaction.user
    gone = NotFound("I cannot find that message; check the link, and that I may read its channel.")
    if guild is None or guild.id != guild_id or not isinstance(member, discord.Member):
        raise NotAllowed("That message is on another server; add notes from this server only.")
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None or isinstance(channel, discord.ForumChannel | discord.CategoryChannel):
        raise gone
    permissions = channel.permissions_for(member)
    if not (permissions.view_channel and permissions.read_message_history):
        raise gone
    try:
        return await channel.fetch_message(message_id)
    except (discord.NotFound, discord.Forbidden):
        raise gone from None


def added_line(added: Added) -> str:
    """What became of one file."""
    if added.note is None:
        return f"❌ {escape(added.refusal or '')}"
    passages = _passages(added.note.num_passages)
    if added.is_unchanged:
        return f"• **{escape(added.name)}** is there already, unchanged ({passages})."
    return f"✅ **{escape(added.name)}**: {passages}. Answers use it from now on."


def notes_text(notes: Sequence[Note], num_answers: int = 0) -> str:
    """Every note in one line, and how many answers are endorsed."""
    counted = "1 endorsed answer" if num_answers == 1 else f"{num_answers} endorsed answers"
    more = [f"-# And {counted}, which `/notes answers` shows."] if num_answers else []
    if not notes:
        return "\n".join((NO_NOTES, *more))
    lines = [f"{len(notes)} {'note' if len(notes) == 1 else 'notes'}:"]
    lines += [
        f"• **{escape(note.name)}** – {escape(shortened(note.title, 80))}, "
        f"{_passages(note.num_passages)}, by {escape(note.added_by_name)} {_date(note)}"
        for note in notes
    ]
    return "\n".join(lines + more)


def note_text(note: Note, passages: Sequence[Passage]) -> str:
    """Where a note is from, and how its passages begin."""
    lines = [
        f"**{escape(note.name)}** – {escape(shortened(note.title, 200))}",
        f"{note.num_bytes:,} bytes, {_passages(len(passages))}, added by "
        f"{escape(note.added_by_name)} {_date(note)}",
    ]
    if note.link is not None:
        lines.append(note.link)
    lines += [
        f"{number}. {_place(passage)}{escape(shortened(passage.text, 100))}"
        for number, passage in enumerate(passages, 1)
    ]
    return "\n".join(lines)


def found_text(found: Found) -> str:
    """The best passages, with how well each covers the question."""
    if not found.hits:
        return "Nothing in the notes comes near that; try other words."
    lines = []
    for number, hit in enumerate(found.hits[:NUM_SHOWN], 1):
        line = source_text(Source.of(number, hit))
        lines.append(f"{line}\n-# covers {hit.coverage:.0%} · {_excerpt(hit.passage)}")
    return "\n".join(lines)


def _passages(number: int) -> str:
    return "1 passage" if number == 1 else f"{number} passages"


def _excerpt(passage: Passage) -> str:
    return escape(shortened(passage.text, MAX_EXCERPT))


def _place(passage: Passage) -> str:
    page = f"p. {passage.page}, " if passage.page is not None else ""
    heading = f"{escape(shortened(passage.heading, 60))}: " if passage.heading else ""
    return page + heading


def _date(note: Note) -> str:
    return f"<t:{int(note.added_at.timestamp())}:d>"


def _server(interaction: discord.Interaction) -> str:
    if interaction.guild_id is None:
        raise NotAllowed(NOT_IN_PRIVATE)
    return conversation_of(interaction).server


def register(client: LecternClient) -> None:
    """Add the commands."""
    client.tree.add_command(NotesCommands(client))
