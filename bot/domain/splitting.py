"""Long texts as several Discord messages: no word, code fence or formula is torn."""

import re
from dataclasses import dataclass, replace

from bot.domain.formulas import FENCE as _FENCE
from bot.domain.formulas import Marks, end_of_formula

MESSAGE_LIMIT = 2_000
MAX_LANGUAGE = 30
_SPACES = re.compile(r"\s*")
_CODE_WORD = re.compile(r"\S+")
_CLOSING_LINE = re.compile(r"\n[^\S\n]*```+[^\S\n]*(?=\n|\Z)")
# Nothing of this looks further than to its next mark: a text costs one pass.
_PLAIN = re.compile(r"[^\s\\$`]+|\\[^\s`]|`[^`\n]+`|\S")
_PARAGRAPH, _LINE, _SENTENCE, _WORD = 3, 2, 1, 0
_SENTENCE_END = re.compile(r"[.!?:;][\"')\]]*$")


def message_length(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which Discord's parts count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text that stays together, the white space before it, and the fences around it."""

    space: str
    text: str
    fence: str | None = None  # opening line such as "```python", None outside of code
    fence_behind: str | None = None  # the same for what follows

    @property
    def quality(self) -> int:
        """How good a break before this piece is."""
        if self.space.count("\n") >= 2:
            return _PARAGRAPH
        if "\n" in self.space:
            return _LINE
        return _WORD

    @property
    def indent(self) -> str:
        """White space of the line that a piece starts, kept inside code."""
        return self.space.rpartition("\n")[2]


def split_message(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Cut `text` into parts of at most `limit` UTF-16 units; `limit` is 60 or more.

    Breaks fall at paragraphs, lines, sentence ends or words, the best one in the second
    half of a part. A fence that is open at a break is closed there and opened again, with
    its language, in the next part. A formula stays whole if it fits into one part. An
    unclosed fence is closed at the end. White space at breaks is dropped; empty text gives
    no parts.
    """
    whole = text.strip()
    if _FENCE not in whole and message_length(whole) <= limit:
        return [whole] if whole else []
    parts: list[str] = []
    waiting = _pieces(text, limit)
    while waiting:
        count = _fitting(waiting, limit)
        parts.append(_render(waiting[:count]))
        waiting = waiting[count:]
    return parts


def _pieces(text: str, limit: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    closing_lines = [match.start() for match in _CLOSING_LINE.finditer(text)]
    last_closing = closing_lines[-1] if closing_lines else -1
    marks = Marks(text)
    fence: str | None = None
    position = 0
    while True:
        start = _end_of(_SPACES, text, position)
        space = text[position:start]
        if start == len(text):
            return pieces
        room = max(limit - 2 * len(_FENCE) - 2 - message_length(fence or ""), 1)
        if fence:
            space = _with_short_indent(space, room // 2)
        if text.startswith(_FENCE, start) and (not pieces or "\n" in space):
            line_end = text.find("\n", start)
            line = text[start : line_end if line_end >= 0 else len(text)].rstrip()
            if fence is None:
                fence = _opening(line, is_closed=start < last_closing)
                if fence is not None:
                    pieces.append(_Piece(space, fence, None, fence))
                    position = start + len(fence)
                    continue
            elif not line.strip("`"):
                pieces.append(_Piece(space, _FENCE, fence, None))
                position, fence = start + len(line), None
                continue
        end = _end_of(_CODE_WORD, text, start) if fence else _end_of_unit(text, start, marks)
        pieces.extend(_cut(_Piece(space, text[start:end], fence, fence), room))
        position = end


def _opening(line: str, *, is_closed: bool) -> str | None:
    """The fence that a line beginning with one opens; None where it is ordinary text.

    Behind the fence stands one short word, the language. Of a longer line only the fence
    itself opens anything, as Discord has it, and only where a line further down closes it.
    """
    rest = line[len(_FENCE) :]
    if _FENCE in rest:
        return None
    is_language = "`" not in rest and not re.search(r"\s", rest)
    if is_language and message_length(rest) <= MAX_LANGUAGE:
        return line
    return _FENCE if is_closed else None


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _end_of_unit(text: str, position: int, marks: Marks) -> int:
    """Where the unbroken text from `position` on ends; formulae and inline code hold spaces."""
    while position < len(text) and not text[position].isspace():
        position = end_of_formula(text, position, marks) or _end_of(_PLAIN, text, position)
    return position


def _with_short_indent(space: str, limit: int) -> str:
    """White space whose last line leaves room for the text behind it."""
    lines, newline, indent = space.rpartition("\n")
    return f"{lines}{newline}{indent[:limit]}"


def _cut(piece: _Piece, room: int) -> list[_Piece]:
    """A piece that is too long for any part, cut at white space or, at last, anywhere."""
    if piece.fence:
        room = max(room - len(piece.indent), 1)
    if message_length(piece.text) <= room:
        return [piece]
    cut: list[_Piece] = []
    for match in re.finditer(r"(\s*)(\S+)", piece.text):
        space = match[1] if cut else piece.space
        for chunk in _chunks(match[2], room):
            cut.append(replace(piece, space=space, text=chunk))
            space = ""
    return cut


def _chunks(word: str, room: int) -> list[str]:
    """A word cut into chunks of at most `room` UTF-16 units."""
    chunks: list[str] = []
    start = length = 0
    for index, character in enumerate(word):
        units = message_length(character)
        if length + units > room and index > start:
            chunks.append(word[start:index])
            start, length = index, 0
        length += units
    return [*chunks, word[start:]]


def _fitting(pieces: list[_Piece], limit: int) -> int:
    """How many pieces make the next part."""
    length = message_length(_beginning(pieces[0]))
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
        if length + message_length(_end(piece)) > limit:
            if best_quality < 0:
                return max(index, 1)
            return best
    return len(pieces)


def _beginning(first: _Piece) -> str:
    """What opens a part again in front of its first piece."""
    return f"{first.fence}\n{first.indent}" if first.fence else ""


def _end(last: _Piece) -> str:
    """What closes a part behind its last piece."""
    return f"\n{_FENCE}" if last.fence_behind else ""


def _render(pieces: list[_Piece]) -> str:
    body = pieces[0].text + "".join(piece.space + piece.text for piece in pieces[1:])
    return _beginning(pieces[0]) + body + _end(pieces[-1])
