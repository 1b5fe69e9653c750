"""Settings: defaults, then config.toml, then the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
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

from bot.config_classifiers import ClassifiersSection
from bot.config_file import ConfigFile
from bot.config_problem import PREFIX, SEPARATOR, place, sentence, variable_of
from bot.config_section import Section
from bot.config_values import (
    Auth,
    DatabaseUrl,
    Device,
    HttpAddress,
    Names,
    RateLimit,
    Revision,
    Size,
    SizeOrNone,
    SocketAddress,
    TemplateName,
    parse_auth,
    parse_limit,
)
from bot.domain.conversation import Length
from bot.domain.decency import DecencyLevel
from bot.domain.decoding import Method
from bot.domain.errors import ConfigurationError
from bot.domain.note_limits import NoteLimits
from bot.domain.sampling import MAX_DRAFTS
from bot.domain.server_settings import LimitSettings, ThreadsMode

DEFAULT_FILE = Path("config.toml")
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105 - its name


class DiscordSection(Section):
    """How to reach Discord, and what the bot may see there."""

    token: SecretStr | None = None
    api_url: HttpAddress | None = None
    gateway_url: SocketAddress | None = None
    message_content: bool = False
    threads: ThreadsMode = ThreadsMode.AUTO


class DatabaseSection(Section):
    """Where everything is stored."""

    url: DatabaseUrl = "sqlite+aiosqlite:///data/lectern.db"


class GenerationSection(Section):
    """Which model answers and what it may use."""

    default_model: str | None = None
    device: Device = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    quantization: Literal["auto", "none", "int8"] = "auto"
    memory_budget: Size | None = None
    max_batch: Annotated[int, Field(ge=1, le=256)] = 8
    queue_limit: Annotated[int, Field(ge=1, le=100_000)] = 64
    prefix_cache: SizeOrNone = 512 * 2**20
    speculation: Literal["auto", "off"] = "auto"
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    model_cache: Path | None = None
    download: bool = True


class ModelSection(Section):
    """A model of one's own: a hub id with its revision, or a local folder."""

    source: str
    revision: Revision | None = None
    template: TemplateName = "base"


class SamplingSection(Section):
    """Defaults of answers; servers and people may choose others.

    Without a value it is what suits the model's size: see `domain.decoding`.
    """

    method: Method = Method.AUTO
    temperature: Annotated[float, Field(ge=0, le=5)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0, le=50_257)] | None = None
    repetition_penalty: Annotated[float, Field(ge=1, le=2)] | None = None
    no_repeat_ngram: Annotated[int, Field(ge=0, le=16)] | None = None
    num_drafts: Annotated[int, Field(ge=1, le=MAX_DRAFTS)] | None = None
    length: Length = Length.NORMAL

    def named(self) -> dict[str, float]:
        """The sampling parameters that have a value."""
        return self.model_dump(exclude={"method", "length"}, exclude_none=True)


class LimitsSection(Section):
    """Default rate limits; servers may choose others."""

    person: RateLimit = "6/60s"
    channel: RateLimit = "20/60s"
    server: RateLimit = "60/60s"

    def as_limits(self) -> LimitSettings:
        """As the services know them."""
        return LimitSettings(*map(parse_limit, (self.person, self.channel, self.server)))


class NotesSection(Section):
    """What answers may be taken from."""

    handbook: bool = True
    max_notes: Annotated[int, Field(ge=1, le=10_000)] = 200
    max_file_size: Size = 10 * 2**20
    max_size: Size = 200 * 2**20
    max_passages: Annotated[int, Field(ge=1, le=1_000_000)] = 100_000

    def as_limits(self) -> NoteLimits:
        """As the services know them."""
        return NoteLimits(self.max_notes, self.max_file_size, self.max_size, self.max_passages)


class DecencySection(Section):
    """What may be shown; servers may choose otherwise."""

    level: DecencyLevel = DecencyLevel.STANDARD


class TrainingSection(Section):
    """Where fine-tuned models are kept."""

    runs: Path = Path("data/runs")


class WebSection(Section):
    """The page: where it is, who gets in, and who looks after its notes."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 7860
    auth: Auth | None = None
    assistants: Names = ""
    beside_bot: bool = False

    def passwords(self) -> dict[str, str]:
        """The password of each name, that of everybody under no name; nothing without auth."""
        return {} if self.auth is None else parse_auth(self.auth.get_secret_value())


def _in_capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class LoggingSection(Section):
    """What is logged, and how."""

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_in_capitals)
    ] = "INFO"
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
    notes: NotesSection = NotesSection()
    decency: DecencySection = DecencySection()
    training: TrainingSection = TrainingSection()
    classifiers: ClassifiersSection = ClassifiersSection()
    web: WebSection = WebSection()
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
    variable = os.environ.get(CONFIG_VARIABLE)
    named = path or (Path(variable) if variable else None)
    chosen = named or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    file = ConfigFile.read(chosen) if chosen else None
    values: dict[str, Any] = dict(file.values) if file else {}
    _check_names(values, file)
    discord, token = values.get("discord", {}), os.environ.get(TOKEN_VARIABLE, "").strip()
    if token and isinstance(discord, dict):
        values["discord"] = {**discord, "token": SecretStr(token)}
    try:
        return Settings(**values, file=chosen)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise ConfigurationError(sentence(problem, file, known_keys())) from None
    except SettingsError as error:
        raise ConfigurationError(f"The environment cannot be used: {error}.") from None


def known_keys() -> dict[str, list[str]]:
    """The keys that each section of a file may have; those of any model for `models`."""
    sections: dict[str, Any] = {
        name: ModelSection if name == "models" else field.annotation
        for name, field in Settings.model_fields.items()
        if name != "file"
    }
    return {
        name: [key for key in section.model_fields if (name, key) != ("discord", "token")]
        for name, section in sections.items()
    }


def _check_names(values: Mapping[str, Any], file: ConfigFile | None) -> None:
    """What pydantic would pass over: our own field, secrets in files, unknown variables."""
    if "file" in values:
        raise ConfigurationError(place(("file",), file) + ": there is no such key.")
    token = ("discord", "token")
    if isinstance(values.get("discord"), dict) and "token" in values["discord"]:
        raise ConfigurationError(
            f"{place(token, file)}: a token does not belong into a file; set the environment "
            f"variable {TOKEN_VARIABLE} instead."
        )
    sections = sorted(known_keys())
    for variable in os.environ:
        name = variable.upper()
        if not name.startswith(PREFIX) or name == CONFIG_VARIABLE:
            continue
        if name == variable_of(token):
            raise ConfigurationError(
                f"The environment variable {variable} is not read; set {TOKEN_VARIABLE} instead."
            )
        section = name.removeprefix(PREFIX).split(SEPARATOR)[0].lower()
        if section not in sections or SEPARATOR not in name:
            raise ConfigurationError(
                f"The environment variable {variable} means nothing; it should be "
                f"{PREFIX}SECTION{SEPARATOR}KEY with a section of {', '.join(sections)}."
            )
