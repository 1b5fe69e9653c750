"""An answer as the text of messages: header, text, footer."""

import dataclasses
import re
from dataclasses import dataclass

from bot.domain.answer import Answer, AnswerKind, AnswerState
from bot.domain.card import Basis, Source
from bot.domain.composition import ENDORSED, UNCHECKED, source_line
from bot.domain.displayed import displayed
from bot.domain.feedback import Review
from bot.domain.mentions import neutralise_mentions
from bot.domain.splitting import MESSAGE_LIMIT, message_length, split_message
from bot.domain.topic_guard import HINT
from bot.domain.untrusted import for_display
from bot.service.snapshot import Snapshot

CURSOR = " ▌"
MAX_HEADER = 200
MAX_BEGINNING = 500
MAX_PARTS = 10
MAX_SOURCE = 120
MAX_NAME = 40
REST = "-# The rest is too long to be shown here."
_MARKDOWN = re.compile(r"([\\`*_~|>\[\]()#])")
_WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around an answer's text.

    `quotes_question` where nothing else shows it; `note` is a remark about the place.
    """

    answer: Answer
    quotes_question: bool = True
    note: str | None = None

    def parts(self, snapshot: Snapshot) -> list[str]:
        """The messages that show a snapshot, each within Discord's limit."""
        text = snapshot.text.strip()
        text = for_display(text) if is_by_people(snapshot) else displayed(text, snapshot.card)
        if self._is_continuation and text:
            joint = snapshot.text[: len(snapshot.text) - len(snapshot.text.lstrip())]
            text = f"**{self._beginning()}**{joint}{text}"
        header, footer = self._header(), self._footer(snapshot)
        if not snapshot.is_final:
            text = f"{text}{CURSOR}" if text else waiting_line(snapshot)
        room = MESSAGE_LIMIT - message_length(header) - message_length(footer) - len(REST) - 3
        parts = split_message(text, room) or [""]
        if len(parts) > MAX_PARTS:
            parts = parts[:MAX_PARTS]
            parts[-1] = f"{parts[-1]}\n{REST}"
        parts[0] = f"{header}\n{parts[0]}" if header else parts[0]
        if footer:
            parts[-1] = f"{parts[-1]}\n{footer}".strip()
        return [part if part.strip() else "…" for part in parts]

    @property
    def _is_continuation(self) -> bool:
        """Whether the text goes on where the person's one ends."""
        return self.answer.kind is AnswerKind.COMPLETE and self.answer.num_samples == 1

    def _beginning(self) -> str:
        """The person's text, of a long one its end, short enough to stand in one message."""
        text = self.answer.question
        if len(text) > MAX_BEGINNING:
            cut = text[-MAX_BEGINNING:]
            text = "…" + (cut.split(" ", 1)[1] if " " in cut[: MAX_BEGINNING // 2] else cut)
        return neutralise_mentions(escape(text))

    def _header(self) -> str:
        if not self.quotes_question or self._is_continuation:
            return ""
        return "> " + neutralise_mentions(escape(shortened(self.answer.question, MAX_HEADER)))

    def _footer(self, snapshot: Snapshot) -> str:
        lines = [f"-# {neutralise_mentions(line)}" for line in card_lines(snapshot)]
        if snapshot.error:
            lines.append(f"⚠️ {snapshot.error}")
        if self.note:
            lines.append(f"-# {self.note}")
        if snapshot.notice:
            lines.append(f"-# {snapshot.notice}")
        if snapshot.state is AnswerState.INTERRUPTED:
            lines.append("-# ⏹ Interrupted by a restart; press Regenerate to get an answer.")
        elif snapshot.state is AnswerState.CANCELLED:
            lines.append("-# ⏹ Stopped.")
        elif snapshot.state is AnswerState.DONE:
            if not snapshot.text.strip():
                lines.append("The model had nothing to say; press Regenerate or ask differently.")
            if is_by_people(snapshot):
                return "\n".join(lines)  # not the model's words
            tokens = "token" if snapshot.num_new_tokens == 1 else "tokens"
            seed = self.answer.sampling.seed if snapshot.seed is None else snapshot.seed
            lines.append(
                f"-# {self.answer.model} · seed {seed} · {snapshot.num_new_tokens} {tokens}"
            )
        return "\n".join(lines)


def card_lines(snapshot: Snapshot) -> list[str]:
    """What an answer rests on: its sources, or that nobody has checked it, or asked for it."""
    card, review = snapshot.card, snapshot.reception.review
    lines = [] if review is None else [f"✅ {review_line(review)}"]
    if card is None or not snapshot.text.strip():
        return lines
    if review is None:
        lines = {
            Basis.MEMORY: [f"⚠️ {UNCHECKED}"],
            Basis.ANSWERED: [f"✅ {ENDORSED}"],
        }.get(card.basis, [])
    hint = [HINT] if card.is_off_topic and review is None else []
    return lines + hint + [source_text(source) for source in card.sources]


def is_by_people(snapshot: Snapshot) -> bool:
    """Whether a person's words may be in the text: markup in them shows as what it is."""
    is_repeated = snapshot.card is not None and snapshot.card.basis is Basis.ANSWERED
    return is_repeated or snapshot.reception.correction is not None


def review_line(review: Review) -> str:
    """Who stands for an answer."""
    deed = "Corrected" if review.is_correction else "Endorsed"
    return f"{deed} by {escape(shortened(review.person_name, MAX_NAME))}, teaching assistant."


def source_text(source: Source) -> str:
    """A source in one line that holds no markup but its link, which is never cut."""
    place = escape(shortened(source_line(dataclasses.replace(source, link=None)), MAX_SOURCE))
    return place if source.link is None else f"{place} {source.link}"


def waiting_line(snapshot: Snapshot) -> str:
    """What an answer without a word waits for."""
    if snapshot.loading is not None:
        return f"⏳ {snapshot.loading.words}: {snapshot.loading.share:.0%}"
    if snapshot.position is not None:
        places = {0: "you are next", 1: "1 answer ahead"}
        place = places.get(snapshot.position, f"{snapshot.position} answers ahead")
        eta = f", about {snapshot.eta_seconds:.0f} s" if snapshot.eta_seconds else ""
        return f"⏳ In line: {place}{eta}."
    return "⏳ Reading."


def escape(text: str) -> str:
    """Text in which no character is markup."""
    return _MARKDOWN.sub(r"\\\1", text)


def shortened(text: str, limit: int) -> str:
    """Text in one line of at most `limit` characters, cut at a word."""
    line = _WHITE_SPACE.sub(" ", text).strip()
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut) + "…"
