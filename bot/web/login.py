"""The page that asks for a password, and the patience that guessing one takes."""

import asyncio

from bot.web.entrance import Entrance

MAX_FORM_BYTES = 4_096
MAX_WAITING = 20
WRONG_SECONDS = 1.0
"""How long a wrong password takes; with MAX_WAITING, how many can be tried in a while."""
WRONG = "That is not right; please try again."
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lectern – log in</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 90vh; place-items: center; margin: 0; padding: 1rem; }
form { display: grid; gap: .75rem; width: min(20rem, 100%%); }
label { display: grid; gap: .25rem; }
input, button { font: inherit; padding: .5rem .75rem; border-radius: .4rem; }
input { border: 1px solid GrayText; }
button { border: 0; background: #1d4ed8; color: white; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<form method="post" action="/login">
<h1>Lectern</h1>
%(wrong)s%(name)s
<label>Password <input name="password" type="password" autocomplete="current-password" required
%(focus)s></label>
<button>Log in</button>
</form>
</main>
</body>
</html>
"""
_NAME = '<label>Name <input name="name" autocomplete="username" required autofocus></label>'


class LoginForm:
    """Asks for what an entrance wants to know."""

    def __init__(self, entrance: Entrance, wrong_seconds: float = WRONG_SECONDS) -> None:
        self._entrance = entrance
        self._wrong_seconds = wrong_seconds
        self._num_waiting = 0

    def page(self, *, is_wrong: bool = False) -> str:
        """The page in HTML."""
        asks_for_name = self._entrance.asks_for_name
        return _PAGE % {
            "wrong": f'<p role="alert">{WRONG}</p>' if is_wrong else "",
            "name": _NAME if asks_for_name else "",
            "focus": "" if asks_for_name else "autofocus",
        }

    async def token(self, name: str, password: str) -> str | None:
        """A token for a cookie, or None, after a while, for what is wrong.

        While many wrong ones wait no other is looked at.
        """
        if self._num_waiting >= MAX_WAITING:
            return None
        token = self._entrance.log_in(name, password)
        if token is None:
            self._num_waiting += 1
            try:
                await asyncio.sleep(self._wrong_seconds)
            finally:
                self._num_waiting -= 1
        return token
