"""`/notes` as people meet it: files and messages come in, everybody may look."""

import pytest

from bot.domain.splitting import message_length
from tests.cogs.conftest import Scene
from tests.discord_server import Message, NotPossible, Permission, Person, Role, Upload

LECTURE = Upload("week-1.md", b"# Week 1\n\nDropout switches units off at random.\n")
EXAM = Upload("exam.md", b"# Exam\n\nThe exam is on 14 December.\n")
SECONDS = 30.0  # a file is read in a process of its own


async def reply(scene: Scene, person: Person, command: str, **options: object) -> Message:
    """What `/notes …` answers."""
    asked = await person.slash(scene.channel, f"notes {command}", **options)
    return await asked.responded(SECONDS)


@pytest.fixture
async def assistants(bot: Scene) -> Role:
    """Bob is a teaching assistant."""
    role = bot.guild.add_role("assistants")
    bot.guild.give_role(bot.bob, role)
    await bot.set(assistant_role=str(role.id))
    return role


async def added(scene: Scene, *files: Upload) -> str:
    """What the admin reads after adding files."""
    names = ("file", "file2", "file3", "file4", "file5")
    options = dict(zip(names, files, strict=False))
    return (await reply(scene, scene.admin, "add", **options)).content


# Adding


async def test_several_files_at_once_are_added_and_answered_from(bot: Scene) -> None:
    message = await reply(bot, bot.admin, "add", file=LECTURE, file2=EXAM)
    assert message.content == (
        "✅ **week-1.md**: 1 passage. Answers use it from now on.\n"
        "✅ **exam.md**: 1 passage. Answers use it from now on."
    )
    assert not bot.ada.sees(message)
    answer = await bot.ask("When is the exam?")
    assert "“The exam is on 14 December.” [1]" in answer.content
    assert "-# \\[1\\] Exam" in answer.content


async def test_one_bad_file_stops_no_other(bot: Scene) -> None:
    big = Upload("big.md", b"x" * (10 * 2**20 + 1))
    lines = (await added(bot, big, Upload("empty.md", b""), EXAM, EXAM)).splitlines()
    assert lines[0].startswith("❌ big.md has 10.0 MiB, but a note may have at most 10.0 MiB;")
    assert lines[1].startswith("❌ ")
    assert "is empty" in lines[1]
    assert lines[2].startswith("✅ **exam.md**")
    assert lines[3] == "• **exam.md** is there already, unchanged (1 passage)."


@pytest.mark.usefixtures("assistants")
async def test_assistants_may_add_and_remove_and_students_may_not(bot: Scene) -> None:
    refusal = "Only teaching assistants and admins can"
    assert (await reply(bot, bot.ada, "add", file=EXAM)).content.startswith(f"{refusal} add notes;")
    assert (await reply(bot, bot.bob, "add", file=EXAM)).content.startswith("✅")
    message = await reply(bot, bot.ada, "remove", name="exam.md")
    assert message.content.startswith(f"{refusal} remove notes;")
    message = await reply(bot, bot.bob, "remove", name="exam.md")
    assert message.content == "exam.md is removed; answers no longer use it."


async def test_adding_nothing_is_refused(bot: Scene) -> None:
    assert (await reply(bot, bot.admin, "add")).content == (
        "Please attach a file, or give the link of a message."
    )


async def test_notes_belong_to_servers_and_not_to_direct_messages(bot: Scene) -> None:
    with pytest.raises(NotPossible, match="cannot be used here"):
        await bot.ada.slash(bot.ada.dm_channel, "notes list")


async def test_a_files_name_cannot_be_markup_or_a_mention(bot: Scene) -> None:
    content = await added(bot, Upload("**@everyone**_[x](y).md", b"# T\n\nText of it.\n"))
    assert "@everyone" not in content
    assert "**@" not in content
    assert "[x](" not in content


# Messages


async def test_a_messages_text_and_files_become_notes_with_its_link(bot: Scene) -> None:
    said = await bot.ada.say(
        bot.channel, "The lab is in room 2.08.", files=[EXAM], mention=[bot.server.bot_user]
    )
    message = await reply(bot, bot.admin, "add", message=said.jump_url)
    assert [line.split("**")[1] for line in message.content.splitlines()] == [
        "exam.md",
        f"message-{said.id}.md",
    ]
    shown = await reply(bot, bot.ada, "show", name=f"message-{said.id}.md")
    assert shown.content.splitlines()[-1].endswith(" The lab is in room 2.08.")
    shown = await reply(bot, bot.ada, "show", name="exam.md")
    assert said.jump_url in shown.content
    answer = await bot.ask("When is the exam?")
    assert f"-# \\[1\\] Exam {said.jump_url}" in answer.content


@pytest.mark.parametrize(
    "link", ["nonsense", "https://example.com/channels/1/2/3", "https://discord.com/channels/1/2"]
)
async def test_what_is_no_link_is_told(bot: Scene, link: str) -> None:
    message = await reply(bot, bot.admin, "add", message=link)
    assert message.content.startswith("That is no link of a message;")


async def test_a_message_of_another_server_is_refused(bot: Scene) -> None:
    elsewhere = bot.server.add_guild("Statistics 1")
    elsewhere.join(bot.admin)
    said = await bot.admin.say(elsewhere.add_channel("general"), "Secret.", files=[EXAM])
    message = await reply(bot, bot.admin, "add", message=said.jump_url)
    assert message.content.startswith("That message is on another server;")


@pytest.mark.usefixtures("assistants")
async def test_a_message_that_the_person_may_not_read_is_as_good_as_gone(bot: Scene) -> None:
    staff = bot.guild.add_channel("staff")
    said = await bot.admin.say(staff, "Look.", files=[EXAM], mention=[bot.server.bot_user])
    staff.deny(bot.bob, Permission.VIEW_CHANNEL)
    link = said.jump_url
    gone = "I cannot find that message; check the link, and that I may read its channel."
    assert (await reply(bot, bot.bob, "add", message=link)).content == gone
    unknown = link.rsplit("/", 1)[0] + "/1"
    assert (await reply(bot, bot.admin, "add", message=unknown)).content == gone
    assert "exam.md" in (await reply(bot, bot.admin, "add", message=link)).content


async def test_a_message_that_the_bot_may_not_read_says_what_to_do(bot: Scene) -> None:
    said = await bot.ada.say(bot.channel, "The lab is in room 2.08.", files=[EXAM])
    message = await reply(bot, bot.admin, "add", message=said.jump_url)
    assert message.content.startswith("I see neither text nor files in that message; attach")


# Looking


async def test_everybody_sees_the_notes_and_one_note(bot: Scene) -> None:
    assert (await reply(bot, bot.ada, "list")).content.startswith("There are no notes here yet.")
    await added(bot, LECTURE, EXAM)
    content = (await reply(bot, bot.ada, "list")).content
    first, exam, week = content.splitlines()
    assert first == "2 notes:"
    assert exam.startswith("• **exam.md** – Exam, 1 passage, by Admin <t:")
    assert week.startswith("• **week-1.md** – Week 1, ")
    shown = (await reply(bot, bot.ada, "show", name="exam.md")).content
    assert shown.splitlines()[-1].endswith("The exam is on 14 December.")
    unknown = (await reply(bot, bot.ada, "show", name="week-9.md")).content
    assert unknown == 'There is no note "week-9.md"; /notes list shows their names.'


async def test_a_search_shows_what_an_answer_would_be_taken_from(bot: Scene) -> None:
    await added(bot, LECTURE, EXAM)
    content = (await reply(bot, bot.ada, "search", question="when is the exam?")).content
    assert content.splitlines() == [
        "\\[1\\] Exam",
        "-# covers 100% · The exam is on 14 December.",
    ]
    nothing = (await reply(bot, bot.ada, "search", question="football?")).content
    assert nothing == "Nothing in the notes comes near that; try other words."


async def test_names_are_suggested_as_they_are_typed(bot: Scene) -> None:
    await added(bot, LECTURE, EXAM)
    for command in ("notes show", "notes remove"):
        typed = await bot.admin.autocomplete(bot.channel, command, "name", "WEEK")
        assert await typed.suggestions() == ["week-1.md"]
        typed = await bot.admin.autocomplete(bot.channel, command, "name", "")
        assert await typed.suggestions() == ["exam.md", "week-1.md"]


async def test_what_is_too_long_for_a_message_is_counted(bot: Scene) -> None:
    text = "\n\n".join(f"# Part {n}\n\nThe **part** {n} is {'_long_ ' * 12}." for n in range(60))
    await added(bot, Upload("long.md", text.encode()))
    content = (await reply(bot, bot.ada, "show", name="long.md")).content
    assert message_length(content) <= 2_000
    assert content.splitlines()[-1].startswith("… and ")
    assert content.endswith(" more lines.")
