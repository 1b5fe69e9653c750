"""The page's raw text completion: a text goes in, and comes out continued."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import gradio as gr

from bot.service.complete import MAX_SAMPLES, Wish
from bot.service.recovery import PAGE
from bot.service.samples import combined_text
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from bot.web.chat import PACE_SECONDS, Updates
from bot.web.desk import Desk, Writing
from bot.web.entrance import Visitor
from bot.web.options import Options, OptionsPanel
from bot.web.telling import Teller, notice
from bot.web.transcript import NOTHING_SAID, waiting_for

MAX_TOKENS = 600
_HEADING = re.compile(r"^\*\*(Sample \d · seed \d+)\*\*$", re.MULTILINE)


class RawText:
    """The completion's components and what they do; make it inside of the page."""

    def __init__(
        self,
        services: Services,
        desk: Desk,
        teller: Teller,
        visitor_of: Callable[[gr.Request], Visitor],
        new_id: Callable[[], str],
    ) -> None:
        self._services = services
        self._desk = desk
        self._teller = teller
        self._visitor_of = visitor_of
        self._new_id = new_id
        self._build()

    def _build(self) -> None:
        self.text = gr.Textbox(
            label="Text to continue",
            placeholder="Once upon a time",
            lines=4,
            elem_id="beginning",
        )
        with gr.Row():
            self.num_samples = gr.Slider(
                1, MAX_SAMPLES, 1, step=1, label="Samples", elem_id="samples", buttons=[]
            )
            self.num_tokens = gr.Slider(
                1, MAX_TOKENS, 128, step=1, label="New tokens", elem_id="tokens", buttons=[]
            )
        with gr.Row():
            self.go = gr.Button("Complete", variant="primary", elem_id="complete")
            self.stop = gr.Button("Stop", interactive=False, elem_id="stop-text")
        self.notice = gr.HTML(elem_id="notice-text")
        self.result = gr.Textbox(
            label="Continuation",
            lines=8,
            max_lines=30,
            interactive=True,
            elem_id="continuation",
        )

    def wire(self, panel: OptionsPanel) -> None:
        """Let the components work."""
        self.go.click(
            self.completed,
            [self.text, self.num_samples, self.num_tokens, *panel.inputs],
            [self.result, self.notice, self.go, self.stop],
            show_progress="hidden",
            api_visibility="private",
        )
        self.stop.click(
            self.stopped, outputs=[self.notice], show_progress="hidden", api_visibility="private"
        )

    async def restored(self, request: gr.Request) -> Updates:
        """What was completed last, and further if it still is."""
        try:
            visitor = self._visitor_of(request)
            writing = self._desk.newest(visitor.completions)
            if writing is None:
                yield {self.notice: ""}
                return
            yield {self.text: writing.question}
            async for update in self._watched(writing):
                yield update
        except Exception as error:  # noqa: BLE001 - the person is told
            yield {self.notice: self._teller.notice(error)}

    async def completed(
        self,
        text: str,
        num_samples: float,
        num_tokens: float,
        model: str | None,
        length: str | None,
        seed: str,
        is_own: bool,
        temperature: float,
        top_p: float,
        top_k: float,
        request: gr.Request,
    ) -> Updates:
        """Continue a text while the person looks on."""
        try:
            visitor = self._visitor_of(request)
            options = Options.of(model, length, seed, is_own, temperature, top_p, top_k)
            named: dict[str, Any] = options.sampling
            wish = Wish(
                f"{PAGE}{self._new_id()}",
                visitor.asker,
                visitor.completions,
                text,
                max_new_tokens=int(num_tokens),
                seed=options.seed,
                num_samples=int(num_samples),
                model=options.model,
                **named,
            )
            writing = await self._desk.write(
                visitor.completions, Writing(text), lambda: self._services.complete.complete(wish)
            )
            async for update in self._watched(writing):
                yield update
        except Exception as error:  # noqa: BLE001 - the person is told
            yield {self.notice: self._teller.notice(error)}

    async def stopped(self, request: gr.Request) -> str:
        """Stop what is being written; whoever watches sees it end."""
        try:
            visitor = self._visitor_of(request)
            running = self._desk.running(visitor.completions)
            if running is not None and running.answer is not None:
                await self._services.press.stop(visitor.asker, running.answer.id)
        except Exception as error:  # noqa: BLE001 - the person is told
            return self._teller.notice(error)
        return ""

    async def _watched(self, writing: Writing) -> Updates:
        buttons = {
            self.go: gr.update(interactive=False),
            self.stop: gr.update(interactive=True),
        }
        async for snapshot in writing.snapshots():
            if not snapshot.is_final:
                yield {self.notice: notice(waiting_for(snapshot)), **buttons}
                buttons = {}
            yield {self.result: continuation(writing, snapshot)}
            if snapshot.is_final:
                yield {self.notice: notice(ending(snapshot))}
            await asyncio.sleep(PACE_SECONDS)
        yield {self.go: gr.update(interactive=True), self.stop: gr.update(interactive=False)}


def continuation(writing: Writing, snapshot: Snapshot) -> str:
    """The text as it is now, or its samples under their headings."""
    if snapshot.samples and writing.answer is not None:
        seed = writing.answer.sampling.seed
        return combined_text(snapshot.samples, seed, mark="").strip()
    return _HEADING.sub(r"\1", snapshot.text).strip()


def ending(snapshot: Snapshot) -> str:
    """A sentence about how it ended, if there is something to say."""
    if snapshot.error:
        return snapshot.error
    if not snapshot.text.strip():
        return NOTHING_SAID
    return snapshot.notice or ""
