"""The gate in front of the page: who may ask for what, and what browsers may do with it."""

import secrets
from collections.abc import Collection
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.entrance import BROWSER_COOKIE, LOGIN_COOKIE, Entrance
from bot.web.login import MAX_FORM_BYTES, LoginForm

YEAR_SECONDS, MONTH_SECONDS = 365 * 86_400, 30 * 86_400
# What the page needs of Gradio; its other addresses (an API, its documentation, a proxy, files
# of this machine) stay closed.
PATHS = frozenset(
    {
        "/",
        "/config",
        "/theme.css",
        "/favicon.ico",
        "/manifest.json",
        "/robots.txt",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/cancel",
        "/gradio_api/reset",
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/gradio_api/startup-events",
        "/gradio_api/app_id",
    }
)
FOLDERS = ("/assets/", "/static/", "/pwa_icon", "/gradio_api/heartbeat/")
UPLOADS = "/gradio_api/upload"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
HEADERS = {
    # Gradio's page makes its script and style as it runs; nothing comes from, or goes to,
    # anywhere else.
    "content-security-policy": "default-src 'self' data: blob:; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_ENCODED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Gate:
    """An ASGI application around another one.

    An open page answers to `hosts` only: elsewhere a page of the web could give this machine
    another name and read along.
    """

    def __init__(
        self, app: ASGIApp, entrance: Entrance, form: LoginForm, hosts: Collection[str]
    ) -> None:
        self._app = app
        self._entrance = entrance
        self._form = form
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        has_cookie = BROWSER_COOKIE in request.cookies

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), *_ENCODED]
                if not has_cookie and scope["path"] == "/":
                    headers.append((b"set-cookie", _new_browser().encode()))
                message = {**message, "headers": headers}
            await send(message)

        answer = await self._answer(request)
        await (answer or self._app)(scope, receive, send_safely)

    async def _answer(self, request: Request) -> Response | None:
        """What is answered here; None for what the page answers."""
        path = request.scope["path"]
        if self._entrance.is_open and _host_of(request) not in self._hosts:
            return PlainTextResponse("This page answers to the name of its machine only.", 421)
        if path == "/login" and not self._entrance.is_open:
            return await self._log_in(request)
        if path == "/logout" and not self._entrance.is_open:
            self._entrance.log_out(request.cookies)
            return RedirectResponse("/login", 303)
        if not self._entrance.is_in(request.cookies):
            if path == "/":
                return RedirectResponse("/login", 303)
            return PlainTextResponse("Please log in first.", 401)
        if path.startswith(UPLOADS) and not self._may_upload(request):
            return PlainTextResponse("You may not add notes here.", 403)
        if path.rstrip("/") not in PATHS and path != "/" and not path.startswith(FOLDERS):
            return PlainTextResponse("There is nothing here.", 404)
        return None

    def _may_upload(self, request: Request) -> bool:
        visitor = self._entrance.visitor(request.cookies)
        return visitor is not None and visitor.asker.is_manager

    async def _log_in(self, request: Request) -> Response:
        if request.method != "POST":
            return HTMLResponse(self._form.page())
        if int(request.headers.get("content-length") or MAX_FORM_BYTES + 1) > MAX_FORM_BYTES:
            return HTMLResponse(self._form.page(), 413)
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (fields.get(key, [""])[0] for key in ("name", "password"))
        token = await self._form.token(name, password)
        if token is None:
            return HTMLResponse(self._form.page(is_wrong=True), 401)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(LOGIN_COOKIE, token, MONTH_SECONDS, httponly=True, samesite="lax")
        return answer


def _host_of(request: Request) -> str:
    """The name by which the page was asked for, without its port."""
    host = request.headers.get("host", "")
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def _new_browser() -> str:
    token = secrets.token_urlsafe(32)
    return f"{BROWSER_COOKIE}={token}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax"
