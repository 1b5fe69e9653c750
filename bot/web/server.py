"""Serves the page, on the event loop that everything else runs on."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.domain.errors import ConfigurationError
from bot.service.services import Services
from bot.web.desk import Desk
from bot.web.entrance import Entrance
from bot.web.gate import LOOPBACK, Gate
from bot.web.login import LoginForm
from bot.web.look import make_theme
from bot.web.page import ICON, SCRIPT, STYLE, Page
from bot.web.page_settings import PageSettings

FAREWELL_SECONDS = 3
"""How long pages may take to see the end of their answers."""
MARGIN = 2
"""An upload this many times too large still gets the service's own sentence."""


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it, and says when it is up."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As always."""
        await super().startup(sockets)
        self.is_up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(
    services: Services,
    settings: PageSettings,
    report: Callable[[Exception], str],
    new_id: Callable[[], str],
) -> AsyncIterator[str]:
    """The page at an address, which is yielded; leaving the block ends it and its answers.

    Raises:
        ConfigurationError: the address is taken, or none of this machine.
    """
    listener = _listen(settings.host, settings.port)
    entrance = Entrance(settings.server, settings.passwords, settings.assistants)
    with contextlib.closing(listener):
        await services.recovery.interrupt_unfinished(of_page=True)
        async with Desk.open(services, report) as desk:
            page = Page(services, desk, entrance, settings.server, report, new_id)
            app = _mounted(page, settings)
            hosts = LOOPBACK | {settings.host.lower()}
            server = Server(Gate(app, entrance, LoginForm(entrance), hosts))
            run = asyncio.create_task(server.serve(sockets=[listener]), name="page")
            up = asyncio.create_task(server.is_up.wait())
            await asyncio.wait((run, up), return_when=asyncio.FIRST_COMPLETED)
            try:
                yield _address(listener)
            finally:
                up.cancel()
                services.answering.interrupt_all()
                _gradio(app).stop_event.set()
                server.should_exit = True
                await run


def _mounted(page: Page, settings: PageSettings) -> FastAPI:
    app: FastAPI = gr.mount_gradio_app(
        FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        page.blocks,
        path="/",
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        favicon_path=str(ICON),
        show_error=False,
        max_file_size=MARGIN * settings.max_file_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=make_theme(),
        css_paths=[STYLE],
        head_paths=[SCRIPT],
    )
    return app


def _gradio(app: FastAPI) -> gr.routes.App:
    """Gradio's own application inside of ours."""
    apps = (route.app for route in app.routes if isinstance(route, Mount))
    return next(each for each in apps if isinstance(each, gr.routes.App))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"The page cannot be at {host}, port {port} ({error.strerror}); choose others with "
            "web.host and web.port."
        ) from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
