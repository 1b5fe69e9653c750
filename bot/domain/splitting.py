"""Long texts as several Discord messages: no word, code fence or formula is torn."""

import re
from dataclasses import dataclass

MESSAGE_LIMIT = 2_000
_FENCE = "```"
_LATEX = r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|\$[^\s$](?:[^$\n]*?[^\s$])?\$(?!\d)"
_INLINE_CODE = r"`[^`\n]+`"
_PIECE = re.compile(rf"(?P<space>\s+)|(?P<unit>(?:{_LATEX}|{_INLINE_CODE}|\S)+)", re.DOTALL)
_CODE_PIECE = re.compile(r"(?P<space>\s+)|(?P<unit>\S+)")
_PARAGRAPH, _LINE, _SENTENCE, _WORD = 3, 2, 1, 0
_SENTENCE_END = re.compile(r"[.!?:;][\"')\]]*$")


def message_length(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which Discord's parts count."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text that stays together, the white space before it, and the fence it stands in."""

    space: str
    text: str
    fence: str | None  # opening line such as "```python", None outside of code

    @property
    def quality(self) -> int:
        """How good a break before this piece is."""
        if self.space.count("\n") >= 2:
            return _PARAGRAPH
        if "\n" in self.space:
            return _LINE
        return _WORD


def split_message(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Cut `text` into parts of at most `limit` UTF-16 units.

    Breaks fall at paragraphs, lines, sentence ends or words, the best one in the second
    half of a part. A fence that is open at a break is closed there and opened again, with
    its language, in the next part. A formula stays whole if it fits into one part. An
    unclosed fence is closed at the end. White space at breaks is dropped; empty text gives
    no parts.
    """
    parts: list[str] = []
    waiting = _pieces(text, limit)
    while waiting:
        count = _fitting(waiting, limit)
        parts.append(_render(waiting[:count], is_continued=count < len(waiting)))
        waiting = waiting[count:]
    return parts


def _pieces(text: str, limit: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    fence: str | None = None
    position, space = 0, ""
    while position < len(text):
        pattern = _CODE_PIECE if fence else _PIECE
        match = pattern.match(text, position)
        if match is None:  # pragma: no cover - the patterns match every character
            break
        position = match.end()
        if match["space"] is not None:
            space = match["space"]
            continue
        unit = match["unit"]
        starts_line = not pieces or "\n" in space
        if starts_line and unit.startswith(_FENCE):
            line_end = text.find("\n", match.start())
            line = text[match.start() : line_end if line_end >= 0 else len(text)].rstrip()
            if fence is None and _FENCE not in line[3:]:
                position = match.start() + len(line)
                fence = line
                pieces.append(_Piece(space, line, None))
                space = ""
                continue
            if fence is not None and line.rstrip("`") == "":
                pieces.append(_Piece(space, _FENCE, fence))
                fence, space = None, ""
                continue
        room = max(limit - 2 * len(_FENCE) - 2 - message_length(fence or ""), 1)
        pieces.extend(_cut(_Piece(space, unit, fence), room))
        space = ""
    return pieces


def _cut(piece: _Piece, room: int) -> list[_Piece]:
    """A piece that is too long for any part, cut at white space or, at last, anywhere."""
    if message_length(piece.text) <= room:
        return [piece]
    cut: list[_Piece] = []
    space = piece.space
    for match in re.finditer(r"(\s*)(\S+)", piece.text):
        space = space if not cut else match[1]
        rest = match[2]
        while rest:
            size = room
            while message_length(rest[:size]) > room:
                size -= 1
            size = max(size, 1)
            cut.append(_Piece(space, rest[:size], piece.fence))
            rest, space = rest[size:], ""
    return cut


def _fitting(pieces: list[_Piece], limit: int) -> int:
    """How many pieces make the next part."""
    length = _opening_length(pieces[0])
    best, best_quality = 1, -1
    for index, piece in enumerate(pieces):
        if index:
            quality = piece.quality
            if quality == _WORD and _SENTENCE_END.search(pieces[index - 1].text):
                quality = _SENTENCE
            if piece.space and (quality >= best_quality or length < limit / 2):
                best, best_quality = index, quality
            length += message_length(piece.space)
        length += message_length(piece.text)
        if length + _closing_length(pieces, index) > limit:
            if best_quality < 0:
                return max(index, 1)
            return best
    return len(pieces)


def _opening_length(piece: _Piece) -> int:
    return message_length(piece.fence) + 1 + message_length(_indent(piece)) if piece.fence else 0


def _closing_length(pieces: list[_Piece], index: int) -> int:
    """Room for closing a fence behind piece `index`."""
    return len(_FENCE) + 1 if _open_fence(pieces[: index + 1]) else 0


def _open_fence(pieces: list[_Piece]) -> str | None:
    """The fence that is open behind the last piece."""
    last = pieces[-1]
    if last.fence is not None:
        return None if last.text == _FENCE and "\n" in last.space else last.fence
    return last.text if last.text.startswith(_FENCE) and _FENCE not in last.text[3:] else None


def _indent(piece: _Piece) -> str:
    """White space of the line that a piece starts, kept inside code."""
    return piece.space.rpartition("\n")[2]


def _render(pieces: list[_Piece], *, is_continued: bool) -> str:
    first = pieces[0]
    opening = f"{first.fence}\n{_indent(first)}" if first.fence else ""
    body = first.text + "".join(piece.space + piece.text for piece in pieces[1:])
    closing = f"\n{_FENCE}" if _open_fence(pieces) else ""
    return opening + body + closing
