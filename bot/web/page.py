"""The page itself: its parts side by side, and what happens when it is opened."""

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from bot.domain.errors import NotAllowed
from bot.service.services import Services
from bot.web.chat import Chat, Update
from bot.web.desk import Desk
from bot.web.entrance import Entrance, Visitor
from bot.web.look_inside import LookInside
from bot.web.notes import NotesPage
from bot.web.options import OptionsPanel, about
from bot.web.raw_text import RawText
from bot.web.telling import Teller

HERE = Path(__file__).resolve().parent
STYLE, SCRIPT, ICON = (HERE / name for name in ("style.css", "script.html", "icon.png"))
NO_COOKIE = "Your browser sent no cookie, so I cannot tell whose chat this is; reload the page."
HEADING = """<h1>Lectern</h1>
<p>GPT-2 answers on this machine, from the notes where they hold it.</p>"""
THEME_BUTTON = """<button type="button" id="theme">Dark or light</button>"""
LOG_OUT = """<a href="/logout" id="log-out">Log out</a>"""


class Page:
    """Builds the page; `blocks` is what Gradio serves."""

    def __init__(
        self,
        services: Services,
        desk: Desk,
        entrance: Entrance,
        server: str,
        report: Callable[[Exception], str],
        new_id: Callable[[], str],
    ) -> None:
        self._models = services.models
        self._entrance = entrance
        self._server = server
        self._teller = Teller(report)
        parts = (services, desk, self._teller, self.visitor_of, new_id)
        with gr.Blocks(title="Lectern", analytics_enabled=False, fill_width=True) as blocks:
            end = THEME_BUTTON if entrance.is_open else THEME_BUTTON + LOG_OUT
            gr.HTML(f"<header><div>{HEADING}</div><nav>{end}</nav></header>", elem_id="heading")
            with gr.Row(equal_height=False):
                with gr.Column(scale=3, min_width=300), gr.Tabs(elem_id="tabs"):
                    with gr.Tab("Chat", id="chat"):
                        self.chat = Chat(*parts)
                    with gr.Tab("Look inside", id="look-inside"):
                        self.look_inside = LookInside(
                            services, self.chat, self._teller, self.visitor_of, new_id
                        )
                    with gr.Tab("Text", id="raw-text"):
                        self.raw_text = RawText(*parts)
                    with gr.Tab("Notes", id="notes"):
                        self.notes = NotesPage(services, self._teller, self.visitor_of, server)
                with gr.Column(scale=1, min_width=260, elem_id="panel"):
                    self.panel = OptionsPanel()
            self._wire(blocks)
        self.blocks = blocks.queue(default_concurrency_limit=None, api_open=False)

    def visitor_of(self, request: gr.Request) -> Visitor:
        """Who sends a request.

        Raises:
            NotAllowed: nobody that came in by the front page.
        """
        visitor = self._entrance.visitor(dict(request.cookies))
        if visitor is None:
            raise NotAllowed(NO_COOKIE)
        return visitor

    async def models_listed(self) -> Update:
        """The catalogue in the panel, with the model that answers chosen."""
        try:
            current = await self._models.current_name(self._server)
            statuses = {status.spec.name: status for status in await self._models.list()}
            known = statuses.get(current)
            return {
                self.panel.model: gr.update(
                    choices=list(statuses), value=current if known else None
                ),
                self.panel.about_model: about(known) if known else "",
            }
        except Exception as error:  # noqa: BLE001 - the person is told
            return {self.panel.about_model: self._teller.notice(error)}

    async def model_chosen(self, name: str | None) -> str:
        """What is known of a model."""
        try:
            return about(await self._models.show(name)) if name else ""
        except Exception as error:  # noqa: BLE001 - the person is told
            return self._teller.notice(error)

    def _wire(self, blocks: gr.Blocks) -> None:
        panel = self.panel
        self.chat.wire(panel)
        self.look_inside.wire(panel)
        self.raw_text.wire(panel)
        self.notes.wire()
        panel.model.input(
            self.model_chosen,
            [panel.model],
            [panel.about_model],
            show_progress="hidden",
            api_visibility="private",
        )
        panel.is_own.change(
            lambda is_own: gr.update(visible=is_own),
            [panel.is_own],
            [panel.sliders],
            show_progress="hidden",
            api_visibility="private",
        )
        for opened, outputs in (
            (self.models_listed, [panel.model, panel.about_model]),
            (self.notes.shown, self.notes.outputs),
            (self.chat.restored, self.chat.outputs),
            (
                self.raw_text.restored,
                [
                    self.raw_text.text,
                    self.raw_text.result,
                    self.raw_text.notice,
                    self.raw_text.go,
                    self.raw_text.stop,
                ],
            ),
        ):
            blocks.load(opened, outputs=outputs, show_progress="hidden", api_visibility="private")
