"""Who may come in, and as whom: passwords, and what a browser's cookies say."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.conversation import Asker, Conversation

BROWSER_COOKIE = "lectern_browser"
LOGIN_COOKIE = "lectern_login"
MAX_LOGINS = 10_000
OPERATOR, VISITOR = "operator", "visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at a browser, their chat, and the place of their raw completions."""

    asker: Asker
    conversation: Conversation
    completions: Conversation


class Entrance:
    """Lets people in.

    `passwords` holds the password of each name, or one for everybody under no name; without any
    the page is open and whoever sees it is an operator of this machine. `assistants` are the
    names of those who look after notes.
    """

    def __init__(
        self,
        server: str,
        passwords: Mapping[str, str] | None = None,
        assistants: Collection[str] = (),
    ) -> None:
        self._server = server
        self._digests = {name: _digest(word) for name, word in (passwords or {}).items()}
        self._assistants = frozenset(assistants)
        self._nobody = _digest(secrets.token_hex())
        self._logins: dict[str, str] = {}

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked for a password."""
        return not self._digests

    @property
    def asks_for_name(self) -> bool:
        """Whether each person has a password of their own."""
        return not self.is_open and "" not in self._digests

    def log_in(self, name: str, password: str) -> str | None:
        """A token for a cookie; None if the password is wrong.

        What is wrong takes as long as what is right, whether there is such a name or not.
        """
        known = name.strip() if self.asks_for_name else ""
        expected = self._digests.get(known, self._nobody)
        if not hmac.compare_digest(expected, _digest(password)):
            return None
        while len(self._logins) >= MAX_LOGINS:
            del self._logins[next(iter(self._logins))]
        token = secrets.token_urlsafe(32)
        self._logins[_digest(token)] = known
        return token

    def log_out(self, cookies: Mapping[str, str]) -> None:
        """Forget a login."""
        self._logins.pop(_digest(cookies.get(LOGIN_COOKIE, "")), None)

    def is_in(self, cookies: Mapping[str, str]) -> bool:
        """Whether a browser may see the page."""
        return self.is_open or _digest(cookies.get(LOGIN_COOKIE, "")) in self._logins

    def visitor(self, cookies: Mapping[str, str]) -> Visitor | None:
        """Whose browser this is; None if it has not come in by the front page.

        Without names each browser is a person of its own. A conversation belongs to one browser
        in any case, and to whom it was held with there: its name is no cookie, so that nobody
        who reads the database can take it up.
        """
        browser = cookies.get(BROWSER_COOKIE, "")
        if not browser or not self.is_in(cookies):
            return None
        name = self._logins.get(_digest(cookies.get(LOGIN_COOKIE, "")), "")
        key = _digest(f"{name}\0{browser}")[:32]
        asker = Asker(
            id=f"web:{_digest(name)[:32] if name else key}",
            name=name or (OPERATOR if self.is_open else VISITOR),
            is_manager=self.is_open or name in self._assistants,
        )
        return Visitor(
            asker,
            Conversation(self._server, f"web-{key}"),
            Conversation(self._server, f"web-text-{key}"),
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
