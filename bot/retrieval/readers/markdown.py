"""Markdown: headings give the outline, everything else stays as it was written."""

import re

from bot.domain.blocks import MARKER, closes, fence_of
from bot.domain.document import Document
from bot.retrieval.decoding import decode
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.outline import Outline

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+[ \t]*$|[ \t]*\{#[^}\n]*\}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EMBEDDED = re.compile(r"!\[([^\[\]]*)\]\([ \t]*<?data:[^()\s]*[^()\n]*\)")
_FRONT = re.compile(r"\A---[ \t]*\n((?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_LINE = re.compile(r"\s*(?:#.*|-.*|[\w. -]+:.*|\s+.*|[}\]].*)?")
_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)


def read_markdown(name: str, content: bytes, limits: ReadingLimits) -> Document:
    """The document of a Markdown file; front matter gives its title and goes.

    Raises:
        NoteRefused: it is no text, or too long.
    """
    text, title = _without_front_matter(decode(name, content))
    outline = Outline(name, limits)
    write_markdown(outline, text)
    return outline.document(title)


def write_markdown(outline: Outline, text: str) -> None:
    """Put Markdown into an outline. Comments, rules and embedded pictures are no text."""
    lines: list[str] = []  # of the open stretch of text or code
    fence: str | None = None
    for line in [*_visible(text).split("\n"), ""]:
        if fence is not None:
            lines.append(line)
            if closes(line, fence):
                fence = None
            continue
        heading = _ATX.match(line)
        underline = _UNDERLINE.match(line)
        fence = fence_of(line)
        if heading:
            _flush(outline, lines)
            outline.open(len(heading[1]), _plain(_CLOSING_MARKS.sub("", heading[2] or "")))
        elif underline and _may_be_heading(lines):
            title = lines.pop()
            _flush(outline, lines)
            outline.open(1 if underline[1][0] == "=" else 2, _plain(title))
        elif not _RULE.match(line):
            lines.append(line)
        else:
            lines.append("")
    _flush(outline, lines)


def _flush(outline: Outline, lines: list[str]) -> None:
    outline.add("\n".join(lines))
    lines.clear()


def _visible(text: str) -> str:
    """Text without comments and embedded pictures; code stays as it is."""
    parts: list[str] = []
    prose: list[str] = []
    fence: str | None = None

    def end_prose() -> None:
        visible = _COMMENT.sub("", "\n".join(prose))
        parts.append(_EMBEDDED.sub(r"\1", visible))
        prose.clear()

    for line in text.split("\n"):
        if fence is None and (fence := fence_of(line)) is not None:
            if prose:
                end_prose()
            parts.append(line)
        elif fence is not None:
            parts.append(line)
            fence = None if closes(line, fence) else fence
        else:
            prose.append(line)
    if prose:
        end_prose()
    return "\n".join(parts)


def _may_be_heading(lines: list[str]) -> bool:
    """Whether a line of dashes underlines the last line: a single one, and plain text."""
    if not lines or not lines[-1].strip() or (len(lines) > 1 and lines[-2].strip()):
        return False
    last = lines[-1]
    is_text = not last.startswith(("    ", "\t")) and last.lstrip()[0] not in ">|"
    return is_text and not MARKER.match(last) and fence_of(last) is None and not closes(last, "```")


def _plain(heading: str) -> str:
    """A heading as people read it: links and emphasis are only their words."""
    words = _LINK.sub(r"\1", heading)
    return _EMPHASIS.sub(r"\2", words)


def _without_front_matter(text: str) -> tuple[str, str]:
    """The text behind the front matter, and the title in it ("" if there is none)."""
    match = _FRONT.match(text)
    if match is None or not match[1].strip():
        return text, ""
    if not all(_FRONT_LINE.fullmatch(line) for line in match[1].split("\n")):
        return text, ""
    title = _TITLE.search(match[1])
    return text[match.end() :], title[1].strip("\"'") if title else ""
