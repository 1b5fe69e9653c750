"""The command line as a person and as a script use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.conftest import ROOT, Lectern


def test_without_a_token_run_says_so_and_opens_the_chat(lectern: Lectern) -> None:
    done = lectern("run", stdin="What is dropout?\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == (
        "DISCORD_TOKEN is not set, so here is the chat in the terminal instead of the bot."
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Here tiny answers, ")
    assert lines[1] == "you › What is dropout?"
    assert lines[2].startswith("tiny › ")


def test_a_piped_chat_follows_up_lists_resets_and_refuses(lectern: Lectern) -> None:
    done = lectern(
        "chat", stdin="What is it?\nAnd why?\n\n/model\n/reset\n/help\n/what\n/quit\nno\n"
    )
    assert done.returncode == 1
    text = done.stdout
    assert text.count("tiny › ") == 2
    assert "→ tiny" in text
    assert "gpt2-xl" in text
    assert "Forgotten: 2 earlier questions." in text
    assert "/reset         forget this chat" in text
    assert "There is no command /what; /help lists the commands." in text
    assert "you › no" not in text
    assert "Traceback" not in done.stderr


def test_a_chat_with_nothing_to_read_ends_at_once(lectern: Lectern, tmp_path: Path) -> None:
    (tmp_path / "questions").write_text("What is it?\n")
    done = lectern("chat", stdin=None)
    assert (done.returncode, done.stderr) == (0, "")
    for path, count in ((Path("/dev/null"), 0), (tmp_path / "questions", 1)):
        with path.open() as file:
            done = lectern("chat", stdin=file)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("tiny › ") == count


def test_a_piped_line_without_an_end_in_sight_is_refused_in_one_sentence(lectern: Lectern) -> None:
    done = lectern("chat", stdin="why " * 500_000 + "\nWhat is it?\n")
    assert (done.returncode, done.stderr) == (1, "")
    refusal, question, answer = done.stdout.splitlines()[1:4]
    assert refusal.startswith("A line of more than a million characters is too long")
    assert question == "you › What is it?"
    assert answer.startswith("tiny › ")


def test_switching_to_an_unknown_model_is_one_sentence(lectern: Lectern) -> None:
    done = lectern("chat", stdin="/model gpt-5\n/model tiny\n")
    assert "There is no model called gpt-5; choose from" in done.stdout
    assert "tiny answers from now on." in done.stdout


def test_ask_prints_one_json_object(command: Lectern) -> None:
    alone = {"LECTERN_NOTES__HANDBOOK": "false"}
    first = command("ask", "What is dropout?", "--seed", "3", "--json", **alone)
    again = command("ask", "What", "is", "dropout?", "--seed", "3", "--json", **alone)
    assert first.returncode == 0, first.stderr
    answer = json.loads(first.stdout)
    assert set(answer) == {
        "answer",
        "kind",
        "sources",
        "quotes",
        "confidence",
        "model",
        "revision",
        "seed",
        "finish_reason",
        "tokens",
        "timings",
    }
    assert (answer["model"], answer["seed"]) == ("tiny", 3)
    assert answer["kind"] in ("memory", "nothing")
    assert (answer["sources"], answer["quotes"]) == ([], [])
    assert answer["tokens"]["new"] > 0
    assert json.loads(again.stdout)["answer"] == answer["answer"]


def test_ask_quotes_and_names_its_sources(command: Lectern) -> None:
    answer = json.loads(command("ask", "What is dropout?", "--json").stdout)
    assert answer["kind"] == "notes"
    assert 0.5 <= answer["confidence"] <= 1
    quote, source = answer["quotes"][0], answer["sources"][0]
    assert quote["number"] == source["number"] == 1
    assert "dropout" in quote["text"].lower()
    assert quote["text"] in answer["answer"]
    assert (source["origin"], source["document"]) == ("handbook", "dropout")
    printed = command("ask", "What is dropout?").stdout
    assert printed.startswith(answer["answer"])
    assert "\n[1] Dropout" in printed.removeprefix(answer["answer"])


def test_complete_prints_what_its_json_says(command: Lectern) -> None:
    """One text grows as it is written; several have plain headings and are never mixed."""
    for num_samples in (1, 3):
        words = ("complete", "Once upon", "--max-new-tokens", "20", "--seed", "5")
        printed = command(*words, "--samples", str(num_samples))
        assert printed.returncode == 0, printed.stderr
        answer = json.loads(command(*words, "--samples", str(num_samples), "--json").stdout)
        assert printed.stdout == answer["answer"] + "\n"
        samples = answer["samples"]
        assert [sample["seed"] for sample in samples] == [5, 6, 7][:num_samples]
        assert len({sample["text"] for sample in samples}) == num_samples
        if num_samples > 1:
            assert answer["answer"] == "\n\n".join(
                f"Sample {number} · seed {sample['seed']}\n{sample['text']}"
                for number, sample in enumerate(samples, 1)
            )
        else:
            assert answer["answer"] == samples[0]["text"]


def test_complete_takes_words_without_quotes_and_a_length(command: Lectern) -> None:
    done = command("complete", "--length", "short", "Once", "upon", "--seed", "5", "--json")
    answer = json.loads(done.stdout)
    assert 0 < answer["tokens"]["new"] <= 64
    assert (answer["finish_reason"] == "length") is (answer["tokens"]["new"] == 64)
    assert command("complete", "Once", "--length", "endless").returncode == 2


def test_an_empty_question_is_one_sentence_and_exit_code_1(command: Lectern) -> None:
    done = command("ask", "  ")
    assert done.returncode == 1
    assert done.stderr.startswith("lectern: Your question is empty; please write one")


def test_a_wrong_configuration_is_one_sentence_and_exit_code_78(
    lectern: Lectern, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text('[generation]\nmax_batch = "many"\n')
    done = lectern("chat")
    assert done.returncode == 78
    assert "config.toml, line 2: generation.max_batch should be" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("word", "variable", "value", "sentence"),
    [
        ("run", "DISCORD_TOKEN", "abc", "DISCORD_TOKEN does not look like a bot token"),
        ("models", "LECTERN_GENERATION__DEFAULT_MODEL", "gpt3", "generation.default_model"),
        ("chat", "LECTERN_DATABASE__URL", "postgres://x", "LECTERN_DATABASE__URL"),
    ],
)
def test_a_wrong_value_is_found_before_anything_starts(
    command: Lectern, word: str, variable: str, value: str, sentence: str
) -> None:
    done = command(word, **{variable: value})
    assert done.returncode == 78
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_model_that_is_not_here_is_one_sentence_and_exit_code_69(command: Lectern) -> None:
    done = command(
        "ask",
        "Why?",
        LECTERN_MODELS__GONE__SOURCE="./nowhere",
        LECTERN_GENERATION__DEFAULT_MODEL="gone",
    )
    assert done.returncode in (69, 78)
    assert done.stderr.count("\n") == 1
    assert "gone" in done.stderr


def test_a_known_model_that_cannot_be_fetched_is_exit_code_69_for_ask_too(
    lectern: Lectern,
) -> None:
    done = lectern(
        "ask", "Why?", "--model", "gpt2", HF_ENDPOINT="http://127.0.0.1:9", HF_HOME="hub"
    )
    assert (done.returncode, done.stdout) == (69, "")
    assert "gpt2" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_written_is_one_sentence_and_exit_code_69(
    command: Lectern,
) -> None:
    done = command("ask", "Why?", LECTERN_DATABASE__URL="/proc/lectern/lectern.db")
    assert done.returncode == 69
    assert "cannot be written" in done.stderr


def test_wrong_words_are_exit_code_2(command: Lectern) -> None:
    assert command("frobnicate").returncode == 2
    assert command("ask").returncode == 2


def test_help_lists_every_command(lectern: Lectern) -> None:
    done = lectern("--help")
    assert done.returncode == 0
    for command in ("run", "chat", "ask", "complete", "models", "selfcheck", "doctor", "db"):
        assert command in done.stdout
    for command in ("train-starter", "notes", "evaluate", "calibrate"):
        assert command in done.stdout


def test_the_version_is_printed(lectern: Lectern) -> None:
    assert lectern("--version").stdout.strip() == "lectern 0.1.0"


@pytest.mark.parametrize("module", ["bot.cli", "typer", "bot.commands"])
def test_ctrl_c_among_the_imports_says_nothing(module: str) -> None:
    program = f"""
import sys

class Interrupt:
    def find_spec(self, name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
sys.argv = ["lectern", "models"]
from bot.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
