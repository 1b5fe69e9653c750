"""Who gets in, and as whom."""

import asyncio

import pytest

from bot.domain.errors import ConfigurationError
from bot.web.entrance import BROWSER_COOKIE, LOGIN_COOKIE, Entrance, Visitor
from bot.web.login import MAX_WAITING, LoginForm
from bot.web.page_settings import PageSettings


def visitor(entrance: Entrance, browser: str, token: str = "") -> Visitor:
    found = entrance.visitor({BROWSER_COOKIE: browser, LOGIN_COOKIE: token})
    assert found is not None
    return found


def test_each_browser_is_a_person_with_a_conversation_of_its_own() -> None:
    entrance = Entrance("here")
    ada, bob = visitor(entrance, "a"), visitor(entrance, "b")
    assert ada == visitor(entrance, "a")
    assert ada.asker.id != bob.asker.id
    assert ada.conversation != bob.conversation
    assert ada.conversation.server == "here"


def test_what_is_stored_of_a_visitor_does_not_tell_the_cookie() -> None:
    ada = visitor(Entrance("here"), "the-cookie")
    assert "the-cookie" not in f"{ada}"
    assert len(ada.asker.id) <= 40, "the column of the database"


def test_an_open_page_is_its_operators() -> None:
    asker = visitor(Entrance("here"), "a").asker
    assert asker.is_manager
    assert not asker.is_operator, "the limits of the bot hold on the page"


def test_a_name_is_the_same_person_in_every_browser() -> None:
    entrance = Entrance("here", {"ada": "x", "bob": "y"}, ["ada"])
    tokens = [entrance.log_in(name, word) for name, word in (("ada", "x"), ("ada", "x"))]
    first, second = (visitor(entrance, str(n), token or "") for n, token in enumerate(tokens))
    assert first.asker == second.asker
    assert first.asker.is_manager
    assert first.conversation != second.conversation


def test_one_password_for_everybody_asks_for_no_name_and_trusts_nobody_with_notes() -> None:
    entrance = Entrance("here", {"": "secret"})
    assert not entrance.asks_for_name
    token = entrance.log_in("whoever", "secret")
    assert not visitor(entrance, "a", token or "").asker.is_manager


@pytest.mark.parametrize(("name", "word"), [("ada", "y"), ("ada", ""), ("", "x"), ("eve", "x")])
def test_a_wrong_password_gives_no_token(name: str, word: str) -> None:
    entrance = Entrance("here", {"ada": "x", "bob": "y"})
    assert entrance.log_in(name, word) is None
    assert entrance.visitor({BROWSER_COOKIE: "a"}) is None


def test_a_login_that_was_left_is_over() -> None:
    entrance = Entrance("here", {"ada": "x"})
    cookies = {BROWSER_COOKIE: "a", LOGIN_COOKIE: entrance.log_in("ada", "x") or ""}
    assert entrance.is_in(cookies)
    entrance.log_out(cookies)
    assert not entrance.is_in(cookies)


async def test_while_many_wrong_passwords_wait_no_other_is_looked_at() -> None:
    form = LoginForm(Entrance("here", {"": "secret"}), wrong_seconds=60)
    wrong = [asyncio.create_task(form.token("", "guess")) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    assert await form.token("", "secret") is None
    for task in wrong:
        task.cancel()
    await asyncio.gather(*wrong, return_exceptions=True)
    assert await form.token("", "secret") is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_needs_no_password(host: str) -> None:
    assert PageSettings("here", host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_everywhere_else_does(host: str) -> None:
    with pytest.raises(ConfigurationError, match="to a password first"):
        PageSettings("here", host)
    assert PageSettings("here", host, passwords={"": "secret"}).host == host
