"""A course's note on its way: added, asked about, quoted with its source, followed up."""

from tests.discord_server import Upload
from tests.journeys.campus import Campus

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
        assert "“Two handwritten sheets of paper are allowed in the exam.” [1]" in answer.content
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
