"""Configuration: what wins over what, and one sentence for every mistake."""

import re
from pathlib import Path

import pytest

from bot.config import Settings, load_settings, parse_limit
from bot.domain.errors import ConfigurationError
from bot.domain.rate_limit import Limit

BOT_TOKEN = "MTE4NzY1NDMyMTA5ODc2NTQzMg.GaBcDe.canaryBotTokenCanaryBotTokenCanary12"
EXAMPLE = Path(__file__).resolve().parents[1] / "config.example.toml"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("DISCORD_TOKEN", "LECTERN_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


def refusal(path: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    return caught.value.text


def test_without_anything_the_starter_model_answers() -> None:
    settings = load_settings()
    assert settings.effective_default_model == "starter"
    assert settings.discord.token is None


def test_with_a_token_or_a_file_gpt2_xl_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings(written(tmp_path, "")).effective_default_model == "gpt2-xl"
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    settings = load_settings()
    assert settings.effective_default_model == "gpt2-xl"
    assert "secret-token" not in repr(settings)


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = written(tmp_path, '[generation]\nmax_batch = 3\nthreads = 1\n[limits]\nserver = "1/1s"')
    monkeypatch.setenv("LECTERN_GENERATION__MAX_BATCH", "5")
    monkeypatch.setenv("LECTERN_LIMITS__PERSON", "2/1h")
    monkeypatch.setenv("LECTERN_MODELS__MINE__SOURCE", "data/mine")
    settings = load_settings(path)
    assert (settings.generation.max_batch, settings.generation.threads) == (5, 1)
    assert settings.limits.as_limits().person == Limit(2, 3600)
    assert settings.limits.as_limits().server == Limit(1, 1)
    assert settings.models["mine"].source == "data/mine"


def test_the_file_is_named_by_a_variable_or_found_in_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[generation]\nmax_batch = 2")
    assert load_settings().generation.max_batch == 2
    monkeypatch.setenv("LECTERN_CONFIG", str(written(tmp_path, "[generation]\nmax_batch = 7")))
    assert load_settings().generation.max_batch == 7


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[generation]\n# so\nmax_batch = "many"',
            r"line 3: generation.max_batch should be .*'many'\.",
        ),
        ("[generation]\nmax_batch = 0", r"line 2: generation.max_batch should be greater"),
        (
            '[generation]\nmemory_budget = "six"',
            r'line 2: .*memory_budget should be a size like "6 GB"',
        ),
        ("[generation]\nprefix_cache = 512", r"line 2: .* a size with its unit, like"),
        ('[generation]\nmemory_budget = "6000"', r"line 2: .* a size with its unit, like"),
        ('[limits]\nperson = "6 per m"', r"line 2: limits.person should be a limit like"),
        ('[limits]\nperson = "0/1m"', r"line 2: limits.person is out of range"),
        (
            "[discord]\nmesage_content = true",
            r"line 2: .* no such key; did you mean message_content\?",
        ),
        (
            '[discord]\nthreads = "maybe"',
            r"line 2: discord.threads should be 'auto', 'button' or 'off'",
        ),
        ("[dicord]\nthreads = 1", r"line 1: dicord: there is no such key; did you mean discord\?"),
        ("[models.x]\ntemplate = 'base'", r"line 1: models.x.source is missing"),
        ("generation.max_batch = []", r"line 1: generation.max_batch should be"),
        ("[generation\n", r"not valid TOML: .*line 1"),
        ("[discord]\ntoken = 'canary'", r"line 2: discord.token: a token does not belong"),
        ("file = 1", r"line 1: file: there is no such key"),
        ("generation = 3", r"line 1: generation should be a section"),
        ("\n[[discord]]\nthreads = 'canary'", r"line 2: discord should be a section"),
        ("[generation]\nmax_batch = true", r"line 2: .*max_batch should not be true or false"),
        ('[generation]\ndevice = "tpu"', r"line 2: generation.device should be auto, cpu, cuda"),
        (f'[generation]\nmemory_budget = "{"9" * 400}"', r"a size like \"6 GB\", but is '9{59}…"),
        ('[models.x]\nsource = "a/b"\nrevision = "main"', r"line 3: .*revision should be the 40"),
        (
            '[models.x]\nsource = "a/b"\ntemplate = "x"',
            r"line 3: .* of alpaca, base, course, starter",
        ),
        ('[discord]\napi_url = "example"', r"line 2: discord.api_url should be an address"),
        (f'[discord]\napi_url = "{BOT_TOKEN}"', r"line 2: .* but is '\[hidden\]'"),
        ("\n\ngeneration = {max_batch = 'q'}", r"line 3: generation.max_batch should be"),
        ('[models."a.b"]\n"source" = 3', r"line 2: models.a.b.source should be"),
        ('[database]\nurl = """\nx\n"""\nurls = 1', r"line 5: .*; did you mean url\?"),
        ("[generation]\nmax_batch = [\n1,\n2]", r"line 2: generation.max_batch should be"),
        ("[limits]\r\nperson = 6\r\n", r"line 2: limits.person should be"),
        ("\n[logging]\nlevel = 1\nlevel = 2", r"not valid TOML: .*line 4, where the file ends"),
    ],
)
def test_a_mistake_is_one_sentence_with_key_and_line(
    tmp_path: Path, text: str, sentence: str
) -> None:
    said = refusal(written(tmp_path, text))
    assert re.search(sentence, said), said
    assert "\n" not in said
    assert "canary" not in said


def test_a_file_of_some_editors_starts_with_a_mark(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff[generation]\nmax_batch = 3")
    assert load_settings(path).generation.max_batch == 3


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in refusal(path)
    assert "unreadable" in refusal(tmp_path)


@pytest.mark.parametrize("variable", ["DISCORD_TOKEN", "LECTERN_CONFIG"])
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "")
    assert load_settings().effective_default_model == "starter"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert "There is no configuration file" in refusal(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("LECTERN_GENERATION__MAX_BATCH", "variable LECTERN_GENERATION__MAX_BATCH should be"),
        ("LECTERN_GENERATION__MAX_BACH", "no such key; did you mean max_batch"),
        ("LECTERN_FOO", "LECTERN_FOO means nothing"),
        ("LECTERN_DISCORD", "LECTERN_DISCORD means nothing"),
        ("LECTERN_DISCORD__TOKEN", "LECTERN_DISCORD__TOKEN is not read; set DISCORD_TOKEN"),
        ("lectern_generation__max_batch", "variable lectern_generation__max_batch should be"),
        ("LECTERN_GENERATION__THREADS__X", "variable LECTERN_GENERATION__THREADS__X should be"),
        ("LECTERN_MODELS__MINE", "variable LECTERN_MODELS__MINE should be a section"),
        ("LECTERN_MODELS__MINE__REVISION", "source is missing; set it there or as LECTERN_MOD"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, "zz")
    assert sentence in refusal()


def test_the_example_loads_and_shows_every_key() -> None:
    settings = load_settings(EXAMPLE)
    assert settings.effective_default_model == "gpt2-xl"
    text = EXAMPLE.read_text()
    for name, field in Settings.model_fields.items():
        if name in ("file", "models"):
            continue
        assert f"[{name}]" in text
        for key in field.annotation.model_fields:  # type: ignore[union-attr]
            if key != "token":
                assert re.search(rf"^(# )?{key} = ", text, re.MULTILINE), f"{name}.{key}"


def test_the_example_shows_the_defaults() -> None:
    example, defaults = load_settings(EXAMPLE), Settings()
    for name in ("discord", "database", "sampling", "limits", "logging"):
        assert getattr(example, name) == getattr(defaults, name)
    named = example.generation.model_copy(update={"default_model": None})
    assert named == defaults.generation


@pytest.mark.parametrize(
    ("text", "limit"), [("6/60s", Limit(6, 60)), ("5/m", Limit(5, 60)), ("9/2d", Limit(9, 172_800))]
)
def test_limits_are_read(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize(
    ("written_down", "passwords"),
    [
        ("a long password", {"": "a long password"}),
        ("ada:one bob:two:three", {"ada": "one", "bob": "two:three"}),
        ("ada:one\nbob:two", {"ada": "one", "bob": "two"}),
    ],
)
def test_the_page_has_one_password_or_one_for_each_name(
    monkeypatch: pytest.MonkeyPatch, written_down: str, passwords: dict[str, str]
) -> None:
    monkeypatch.setenv("LECTERN_WEB__AUTH", written_down)
    settings = load_settings()
    assert settings.web.passwords() == passwords
    assert written_down not in repr(settings)


def test_names_and_passwords_of_the_page_may_be_a_list(tmp_path: Path) -> None:
    text = '[web]\nauth = ["ada:one", "bob:two"]\nassistants = ["ada", "bob"]'
    web = load_settings(written(tmp_path, text)).web
    assert web.passwords() == {"ada": "one", "bob": "two"}
    assert web.assistants.split() == ["ada", "bob"]


@pytest.mark.parametrize("value", ["ada:", ":x", "ada:canary ada:canary", "  ", "canary bob:x"])
def test_a_wrong_password_setting_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("LECTERN_WEB__AUTH", value)
    said = refusal()
    assert said.startswith("The environment variable LECTERN_WEB__AUTH ")
    assert "canary" not in said


def test_a_password_of_another_type_is_not_repeated_either(tmp_path: Path) -> None:
    assert "815" not in refusal(written(tmp_path, "[web]\nauth = [1815]"))
