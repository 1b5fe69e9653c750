"""The page's look inside: pictures of how the newest answer, or any text, came about."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from html import escape
from typing import Any

import gradio as gr

from bot.domain.latest import Latest
from bot.domain.look import NAMES, Look, View
from bot.domain.progress import LoadProgress
from bot.domain.theme import Theme
from bot.domain.views import AttentionView, LayersView, NextView
from bot.service.explain import Insight
from bot.service.services import Services
from bot.web.chat import Chat, Update, Updates
from bot.web.entrance import Visitor
from bot.web.options import OptionsPanel
from bot.web.seen_texts import SeenTexts
from bot.web.telling import Teller, notice
from bot.web.transcript import loading_words

AVERAGE = "average"
HOW = """Choose what you want to see of the newest answer, or write a text of your own, which the \
chosen model then reads."""
# The last input becomes whether the page is dark, which only the browser knows.
WITH_THEME = "(...all) => [...all.slice(0, -1), document.body.classList.contains('dark')]"


class LookInside:
    """The components of the look inside and what they do; make it inside of the page."""

    def __init__(
        self,
        services: Services,
        chat: Chat,
        teller: Teller,
        visitor_of: Callable[[gr.Request], Visitor],
        new_id: Callable[[], str],
    ) -> None:
        self._explain = services.explain
        self._texts = SeenTexts(services, new_id)
        self._chat = chat
        self._teller = teller
        self._visitor_of = visitor_of
        self._build()

    def _build(self) -> None:
        gr.HTML(notice(HOW))
        self.view = gr.Radio(
            [(name, str(view)) for view, (name, _) in NAMES.items()], label="View", elem_id="view"
        )
        self.text = gr.Textbox(
            label="Text (empty: the newest answer)", max_lines=4, elem_id="specimen"
        )
        with gr.Row():
            self.position = gr.Slider(
                1, 2, 1, step=1, label="Token", elem_id="position", visible=False, buttons=[]
            )
            self.layer = gr.Dropdown(
                [AVERAGE], value=AVERAGE, label="Layer", elem_id="layer", visible=False
            )
            self.head = gr.Dropdown(
                [AVERAGE], value=AVERAGE, label="Head", elem_id="head", visible=False
            )
        self.notice = gr.HTML(elem_id="notice-look")
        self.picture = gr.HTML(elem_id="picture")
        self.is_dark = gr.Checkbox(visible=False)

    def wire(self, panel: OptionsPanel) -> None:
        """Let the components work."""
        inputs = [
            self.view,
            self.text,
            self.position,
            self.layer,
            self.head,
            panel.model,
            self.is_dark,
        ]
        common: dict[str, Any] = {
            "inputs": inputs,
            "outputs": [self.position, self.layer, self.head, self.notice, self.picture],
            "js": WITH_THEME,
            "show_progress": "minimal",
            "show_progress_on": [self.notice],
            "api_visibility": "private",
            "trigger_mode": "always_last",
        }
        gr.on([self.view.input, self.text.submit], self.looked, **common)
        gr.on([self.position.input, self.layer.input, self.head.input], self.moved, **common)

    async def looked(
        self,
        view: str | None,
        text: str,
        _position: float,
        _layer: str | int,
        _head: str | int,
        model: str | None,
        is_dark: bool,
        request: gr.Request,
    ) -> Updates:
        """Show a view from where it is most telling."""
        if view is None:
            yield {self.notice: notice("Please choose a view first.")}
            return
        async for update in self._shown(Look(View(view)), text, model, is_dark, request):
            yield update

    async def moved(
        self,
        view: str | None,
        text: str,
        position: float,
        layer: str | int,
        head: str | int,
        model: str | None,
        is_dark: bool,
        request: gr.Request,
    ) -> Updates:
        """Show the same view from somewhere else."""
        if view is None:
            yield {self.notice: ""}
            return
        chosen = View(view)
        look = (
            Look(chosen, layer=_number(layer), head=_number(head))
            if chosen is View.ATTENTION
            else Look(chosen, position=int(position) - 1)
        )
        async for update in self._shown(look, text, model, is_dark, request):
            yield update

    async def _shown(
        self, look: Look, text: str, model: str | None, is_dark: bool, request: gr.Request
    ) -> Updates:
        try:
            visitor = self._visitor_of(request)
            async for found in self._found(visitor, look, text, model, is_dark):
                yield self._told(found)
        except Exception as error:  # noqa: BLE001 - the person is told
            yield {self.notice: self._teller.notice(error)}

    async def _found(
        self, visitor: Visitor, look: Look, text: str, model: str | None, is_dark: bool
    ) -> AsyncIterator[LoadProgress | Insight]:
        """How far the model's loading is, then what was seen."""
        theme = Theme.DARK if is_dark else Theme.LIGHT
        loading: Latest[LoadProgress] = Latest()
        if text.strip():
            seeing = self._texts.look(visitor, text, look, model, theme, loading.publish)
        else:
            newest = await self._chat.newest(visitor)
            server = visitor.conversation.server
            seeing = self._explain.of_answer(
                visitor.asker, server, newest, look, theme, loading.publish
            )
        task = asyncio.create_task(seeing)
        task.add_done_callback(lambda _done: loading.close())
        try:
            async for progress in loading:
                yield progress
            yield await task
        finally:
            task.cancel()

    def _told(self, insight: LoadProgress | Insight) -> Update:
        if isinstance(insight, LoadProgress):
            return {self.notice: notice(loading_words(insight))}
        view, look = insight.view, insight.look
        update: Update = {
            self.notice: "",
            self.picture: picture(insight),
            self.position: gr.update(visible=False),
            self.layer: gr.update(visible=False),
            self.head: gr.update(visible=False),
        }
        if isinstance(view, NextView | LayersView):
            count = view.num_tokens
            update[self.position] = gr.update(
                visible=count > 1,
                maximum=max(count, 2),
                value=view.position + 1,
                label=f"Token (1 to {count})",
            )
        elif isinstance(view, AttentionView):
            update[self.layer] = _chooser(view.num_layers, look.layer)
            update[self.head] = _chooser(view.num_heads, look.head)
        return update


def picture(insight: Insight) -> str:
    """A picture with what it shows, for those who see it and for those who do not."""
    data = base64.b64encode(insight.png).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{data}" alt="{escape(insight.alt)}">'
        f"<figcaption><p>{escape(insight.words)}</p>"
        f"<p><small>{escape(insight.remark)} Seen in {escape(insight.model)}.</small></p>"
        "</figcaption></figure>"
    )


def _chooser(number: int, chosen: int | None) -> Any:
    choices = [AVERAGE, *map(str, range(1, number + 1))]
    return gr.update(
        visible=True, choices=choices, value=AVERAGE if chosen is None else str(chosen + 1)
    )


def _number(chosen: str | int) -> int | None:
    """People count layers and heads from 1, as the pictures do."""
    return int(chosen) - 1 if str(chosen).isdecimal() else None
