"""Where the page is, and who gets in: what the page needs of the configuration."""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Checked on construction.

    `server` is the one whose notes and limits the page uses. `passwords` and `assistants` are
    those of `Entrance`.

    Raises:
        ConfigurationError: a page without a password that others could open.
    """

    server: str
    host: str = "127.0.0.1"
    port: int = 7860
    passwords: Mapping[str, str] | None = None
    assistants: Collection[str] = ()
    max_file_bytes: int = 10 * 2**20

    def __post_init__(self) -> None:
        if not self.passwords and not is_loopback(self.host):
            raise ConfigurationError(
                f"web.host is {self.host}, where others can open the page; set web.auth to a "
                "password first, or leave web.host at 127.0.0.1."
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
