"""A course's note on its way: added, asked about, quoted with its source, followed up."""

from tests.discord_server import Upload
from tests.journeys.campus import Campus

RIGHT = "It was moved to 21 December, same room."
EXAM = (
    "# Exam\n\n"
    "The written exam of Deep Learning 101 takes place on 14 December in room 2.08. "
    "Two handwritten sheets of paper are allowed in the exam.\n"
)


async def test_a_note_is_added_asked_about_and_followed_up(campus: Campus) -> None:
    async with campus.bot(handbook=True):
        file = Upload("exam.md", EXAM.encode())
        added = await campus.admin.slash(campus.channel, "notes add", file=file)
        reply = await added.responded(campus.patience_seconds)
        assert reply.content == "✅ **exam.md**: 1 passage. Answers use it from now on."

        told = await campus.ask(campus.ada, campus.channel, "When is the written exam?", seed=1)
        lines = told.content.splitlines()
        assert lines[1].startswith("“The written exam of Deep Learning 101 takes place on 14 Dec")
        assert lines[1].endswith("” [1]")
        assert any(line.startswith("-# \\[1\\] Exam") for line in lines)
        assert "unchecked" not in told.content

        thread = await campus.thread_of(told)
        answer = await campus.follow_up(campus.bob, thread, "And are sheets of paper allowed?")
        assert "Two handwritten sheets of paper are allowed in the exam.” [1]" in answer.content
        row = await campus.row(answer)
        assert row.card is not None
        assert row.card.sources[0].document == "exam.md"
        assert row.prompt is not None
        assert row.prompt.startswith("[1] Exam\nThe written exam")
        assert "Question: When is the written exam?\nAnswer: The written exam of" in row.prompt
        assert "“" not in row.prompt

        removed = await campus.admin.slash(campus.channel, "notes remove", name="exam.md")
        await removed.responded(campus.patience_seconds)
        again = await campus.ask(campus.bob, campus.channel, "When is the written exam?", seed=2)
        assert "14 December" not in again.content
        assert "14 December" in told.content


async def test_an_assistants_correction_wins_over_the_note_on_its_server_alone(
    campus: Campus,
) -> None:
    async with campus.bot():
        tess = campus.server.add_person("tess")
        role = campus.guild.add_role("assistants")
        campus.guild.join(tess, roles=[role])
        await (
            await campus.admin.slash(campus.channel, "settings set", assistant_role=role)
        ).responded(campus.patience_seconds)
        file = Upload("exam.md", EXAM.encode())
        added = await tess.slash(campus.channel, "notes add", file=file)
        assert "1 passage" in (await added.responded(campus.patience_seconds)).content
        told = await campus.ask(campus.ada, campus.channel, "When is the exam?", seed=1)
        assert "14 December" in told.content
        assert "-# \\[1\\] Exam" in told.content

        press = await tess.click(told, "Correct")
        await press.modal_shown()
        sent = await tess.submit_modal(press, {"Right answer": RIGHT})
        await sent.responded(campus.patience_seconds)
        assert RIGHT in told.content
        assert "Corrected by Tess" in told.content
        again = await campus.ask(campus.bob, campus.channel, "on which day is the exam", seed=2)
        assert again.content.splitlines()[1] == RIGHT
        assert "Already answered here" in again.content
        assert told.jump_url in again.content

    async with campus.bot():
        other = campus.server.add_guild("Another course")
        channel = other.add_channel("general")
        other.join(campus.bob)
        there = await campus.ask(campus.bob, channel, "When is the exam?", seed=3)
        assert "21 December" not in there.content
        here = await campus.ask(campus.ada, campus.channel, "When's the exam?", seed=4)
        assert here.content.splitlines()[1] == RIGHT
