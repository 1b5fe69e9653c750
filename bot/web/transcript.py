"""A conversation as the page shows it: questions, answers, and what stands below them."""

from collections.abc import Sequence
from typing import TypedDict

from bot.domain.answer import Answer, AnswerState
from bot.domain.card import Basis, Card
from bot.domain.composition import ENDORSED, UNCHECKED, source_line
from bot.domain.displayed import displayed
from bot.domain.progress import LoadProgress
from bot.domain.topic_guard import HINT
from bot.service.snapshot import Snapshot
from bot.web.desk import Writing
from bot.web.markdown import formatted, plain

NOTHING_SAID = "The model had nothing to say; try other words."
INTERRUPTED = "Interrupted by a restart; press Regenerate."
FAILED = "This answer failed; press Regenerate."


class Message(TypedDict):
    """A message as Gradio's chat takes it."""

    role: str
    content: str


def messages(history: Sequence[Answer], writing: Writing | None) -> list[Message]:
    """Everything that was said, and what is being written now in its place."""
    said: list[Message] = []
    newest = writing.answer.id if writing is not None and writing.answer is not None else None
    for answer in history:
        if writing is None or answer.id not in (newest, writing.replaces):
            said += [_asked(answer.question), _answered(answer_text(stored(answer)))]
    if writing is not None and writing.answer is not None and writing.newest is not None:
        said += [_asked(writing.question), _answered(answer_text(writing.newest))]
    return said


def stored(answer: Answer) -> Snapshot:
    """The last snapshot of an answer of the past."""
    return Snapshot(
        answer.id,
        answer.state,
        answer.text,
        answer.num_new_tokens,
        error=FAILED if answer.state is AnswerState.FAILED else None,
        finish_reason=answer.finish_reason,
        num_samples=answer.num_samples,
        card=answer.card,
    )


def answer_text(snapshot: Snapshot) -> str:
    """An answer in Markdown, with what it rests on below."""
    text = displayed(snapshot.text, snapshot.card).strip()
    parts = [formatted(text)] if text else []
    if lines := remarks(snapshot, has_text=bool(text)):
        parts.append(f"<small>{'<br>'.join(lines)}</small>")
    return "\n\n".join(parts) or "…"


def remarks(snapshot: Snapshot, *, has_text: bool) -> list[str]:
    """What an answer waits for, how it ended, and its sources: a line each, ready to show."""
    lines = [plain(waiting)] if (waiting := waiting_for(snapshot)) else []
    if has_text and snapshot.card is not None:
        lines += _basis(snapshot.card)
    if snapshot.notice:
        lines.append(plain(snapshot.notice))
    if not snapshot.is_final:
        return lines
    if snapshot.error:
        lines.append(plain(snapshot.error))
    elif snapshot.state is AnswerState.CANCELLED:
        lines.append("Stopped.")
    elif snapshot.state is AnswerState.INTERRUPTED:
        lines.append(INTERRUPTED)
    elif not has_text:
        lines.append(NOTHING_SAID)
    return lines


def waiting_for(snapshot: Snapshot) -> str:
    """What an answer waits for; empty once it runs."""
    if snapshot.loading is not None:
        return f"⏳ {loading_words(snapshot.loading)}"
    if snapshot.position is not None:
        place = f"{snapshot.position} ahead" if snapshot.position else "next"
        eta = f", about {snapshot.eta_seconds:.0f} s" if snapshot.eta_seconds else ""
        return f"⏳ In line: {place}{eta}"
    return ""


def loading_words(progress: LoadProgress) -> str:
    """How far the loading of a model is."""
    return f"{progress.words}: {progress.share:.0%}"


def _basis(card: Card) -> list[str]:
    marks = {Basis.MEMORY: UNCHECKED, Basis.ANSWERED: f"✅ {ENDORSED}"}
    mark = [marks[card.basis]] if card.basis in marks else []
    mark += [HINT] if card.is_off_topic else []
    return mark + [plain(source_line(source)) for source in card.sources]


def _asked(question: str) -> Message:
    return Message(role="user", content=plain(question))


def _answered(text: str) -> Message:
    return Message(role="assistant", content=text)
