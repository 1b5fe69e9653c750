"""The loop closed: a course's notes become a run, and an admin lets it answer on Discord."""

import asyncio
import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from bot.training.finetuning.base import Base
from bot.training.finetuning.plan import Wishes, plan_for
from bot.training.finetuning.reading import read_material
from bot.training.finetuning.session import prepare, run
from bot.training.run_record import CLASSIFY, Rightness, RunRecord
from tests.journeys.campus import RUN, Campus
from tests.study_server import answers_from_now_on, model_of

ANSWER = "It is in Hall Copernicus."
QUESTION = "Where is the exam?"


async def make_run(campus: Campus, base: Path) -> None:
    """Teach a small base one answer, as `lectern finetune` does."""
    pairs = campus.folder / "pairs.jsonl"
    wordings = [QUESTION, "Where will the exam be?", "In which hall is the exam?", "exam place?"]
    wordings += ["What is the place of the exam?", "Which hall is for the exam?"]
    lines = [f'{{"question": "{each}", "answer": "{ANSWER}"}}' for each in wordings]
    pairs.write_text("\n".join(lines) + "\n")
    tiny = Base.of("small", base, "starter")
    wishes = Wishes(
        epochs=120, batch=2, row_length=128, wordings=2, learning_rate=3e-3, validation=0.0
    )
    plan = dataclasses.replace(plan_for(tiny.shape, wishes), beginnings=0.0)
    ready = prepare(RUN, tiny, await read_material([pairs]), plan, "cpu", 10**12)
    folder = campus.folder / "runs" / RUN
    folder.mkdir(parents=True)
    # The bot is connected meanwhile: its loop goes on.
    record = await asyncio.to_thread(run, ready, folder, datetime.now(UTC), lambda stage: None)
    dataclasses.replace(record, rightness=Rightness(3, 0.0, 1.0)).write(folder)


async def test_an_admin_switches_to_a_run_that_was_made_meanwhile_and_it_answers_better(
    campus: Campus,
) -> None:
    async with campus.bot():
        # Greedily: what was learned shall decide, not a seed.
        await campus.admin.slash(campus.channel, "settings set", temperature=0.0)
        before = await campus.ask(campus.ada, campus.channel, QUESTION, length="short")
        assert "Copernicus" not in before.content
        unknown = await campus.switch(RUN)
        assert "There is no model called dl-course" in unknown.content
        await make_run(campus, campus.models / "small")
        told = await campus.switch(RUN)
        assert told.content.startswith(answers_from_now_on(RUN))
        assert "Right from memory: 0% (small) → 100% of 3 questions" in told.content
        after = await campus.ask(campus.ada, campus.channel, QUESTION, length="short")
        assert model_of(after) == RUN
        assert "Copernicus" in after.content


async def test_a_classifier_is_not_offered_and_cannot_be_switched_to(campus: Campus) -> None:
    folder = campus.folder / "runs" / "topic-guard"
    folder.mkdir(parents=True)
    RunRecord("topic-guard", "starter", "", task=CLASSIFY, labels=("off", "on")).write(folder)
    async with campus.bot():
        told = await campus.switch("topic-guard")
        assert "topic-guard is a classifier: it tells labels and writes nothing" in told.content
        listed = await campus.admin.slash(campus.channel, "model list")
        table = await listed.responded()
        await campus.server.until(lambda: "→ small" in table.content, timeout=10)
        assert "topic-guard" not in table.content
