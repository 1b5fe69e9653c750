"""The page's chat: ask, watch, stop, regenerate, go on, begin anew."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from bot.domain.conversation import Question
from bot.domain.errors import NotFound
from bot.service.press import Press
from bot.service.recovery import PAGE
from bot.service.services import Services
from bot.web.desk import Desk, Writing
from bot.web.entrance import Visitor
from bot.web.markdown import DISPLAY, INLINE
from bot.web.options import Options, OptionsPanel
from bot.web.telling import Teller
from bot.web.transcript import messages, stored

MAX_SHOWN = 30
PACE_SECONDS = 0.08
"""Between two updates of a page; what was written meanwhile comes with the next."""
NOTHING_YET = "There is no answer yet; ask something first."
PLACEHOLDER = """**Ask something.** Answers are taken from the notes and the handbook, word for \
word and with their sources, where these hold them."""

Update = dict[Any, Any]
Updates = AsyncIterator[Update]


class Chat:
    """The chat's components and what they do; make it inside of the page."""

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
        self.log = gr.Chatbot(
            label="Conversation",
            show_label=False,
            elem_id="chat",
            height="55vh",
            buttons=["copy"],
            placeholder=PLACEHOLDER,
            latex_delimiters=[
                {"left": INLINE[0], "right": INLINE[1], "display": False},
                {"left": DISPLAY[0], "right": DISPLAY[1], "display": True},
            ],
            feedback_options=None,
            group_consecutive_messages=False,
            allow_tags=False,
        )
        self.notice = gr.HTML(elem_id="notice")
        self.question = gr.Textbox(
            label="Question",
            placeholder="What is dropout?",
            elem_id="question",
            autofocus=True,
            max_lines=8,
        )
        with gr.Row(elem_id="chat-buttons"):
            self.send = gr.Button("Send", variant="primary", elem_id="send", min_width=90)
            self.stop = gr.Button("Stop", interactive=False, elem_id="stop", min_width=90)
            self.again = gr.Button(
                "Regenerate", interactive=False, elem_id="regenerate", min_width=90
            )
            self.go_on = gr.Button("Continue", interactive=False, elem_id="go-on", min_width=90)
            self.new = gr.Button("New chat", elem_id="new-chat", min_width=90)

    @property
    def outputs(self) -> list[Any]:
        """The components that an update may change."""
        return [
            self.log,
            self.notice,
            self.question,
            self.send,
            self.stop,
            self.again,
            self.go_on,
        ]

    def wire(self, panel: OptionsPanel) -> list[Any]:
        """Let the components work; returns the events after which an answer has ended."""
        inputs = [self.question, *panel.inputs]
        quiet: dict[str, Any] = {
            "outputs": self.outputs,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        self.stop.click(self.stopped, outputs=[self.notice], show_progress="hidden")
        gr.on([self.new.click, self.log.clear], self.begun_anew, **quiet)
        return [
            gr.on([self.question.submit, self.send.click], self.asked, inputs, **quiet),
            self.again.click(self.regenerated, **quiet),
            self.go_on.click(self.continued, **quiet),
        ]

    async def restored(self, request: gr.Request) -> Updates:
        """The conversation as it stands, and further if an answer is being written."""
        try:
            visitor = self._visitor_of(request)
            running = self._desk.running(visitor.conversation)
            if running is None:
                yield await self._at_rest(visitor)
                return
            async for update in self._watched(visitor, running):
                yield update
        except Exception as error:  # noqa: BLE001 - the person is told
            yield {self.notice: self._teller.notice(error)}

    async def asked(
        self,
        question: str,
        model: str | None,
        length: str | None,
        seed: str,
        is_own: bool,
        temperature: float,
        top_p: float,
        top_k: float,
        request: gr.Request,
    ) -> Updates:
        """Answer a question while the person looks on."""
        try:
            visitor = self._visitor_of(request)
            options = Options.of(model, length, seed, is_own, temperature, top_p, top_k)
            wish = Question(
                f"{PAGE}{self._new_id()}",
                visitor.asker,
                visitor.conversation,
                question,
                model=options.model,
                seed=options.seed,
                length=options.length,
                sampling=options.sampling,
            )
            writing = await self._desk.write(
                visitor.conversation, Writing(question), lambda: self._services.ask.ask(wish)
            )
            yield {self.question: ""}
            async for update in self._watched(visitor, writing):
                yield update
        except Exception as error:  # noqa: BLE001 - the person is told
            yield {self.notice: self._teller.notice(error)}

    async def regenerated(self, request: gr.Request) -> Updates:
        """Write the newest answer again, in its place."""
        async for update in self._pressed(request, self._services.press.regenerate):
            yield update

    async def continued(self, request: gr.Request) -> Updates:
        """Let the newest answer, which was cut off, go on."""
        async for update in self._pressed(request, self._services.press.go_on):
            yield update

    async def stopped(self, request: gr.Request) -> str:
        """Stop what is being written; whoever watches sees it end."""
        try:
            visitor = self._visitor_of(request)
            running = self._desk.running(visitor.conversation)
            if running is not None and running.answer is not None:
                await self._services.press.stop(visitor.asker, running.answer.id)
        except NotFound:
            return ""  # it has just ended
        except Exception as error:  # noqa: BLE001 - the person is told
            return self._teller.notice(error)
        return ""

    async def begun_anew(self, request: gr.Request) -> Update:
        """Forget the conversation."""
        try:
            visitor = self._visitor_of(request)
            await self.stopped(request)
            self._desk.forget(visitor.conversation)
            await self._services.settings.reset(visitor.conversation)
            return await self._at_rest(visitor)
        except Exception as error:  # noqa: BLE001 - the person is told
            return {self.notice: self._teller.notice(error)}

    async def newest(self, visitor: Visitor) -> int:
        """The newest answer of a conversation.

        Raises:
            NotFound: there is none.
        """
        writing = self._desk.newest(visitor.conversation)
        if writing is not None and writing.answer is not None:
            return writing.answer.id
        history = await self._services.details.newest(visitor.asker, visitor.conversation, 1)
        if not history:
            raise NotFound(NOTHING_YET)
        return history[-1].id

    async def _pressed(self, request: gr.Request, opening: Callable[[Press], Any]) -> Updates:
        try:
            visitor = self._visitor_of(request)
            old = await self.newest(visitor)
            press = Press(f"{PAGE}{self._new_id()}", visitor.asker, old)
            row = await self._services.details.answer(
                visitor.asker, visitor.conversation.server, old
            )
            writing = await self._desk.write(
                visitor.conversation, Writing(row.question, old), lambda: opening(press)
            )
            async for update in self._watched(visitor, writing):
                yield update
        except Exception as error:  # noqa: BLE001 - the person is told
            yield {self.notice: self._teller.notice(error)}

    async def _watched(self, visitor: Visitor, writing: Writing) -> Updates:
        """Update after update until the answer has ended."""
        history = await self._services.details.newest(
            visitor.asker, visitor.conversation, MAX_SHOWN
        )
        buttons: Update = {
            self.notice: "",
            self.send: gr.update(interactive=False),
            self.stop: gr.update(interactive=True),
            self.again: gr.update(interactive=False),
            self.go_on: gr.update(interactive=False),
        }
        async for snapshot in writing.snapshots():
            if snapshot.is_final:
                break
            yield {self.log: messages(history, writing), **buttons}
            buttons = {}
            await asyncio.sleep(PACE_SECONDS)
        yield await self._at_rest(visitor)

    async def _at_rest(self, visitor: Visitor) -> Update:
        """The page while nothing is being written."""
        history = await self._services.details.newest(
            visitor.asker, visitor.conversation, MAX_SHOWN
        )
        writing = self._desk.newest(visitor.conversation)
        shown = messages(history, writing)
        last = stored(history[-1]) if history else None
        if writing is not None and writing.newest is not None:
            last = writing.newest
        return {
            self.log: shown,
            self.notice: "",
            self.send: gr.update(interactive=True),
            self.stop: gr.update(interactive=False),
            self.again: gr.update(interactive=bool(shown)),
            self.go_on: gr.update(interactive=last is not None and last.can_continue),
        }
