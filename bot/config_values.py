"""Values that settings are made of: sizes, rate limits, addresses, names of choices."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.domain.errors import InvalidParameter
from bot.domain.rate_limit import Limit
from bot.domain.template import TEMPLATES

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)\s*([KMG]i?B|B)?", re.IGNORECASE | re.ASCII)
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
SMALLEST_SIZE = 10_000
MAX_NAME = 60
_LIMIT = re.compile(r"(\d{1,9})\s*/\s*(\d{0,9})\s*([smhd])", re.ASCII)
_TOKEN = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}", re.ASCII)
LOOKS_WRONG = (
    "DISCORD_TOKEN does not look like a bot token; copy it again from the page Bot of your "
    "application in Discord's developer portal"
)
_PERIODS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def is_token(text: str) -> bool:
    """Whether a text has the form of a bot's token: id, time and signature in base 64."""
    return _TOKEN.fullmatch(text) is not None


def parse_size(value: object) -> object:
    """ "6 GB" → bytes; numbers are bytes already.

    Raises:
        ValueError: not of that form, or so few bytes that a unit was forgotten.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        return value
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError('should be a size like "6 GB"')
    size = int(float(match[1]) * _UNITS[(match[2] or "B").lower()])
    if match[2] is None and 0 < size < SMALLEST_SIZE:
        raise ValueError('should be a size with its unit, like "512 MiB"')
    return size


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


def parse_auth(text: str) -> dict[str, str]:
    """ "ada:secret bob:other" → the password of each name; one without a name is everybody's.

    Raises:
        ValueError: nothing to log in with, half a pair, or a name twice. It shows no password.
    """
    if ":" not in text:
        if not text.strip():
            raise ValueError("is empty; leave it out, or give a password")
        return {"": text.strip()}
    passwords: dict[str, str] = {}
    for pair in text.split():
        name, colon, password = pair.partition(":")
        if not (name and colon and password):
            raise ValueError('should be one password, or pairs like "ada:her-password"')
        if name in passwords or len(name) > MAX_NAME:
            raise ValueError(f"should have each name once, with up to {MAX_NAME} characters")
        passwords[name] = password
    return passwords


def joined(value: object) -> object:
    """A list of texts is the same as one text of them, a line each."""
    is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return "\n".join(value) if is_list else value  # type: ignore[arg-type]


def _checked_auth(secret: SecretStr) -> SecretStr:
    parse_auth(secret.get_secret_value())
    return secret


def _checked_template(name: str) -> str:
    if name not in TEMPLATES:
        raise ValueError(f"should be one of {', '.join(sorted(TEMPLATES))}")
    return name


def _like(pattern: str, wish: str) -> Callable[[str], str]:
    """A check that a text has a form; `wish` ends the sentence "… should be"."""

    def checked(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"should be {wish}")
        return text

    return checked


Size = Annotated[int, BeforeValidator(parse_size), Field(gt=0)]
SizeOrNone = Annotated[int, BeforeValidator(parse_size), Field(ge=0)]
RateLimit = Annotated[str, AfterValidator(_checked_limit)]
TemplateName = Annotated[str, AfterValidator(_checked_template)]
Device = Annotated[
    str, AfterValidator(_like(r"auto|cpu|cuda(:[0-9]{1,2})?", "auto, cpu, cuda or cuda:1"))
]
Revision = Annotated[
    str, AfterValidator(_like(r"[0-9a-f]{40}", "the 40 hexadecimal digits of a commit"))
]
Auth = Annotated[SecretStr, BeforeValidator(joined), AfterValidator(_checked_auth)]
Names = Annotated[str, BeforeValidator(joined)]
DatabaseUrl = Annotated[
    str,
    AfterValidator(
        _like(
            r"sqlite(\+aiosqlite)?:///[^?]+|[^:?]+",
            "an SQLite address like sqlite+aiosqlite:///data/lectern.db",
        )
    ),
]
HttpAddress = Annotated[
    str, AfterValidator(_like(r"https?://[^\s/]+\S*", "an address that starts with https://"))
]
SocketAddress = Annotated[
    str, AfterValidator(_like(r"wss?://[^\s/]+\S*", "an address that starts with wss://"))
]
