"""The section `classifiers` of the configuration: what is accepted, refused, and told."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import load_settings
from bot.domain.classifier import Use
from bot.domain.errors import ConfigurationError
from bot.domain.topic_guard import HINT, REFUSAL, GuardMode
from bot.parts import classifier_folders, make_defaults
from bot.training.run_record import RunRecord
from tests.classifiers import change_config, save_classifier
from tests.models import save_model


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_TRAINING__RUNS", str(tmp_path))
    monkeypatch.setenv("LECTERN_GENERATION__DEFAULT_MODEL", "starter")
    monkeypatch.setenv("LECTERN_DATABASE__URL", f"sqlite:///{tmp_path}/lectern.db")
    save_classifier(tmp_path / "guard")
    save_classifier(tmp_path / "ranking", ("good", "bad"))


def use(monkeypatch: pytest.MonkeyPatch, **keys: str) -> None:
    for key, value in keys.items():
        monkeypatch.setenv(f"LECTERN_CLASSIFIERS__{key.upper()}", value)


def refusal() -> str:
    with pytest.raises(ConfigurationError) as refused:
        classifier_folders(load_settings())
    return refused.value.text


def test_without_names_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert classifier_folders(load_settings()) == {}
    use(monkeypatch, topic_guard="", answer_ranking="")
    assert classifier_folders(load_settings()) == {}


def test_runs_are_found_by_their_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, topic_guard="guard", answer_ranking="ranking", topic_guard_mode="hint")
    settings = load_settings()
    found = classifier_folders(settings)
    assert {key: each.folder for key, each in found.items()} == {
        Use.TOPIC_GUARD: tmp_path / "guard",
        Use.ANSWER_RANKING: tmp_path / "ranking",
    }
    assert make_defaults(settings).topic_guard is GuardMode.HINT


def test_a_run_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, topic_guard="gard")
    assert refusal() == (
        "classifiers.topic_guard cannot be used: There is no run called gard; there are guard, "
        "ranking."
    )


def test_a_run_for_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, topic_guard="ranking")
    assert refusal() == (
        "classifiers.topic_guard cannot be used: ranking tells “good” and “bad” apart and not "
        "“on topic” and “off topic”; name a run that was trained on those labels."
    )


def test_a_run_that_writes_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save_model(tmp_path / "course", pad_token_id=0)
    RunRecord("course", "base", "").write(tmp_path / "course")
    change_config(tmp_path / "course", id2label=None)
    use(monkeypatch, answer_ranking="course")
    assert "classifiers.answer_ranking cannot be used: course is no classifier" in refusal()


def test_a_guard_that_is_wanted_needs_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, topic_guard_mode="refuse")
    assert refusal() == (
        'classifiers.topic_guard_mode is "refuse", but classifiers.topic_guard names no run; name '
        'one, or set the mode to "off".'
    )


def lectern(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    refusal = "" if done.exception is None else str(done.exception)
    return done.exit_code, done.output + refusal


def test_no_answer_begins_with_a_classifier_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, topic_guard="ranking")
    assert "ranking tells “good” and “bad” apart" in lectern("ask", "What is dropout?")[1]


def test_the_doctor_has_a_line_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "topic guard" not in lectern("doctor")[1]
    use(monkeypatch, topic_guard="guard", answer_ranking="guard")
    said = lectern("doctor")[1]
    assert "ok   topic guard   guard tells “on topic” from “off topic”\n" in said
    assert "BAD  ranking       classifiers.answer_ranking" in said
    assert "classifiers.answer_ranking cannot be used: guard tells “off topic”" in said


def test_the_terminal_hints_and_refuses_as_its_classifier_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Labels change places, so whatever the random classifier thinks, it thinks it once."""
    question = ("ask", "Who won the world cup?", "--length", "short")
    said = []
    for labels in ({"0": "on topic", "1": "off topic"}, {"0": "off topic", "1": "on topic"}):
        change_config(tmp_path / "guard", id2label=labels)
        use(monkeypatch, topic_guard="guard", topic_guard_mode="refuse")
        refused = lectern(*question)[1]
        use(monkeypatch, topic_guard_mode="hint")
        hinted = lectern(*question)[1]
        assert (REFUSAL in refused) == (HINT in hinted)
        said.append(REFUSAL in refused)
    assert sorted(said) == [False, True]
