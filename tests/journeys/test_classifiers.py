"""Classifiers from labelled files to what people on Discord meet."""

from datetime import UTC, datetime
from pathlib import Path

from bot.domain.topic_guard import HINT, REFUSAL
from bot.training.classifying.reading import read_labelled
from bot.training.classifying.session import prepare_classifier, run_classifier
from bot.training.finetuning.base import Base
from bot.training.finetuning.plan import Wishes
from tests.journeys.campus import Campus
from tests.models import save_model

ON = ("dropout", "attention", "gradients", "softmax", "overfitting", "batches", "layers", "losses")
OFF = ("pasta", "football", "the weather", "cats", "opera", "a cake", "tomatoes", "the sea")
FORMS = ("What is {}?", "Tell me about {}", "why {}", "How do I use {}?")
STRAY = "Tell me about the weather"


def make_guard(campus: Campus) -> None:
    """Teach a small base what is on topic, as `lectern finetune --task classify` does."""
    file = campus.folder / "labelled.csv"
    lines = ["text,label"]
    for label, things in (("on topic", ON), ("off topic", OFF)):
        lines += [f"{form.format(thing)},{label}" for thing in things for form in FORMS]
    file.write_text("\n".join(lines) + "\n")
    save_model(campus.folder / "base")
    base = Base.of("tiny", campus.folder / "base", "starter")
    wishes = Wishes(epochs=12, batch=8, learning_rate=1e-3, validation=0.0)
    ready = prepare_classifier("guard", base, read_labelled([file]), wishes, "cpu", 10**12)
    folder: Path = campus.folder / "runs" / "guard"
    folder.mkdir(parents=True)
    run_classifier(ready, folder, datetime.now(UTC), lambda stage: None)


async def choose(campus: Campus, mode: str) -> None:
    """Set it as the admin."""
    asked = await campus.admin.slash(campus.channel, "settings set", topic_guard=mode)
    assert f"• topic guard: **{mode}** (set here)" in (await campus.settled(asked)).content


async def test_an_admin_lets_a_run_guard_the_topic_of_a_server(campus: Campus) -> None:
    make_guard(campus)
    async with campus.bot(topic_guard="guard"):
        before = await campus.ask(campus.ada, campus.channel, STRAY, length="short")
        assert HINT not in before.content
        await choose(campus, "hint")
        hinted = await campus.ask(campus.ada, campus.channel, STRAY, length="short")
        assert HINT in hinted.content
        await choose(campus, "refuse")
        asked = await campus.ada.slash(campus.channel, "ask", question=STRAY)
        refused = await campus.settled(asked)
        await campus.server.until(lambda: refused.content)
        assert refused.content == REFUSAL
        on_topic = await campus.ask(campus.bob, campus.channel, "What is dropout?", length="short")
        assert HINT not in on_topic.content
        listed = await campus.admin.slash(campus.channel, "model list")
        assert "guard" not in (await listed.responded()).content
