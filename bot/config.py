"""Settings: defaults, then config.toml, then the environment."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.config_file import ConfigFile
from bot.domain.conversation import Length
from bot.domain.errors import ConfigurationError, InvalidParameter
from bot.domain.rate_limit import Limit
from bot.domain.server_settings import LimitSettings, ThreadsMode

PREFIX = "LECTERN_"
SEPARATOR = "__"
DEFAULT_FILE = Path("config.toml")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG]i?B|B)?", re.IGNORECASE)
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_LIMIT = re.compile(r"(\d+)\s*/\s*(\d*)\s*([smhd])")
_PERIODS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def parse_size(value: object) -> object:
    """ "6 GB" → bytes; numbers are bytes already."""
    if not isinstance(value, str):
        return value
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError('should be a size like "6 GB"')
    return int(float(match[1]) * _UNITS[(match[2] or "B").lower()])


def parse_limit(text: str) -> Limit:
    """ "6/60s" → a limit of 6 questions per 60 seconds.

    Raises:
        ValueError: not of that form, or out of range.
    """
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        raise ValueError('should be a limit like "6/60s", "20/1m" or "500/1d"')
    try:
        return Limit(int(match[1]), int(match[2] or 1) * _PERIODS[match[3]])
    except InvalidParameter as error:
        raise ValueError(f"is out of range: {error.text.rstrip('.')}") from None


def _checked_limit(text: str) -> str:
    parse_limit(text)
    return text


Size = Annotated[int, BeforeValidator(parse_size), Field(gt=0)]
RateLimit = Annotated[str, AfterValidator(_checked_limit)]


class Section(BaseModel):
    """A section of the file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DiscordSection(Section):
    """How to reach Discord, and what the bot may see there."""

    token: SecretStr | None = None
    api_url: str | None = None
    gateway_url: str | None = None
    message_content: bool = False
    threads: ThreadsMode = ThreadsMode.AUTO


class DatabaseSection(Section):
    """Where everything is stored."""

    url: str = "sqlite+aiosqlite:///data/lectern.db"


class GenerationSection(Section):
    """Which model answers and what it may use."""

    default_model: str | None = None
    device: str = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    memory_budget: Size | None = None
    max_batch: Annotated[int, Field(ge=1, le=256)] = 8
    queue_limit: Annotated[int, Field(ge=1, le=100_000)] = 64
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    model_cache: Path | None = None
    download: bool = True


class ModelSection(Section):
    """A model of one's own: a hub id with its revision, or a local folder."""

    source: str
    revision: str | None = None
    template: str = "base"


class SamplingSection(Section):
    """Defaults of answers; servers and people may choose others."""

    temperature: Annotated[float, Field(ge=0, le=5)] = 0.7
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.9
    top_k: Annotated[int, Field(ge=0, le=50_257)] = 0
    repetition_penalty: Annotated[float, Field(ge=1, le=2)] = 1.1
    no_repeat_ngram: Annotated[int, Field(ge=0, le=16)] = 3
    length: Length = Length.NORMAL


class LimitsSection(Section):
    """Default rate limits; servers may choose others."""

    person: RateLimit = "6/60s"
    channel: RateLimit = "20/60s"
    server: RateLimit = "60/60s"

    def as_limits(self) -> LimitSettings:
        """As the services know them."""
        return LimitSettings(*map(parse_limit, (self.person, self.channel, self.server)))


class LoggingSection(Section):
    """What is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "text", "json"] = "auto"


class Settings(BaseSettings):
    """Everything that can be configured."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=SEPARATOR, extra="forbid", frozen=True
    )

    discord: DiscordSection = DiscordSection()
    database: DatabaseSection = DatabaseSection()
    generation: GenerationSection = GenerationSection()
    models: dict[str, ModelSection] = {}
    sampling: SamplingSection = SamplingSection()
    limits: LimitsSection = LimitsSection()
    logging: LoggingSection = LoggingSection()

    file: Path | None = Field(default=None, exclude=True)

    @property
    def effective_default_model(self) -> str:
        """The model of servers that chose none.

        The configured one; else `gpt2-xl` for whoever has configured anything at all, and
        the starter model, which needs no download, for a newcomer.
        """
        if self.generation.default_model is not None:
            return self.generation.default_model
        is_configured = self.discord.token is not None or self.file is not None
        return "gpt2-xl" if is_configured else "starter"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file (which comes as arguments)."""
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> Settings:
    """Read the file (argument, else LECTERN_CONFIG, else ./config.toml) and the environment.

    Raises:
        ConfigurationError: one sentence that names the key and its line or variable.
    """
    named = path or (Path(os.environ["LECTERN_CONFIG"]) if "LECTERN_CONFIG" in os.environ else None)
    chosen = named or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    file = ConfigFile.read(chosen) if chosen else None
    values: dict[str, Any] = dict(file.values) if file else {}
    _check_names(values, file)
    discord = values.get("discord", {})
    if os.environ.get("DISCORD_TOKEN") and isinstance(discord, dict):
        values["discord"] = {**discord, "token": os.environ["DISCORD_TOKEN"].strip()}
    try:
        return Settings(**values, file=chosen)
    except ValidationError as error:
        raise ConfigurationError(_sentence(error, file)) from None
    except SettingsError as error:
        raise ConfigurationError(f"The environment cannot be used: {error}.") from None


def _check_names(values: Mapping[str, Any], file: ConfigFile | None) -> None:
    """What pydantic would pass over: our own field, secrets in files, unknown variables."""
    if "file" in values:
        raise ConfigurationError(_at(("file",), file) + ": there is no such key.")
    if isinstance(values.get("discord"), dict) and "token" in values["discord"]:
        raise ConfigurationError(
            _at(("discord", "token"), file) + ": a token does not belong into a file; set the "
            "environment variable DISCORD_TOKEN instead."
        )
    sections = sorted(set(Settings.model_fields) - {"file"})
    for variable in os.environ:
        if not variable.startswith(PREFIX) or variable == f"{PREFIX}CONFIG":
            continue
        section = variable.removeprefix(PREFIX).split(SEPARATOR)[0].lower()
        if section not in sections or SEPARATOR not in variable:
            raise ConfigurationError(
                f"The environment variable {variable} means nothing; it should be "
                f"{PREFIX}SECTION{SEPARATOR}KEY with a section of {', '.join(sections)}."
            )


def _sentence(error: ValidationError, file: ConfigFile | None) -> str:
    """The first problem, with its key, its place, and what would be right."""
    problem = error.errors(include_url=False)[0]
    key = tuple(str(part) for part in problem["loc"])
    place = _at(key, file)
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such key{_suggestion(key)}."
    message = problem["msg"].removeprefix("Value error, ")
    message = (message[0].lower() + message[1:]).split(", unable to")[0]
    given = "" if key[-1] == "token" else f", but is {problem['input']!r}"
    if message.startswith("input "):
        message = message.removeprefix("input ")
    return f"{place} {message}{given}."


def _at(key: tuple[str, ...], file: ConfigFile | None) -> str:
    """Where a key was set: its variable, or file, line and dotted name."""
    variable = PREFIX + SEPARATOR.join(key).upper()
    if variable in os.environ:
        return f"The environment variable {variable}"
    if file is None:
        return ".".join(key)
    line = file.line_of(key)
    return f"{file.path}{f', line {line}' if line else ''}: {'.'.join(key)}"


def _suggestion(key: tuple[str, ...]) -> str:
    """The known key that is most alike."""
    fields: Any = Settings.model_fields
    if len(key) > 1 and key[0] in fields and key[0] != "models":
        fields = fields[key[0]].annotation.model_fields
    elif key[0] == "models" and len(key) > 2:
        fields = ModelSection.model_fields
    close = difflib.get_close_matches(key[-1], set(fields) - {"file", "token"}, 1)
    return f"; did you mean {close[0]}" if close else ""
