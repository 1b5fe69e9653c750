"""The commands around questions: models, the doctor, the database, notes, training."""

from pathlib import Path

import pytest

from tests.terminal.conftest import ROOT, Lectern

TOKEN = "MTE4NzY1NDMyMTA5ODc2NTQzMg.GaBcDe.canaryBotTokenCanaryBotTokenCanary12"
HEAVY = ("torch", "transformers", "discord", "matplotlib")


def test_models_are_listed_with_sizes_and_whether_they_are_here(command: Lectern) -> None:
    done = command("models")
    assert done.stdout == command("models", "list").stdout
    assert "1,557.6 M" in done.stdout
    rows = done.stdout.splitlines()[1:]
    assert any("gpt2-xl" in row and row.rstrip().endswith("no") for row in rows)
    tiny = next(row for row in rows if "→ tiny" in row)
    assert tiny.rstrip().endswith("yes")
    assert "?" not in tiny


def test_downloading_without_a_hub_is_one_sentence(lectern: Lectern) -> None:
    done = lectern("models", "download", "gpt2", HF_ENDPOINT="http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr.count("\n") == 1
    assert "gpt2" in done.stderr


def test_training_in_a_folder_that_cannot_be_written_is_one_sentence(command: Lectern) -> None:
    done = command("train-starter", "--folder", "/proc/starter", "--steps", "4")
    assert done.returncode == 1
    assert done.stderr.startswith("lectern: The folder /proc/starter cannot be written")
    assert done.stderr.count("\n") == 1


def test_the_doctor_has_a_line_for_everything(command: Lectern) -> None:
    done = command("doctor", DISCORD_TOKEN=TOKEN)
    assert done.returncode == 0, done.stdout
    subjects = [line.split()[1] for line in done.stdout.splitlines()[:6]]
    assert subjects == ["configuration", "token", "database", "migrations", "model", "memory"]
    assert "client_id=1187654321098765432" in done.stdout
    assert "permissions=" in done.stdout
    assert "canary" not in done.stdout + done.stderr


def test_the_doctor_finds_what_is_wrong(command: Lectern, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("no database " * 500)
    done = command(
        "doctor",
        DISCORD_TOKEN="nonsense",
        LECTERN_DATABASE__URL="broken.db",
        LECTERN_GENERATION__DEFAULT_MODEL="gpt2-xl",
        LECTERN_GENERATION__MEMORY_BUDGET="1 GB",
    )
    assert done.returncode == 1
    text = done.stdout
    assert "BAD  token" in text
    assert "BAD  database      broken.db is damaged or not a database" in text
    assert "lectern models download gpt2-xl" in text
    assert "BAD  memory" in text
    assert "nonsense" not in text


def test_the_quick_doctor_finds_no_bot(lectern: Lectern) -> None:
    assert lectern("doctor", "--quick").returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("notes search dropout", "Dropout"),
        ("notes list", "There are no notes"),
        ("db upgrade", "is up to date"),
        ("models download tiny", "tiny is here"),
        ("doctor --quick", "connected to Discord"),
    ],
)
def test_a_command_without_a_model_loads_nothing_heavy(
    lectern: Lectern, tmp_path: Path, words: str, said: str
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/heartbeat").touch()
    for name in HEAVY:
        (tmp_path / f"{name}.py").write_text('raise SystemExit("this command needs no such thing")')
    done = lectern(*words.split(), PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert (tmp_path / "data/lectern.db").is_file() is words.startswith(("notes", "db"))
