"""Lettering: words as outlines of DejaVu Sans, which comes with matplotlib, and their width."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import category, combining

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

_SPACE, _NEWLINE, _TAB, _CIRCLE = "·", "⏎", "⇥", "◌"
_UNREADABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Word:
    """Outlines on a baseline; lengths are in units of the font size, y points up."""

    path: Path | None
    width: float


def word(text: str, *, is_bold: bool = False) -> Word:
    """A line of text; what the font has no sign for must have been escaped before."""
    if not text:
        return Word(None, 0.0)
    font = _font(is_bold)
    vertices, codes = text_to_path.get_text_path(font, text)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    scale = 1 / text_to_path.FONT_SCALE
    path = Path(vertices, codes).transformed(Affine2D().scale(scale)) if len(vertices) else None
    return Word(path, width * scale)


def width(text: str, *, is_bold: bool = False) -> float:
    """How wide a line is, in units of the font size."""
    font = _font(is_bold)
    size, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(size) / text_to_path.FONT_SCALE


def label(text: str, max_characters: int = 18) -> str:
    """A token so that each of its characters can be seen: white space, too, and what is rare.

    A space is "·", so that a middle dot itself is escaped; a line break is "⏎", also one that
    comes as a token in escape notation.
    """
    if text and not text.replace("\\n", "\n").strip("\n"):
        text = text.replace("\\n", "\n")
    signs = [_sign(character) for character in text[: max_characters + 1]]
    if signs and text and combining(text[0]) and signs[0] == text[0]:
        signs[0] = _CIRCLE + signs[0]
    return _cut(signs, max_characters)


def caption(text: str, max_characters: int = 18) -> str:
    """A name, which may be a token: its white space is seen at both ends only."""
    kept = text.strip(" ")
    start = text[: len(text) - len(text.lstrip(" "))] if kept else text
    end = text[len(text.rstrip(" ")) :] if kept else ""
    room = max(max_characters - len(start) - len(end), 1)
    return label(start, max_characters) + legible(kept, room) + label(end, max_characters)


def legible(text: str, max_characters: int = 10_000, *, is_bold: bool = False) -> str:
    """Running text whose characters all have signs in the font, escaped where they have none."""
    signs = [
        " " if character == " " else _sign(character, is_bold=is_bold, is_running=True)
        for character in text[: max_characters + 1]
    ]
    return _cut(signs, max_characters)


def fitting(text: str, room: float, *, is_bold: bool = False) -> str:
    """As much of a line as is no wider than `room` font sizes; the rest becomes "…"."""
    if width(text, is_bold=is_bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle] + _ELLIPSIS, is_bold=is_bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _ELLIPSIS


def wrapped(text: str, room: float, max_lines: int, *, is_bold: bool = False) -> Sequence[str]:
    """Text in lines no wider than `room` font sizes, broken at spaces where there are some."""
    lines: list[str] = []
    line = ""
    for each in text.split(" "):
        longer = f"{line} {each}" if line else each
        if width(longer, is_bold=is_bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = each
        while width(line, is_bold=is_bold) > room and len(lines) < max_lines:
            head = _head(line, room, is_bold=is_bold)
            lines.append(head)
            line = line[len(head) :]
    lines.append(line)
    if len(lines) > max_lines:
        kept = lines[:max_lines]
        kept[-1] = fitting(kept[-1] + _ELLIPSIS, room, is_bold=is_bold)
        return kept
    return lines


def _head(line: str, room: float, *, is_bold: bool) -> str:
    """The beginning of a word that is too long for a line; one character at least."""
    count = 1
    while count < len(line) and width(line[: count + 1], is_bold=is_bold) <= room:
        count += 1
    return line[:count]


def _cut(signs: Sequence[str], max_characters: int) -> str:
    """Signs up to so many characters, none of them broken."""
    text = "".join(signs)
    if len(text) <= max_characters:
        return text
    kept = ""
    for sign in signs:
        if len(kept) + len(sign) >= max_characters:
            break
        kept += sign
    return kept + _ELLIPSIS


def _sign(character: str, *, is_bold: bool = False, is_running: bool = False) -> str:
    """What stands for one character."""
    if character == "\n":
        return _NEWLINE
    if character == "\t":
        return _TAB
    if character == " ":
        return _SPACE
    is_mark = not is_running and character in (_SPACE, _NEWLINE, _TAB)
    is_other_space = character.isspace() or category(character) in _UNREADABLE
    if is_mark or is_other_space or ord(character) not in _signs(is_bold):
        return _escaped(character)
    return character


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"U+{code:X}"


@cache
def _font(is_bold: bool) -> FontProperties:
    weight = "bold" if is_bold else "normal"
    return FontProperties(family="DejaVu Sans", weight=weight, size=text_to_path.FONT_SCALE)


@cache
def _signs(is_bold: bool) -> frozenset[int]:
    """The characters that the font has signs for."""
    return frozenset(get_font(findfont(_font(is_bold))).get_charmap())
