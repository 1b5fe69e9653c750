"""The page's notes: what answers are taken from; files come in, and go again."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from bot.domain.errors import InvalidParameter
from bot.domain.note import Note
from bot.domain.spoken import counted
from bot.service.notes import Added, NewFile
from bot.service.services import Services
from bot.web.chat import Update
from bot.web.entrance import Visitor
from bot.web.telling import Teller, notice

NO_NOTES = "There are no notes here yet; answers come from the handbook and the model's memory."
NOT_YOURS = "Only those whom web.assistants names in the configuration add and remove notes here."
MAX_FILES = 20


class NotesPage:
    """The notes' components and what they do; make it inside of the page."""

    def __init__(
        self,
        services: Services,
        teller: Teller,
        visitor_of: Callable[[gr.Request], Visitor],
        server: str,
    ) -> None:
        self._notes = services.notes
        self._teller = teller
        self._visitor_of = visitor_of
        self._server = server
        self._build()

    def _build(self) -> None:
        self.list = gr.HTML(elem_id="notes")
        self.add = gr.UploadButton(
            "Add notes (Markdown, text, PDF, HTML, notebook, .docx)",
            file_count="multiple",
            elem_id="add-notes",
            variant="primary",
        )
        with gr.Row():
            self.name = gr.Dropdown(
                [], label="Note to remove", elem_id="note", allow_custom_value=True
            )
            self.remove = gr.Button("Remove", elem_id="remove-note", min_width=90)
        self.notice = gr.HTML(elem_id="notice-notes")

    @property
    def outputs(self) -> list[Any]:
        """The components that an update may change."""
        return [self.list, self.name, self.notice, self.add, self.remove]

    def wire(self) -> None:
        """Let the components work."""
        self.add.upload(
            self.added,
            [self.add],
            self.outputs,
            show_progress_on=[self.notice],
            api_visibility="private",
        )
        self.remove.click(self.removed, [self.name], self.outputs, api_visibility="private")

    async def shown(self, request: gr.Request) -> Update:
        """The notes, and whether this person may change them."""
        try:
            visitor = self._visitor_of(request)
            return await self._listed("" if visitor.asker.is_manager else NOT_YOURS, visitor)
        except Exception as error:  # noqa: BLE001 - the person is told
            return {self.notice: self._teller.notice(error)}

    async def added(self, paths: list[str] | None, request: gr.Request) -> Update:
        """Store the files that were uploaded; one that cannot be read is refused by itself."""
        files = [Path(path) for path in paths or []]
        try:
            visitor = self._visitor_of(request)
            if not visitor.asker.is_manager:
                return {self.notice: notice(NOT_YOURS)}
            if len(files) > MAX_FILES:
                raise InvalidParameter(f"Please add at most {MAX_FILES} files at once.")
            said: list[str] = []
            for file in files:
                said.append(added_line(await self._add(visitor, file)))
            return await self._listed("\n".join(said), visitor)
        except Exception as error:  # noqa: BLE001 - the person is told
            return {self.notice: self._teller.notice(error)}
        finally:
            for file in files:
                file.unlink(missing_ok=True)

    async def removed(self, name: str | None, request: gr.Request) -> Update:
        """Forget a note."""
        try:
            visitor = self._visitor_of(request)
            if not visitor.asker.is_manager:
                return {self.notice: notice(NOT_YOURS)}
            if not name:
                raise InvalidParameter("Please choose the note that you want to remove.")
            await self._notes.remove(visitor.asker, self._server, name)
            return await self._listed(f"{name} is removed; answers no longer use it.", visitor)
        except Exception as error:  # noqa: BLE001 - the person is told
            return {self.notice: self._teller.notice(error)}

    async def _add(self, visitor: Visitor, path: Path) -> Added:
        refused = self._notes.refused(path.name, _size(path))
        if refused is not None:
            return refused
        file = NewFile(path.name, _content(path))
        return (await self._notes.add(visitor.asker, self._server, [file]))[0]

    async def _listed(self, said: str, visitor: Visitor) -> Update:
        notes = await self._notes.list(self._server)
        may_change = visitor.asker.is_manager
        return {
            self.list: notes_table(notes),
            self.name: gr.update(
                choices=[note.name for note in notes], value=None, interactive=may_change
            ),
            self.notice: notice(*said.splitlines()),
            self.add: gr.update(interactive=may_change, value=None),
            self.remove: gr.update(interactive=may_change),
        }


def added_line(added: Added) -> str:
    """What became of one file."""
    if added.note is None:
        return f"Refused: {added.refusal}"
    verb = "Unchanged" if added.is_unchanged else "Added"
    return f"{verb}: {added.name} ({counted(added.note.num_passages, 'passage')})"


def notes_table(notes: Sequence[Note]) -> str:
    """The notes as HTML."""
    if not notes:
        return notice(NO_NOTES)
    rows = "".join(
        f"<tr><td>{escape(note.name)}</td><td>{escape(note.title)}</td>"
        f"<td>{counted(note.num_passages, 'passage')}</td>"
        f"<td>{escape(note.added_by_name)}, {note.added_at:%Y-%m-%d}</td></tr>"
        for note in notes
    )
    return (
        "<table><caption>Notes that answers are taken from</caption><thead><tr>"
        "<th scope=col>File</th><th scope=col>Title</th><th scope=col>Length</th>"
        f"<th scope=col>Added by</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _size(path: Path) -> int:
    return path.stat().st_size


def _content(path: Path) -> bytes:
    """Ten megabytes at most, and just written: they are still in memory."""
    return path.read_bytes()
