"""HTML: what a page says, without its scripts, styles and navigation."""

import re
import warnings
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag

from bot.domain.document import Document
from bot.retrieval.decoding import decode
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.outline import Outline, fenced

_CHARSET = re.compile(rb"<meta[^>]*charset=[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_DROPPED = re.compile(
    "script|style|nav|aside|footer|template|noscript|form|button|select|iframe|object|svg|canvas"
    "|head|dialog"
)
_DROPPED_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary"}
_BLOCK = re.compile(
    "address|article|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption"
    "|figure|header|hr|html|main|p|section|summary|table|tbody|td|tfoot|th|thead|tr"
)
_HEADING = re.compile(r"h[1-6]")
_NO_CELL = re.compile(r"^(?:table|pre|h[1-6])$")
_LANGUAGE = re.compile(r"(?:language|lang|highlight)-([A-Za-z0-9+#]{1,20})")
_SPACES = re.compile(r"[ \t\n\r]+")
_BREAK = "\x0b"  # stands for <br> until white space is collapsed
_UP = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_DOWN = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def read_html(name: str, content: bytes, limits: ReadingLimits) -> Document:
    """The document of a web page; its main part, where it marks one.

    Raises:
        NoteRefused: it is no text, or too long.
    """
    declared = _CHARSET.search(content[:2048])
    text = decode(name, content, declared[1].decode("ascii") if declared else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XHTML and about texts that look like addresses
        page = BeautifulSoup(text, "html.parser")
    title = page.find("title")
    page_title = title.get_text() if isinstance(title, Tag) else ""
    _write_formulas(page)
    _drop_furniture(page)
    _write_scripts(page)
    outline = Outline(name, limits)
    main = page.find("main") or page.find(None, {"role": "main"}) or page.body or page
    if isinstance(main, Tag):
        _Writer(outline).write(main)
    return outline.document(second_title=page_title)


def _write_formulas(page: Tag) -> None:
    """Put the LaTeX of a formula, where the page holds it, in its place."""
    for script in page.find_all("script", type=re.compile("^math/tex")):
        mark = "$$" if "mode=display" in str(script["type"]) else "$"
        script.replace_with(f"{mark}{script.get_text().strip()}{mark}")
    for formula in page.find_all("math"):
        source = formula.find("annotation", encoding="application/x-tex")
        latex = source.get_text() if source else str(formula.get("alttext") or "")
        if latex.strip():
            mark = "$$" if formula.get("display") == "block" else "$"
            formula.replace_with(f"{mark}{latex.strip()}{mark}")


def _drop_furniture(page: Tag) -> None:
    """Remove what is no text of the page."""
    for tag in page.find_all(_is_furniture):
        if not tag.decomposed:
            tag.decompose()


def _is_furniture(tag: Tag) -> bool:
    return (
        bool(_DROPPED.fullmatch(tag.name))
        or tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or str(tag.get("role")) in _DROPPED_ROLES
        or "headerlink" in (tag.get("class") or ())
    )


def _write_scripts(page: Tag) -> None:
    """Raise and lower digits in the text as the page shows them: x² is not x2."""
    for tag in page.find_all(["sup", "sub"]):
        text = tag.get_text().strip()
        shown = text.translate(_UP if tag.name == "sup" else _DOWN)
        if text and not set(text) & set(shown):
            tag.replace_with(shown)


@dataclass(slots=True)
class _Writer:
    """Walks through a page and puts its text into an outline."""

    outline: Outline
    _inline: list[str] = field(default_factory=list)
    _lists: list[int | None] = field(default_factory=list)  # the next number, None for bullets
    _lines: list[str] = field(default_factory=list)  # of the outermost open list
    _prefix: str = ""

    def write(self, root: Tag) -> None:
        # Without recursion: pages may nest deeper than Python's stack.
        stack: list[tuple[PageElement, bool]] = [(root, False)]
        while stack:
            node, is_leaving = stack.pop()
            if isinstance(node, Tag):
                if is_leaving:
                    self._leave(node)
                elif self._enter(node):
                    stack.append((node, True))
                    stack.extend((child, False) for child in reversed(node.contents))
            elif type(node) in (NavigableString, CData):
                self._inline.append(str(node))
        self._flush()
        self._end_list()

    def _enter(self, tag: Tag) -> bool:
        """Begin a tag; tells whether its children are walked through."""
        if tag.name == "br":
            self._inline.append(_BREAK)
        elif _HEADING.fullmatch(tag.name):
            self._flush()
            self._end_list()
            self.outline.open(int(tag.name[1]), tag.get_text().rstrip("¶# \n"))
            return False
        elif tag.name == "pre":
            self._flush()
            self._add(fenced(tag.get_text(), _language(tag)))
            return False
        elif tag.name == "table" and not tag.find(_NO_CELL):
            self._flush()
            self._add("\n".join(_rows(tag)))
            return False
        elif tag.name in ("ul", "ol"):
            self._flush()
            self._lists.append(_first_number(tag) if tag.name == "ol" else None)
        elif tag.name == "li":
            self._begin_item()
        elif _BLOCK.fullmatch(tag.name):
            self._flush()
        return True

    def _leave(self, tag: Tag) -> None:
        if tag.name in ("ul", "ol") and self._lists:
            self._flush()
            self._lists.pop()
            if not self._lists:
                self._end_list()
        elif _BLOCK.fullmatch(tag.name) or tag.name == "li":
            self._flush()

    def _begin_item(self) -> None:
        self._flush()
        number = self._lists[-1] if self._lists else None
        mark = "-" if number is None else f"{number}."
        if number is not None:
            self._lists[-1] = number + 1
        self._prefix = f"{mark} "

    def _flush(self) -> None:
        """End the open paragraph."""
        collapsed = _SPACES.sub(" ", "".join(self._inline))
        text = "\n".join(line.strip() for line in collapsed.split(_BREAK)).strip()
        self._inline.clear()
        if text:
            self._add(text)

    def _add(self, text: str) -> None:
        if not self._lists:
            self.outline.add(text)
            return
        indent = "  " * (len(self._lists) - 1)
        first = self._prefix or "  "
        self._prefix = ""
        self._lines.append(indent + first + text.replace("\n", f"\n{indent}  "))

    def _end_list(self) -> None:
        self.outline.add("\n".join(self._lines))
        self._lines.clear()


def _first_number(tag: Tag) -> int:
    start = str(tag.get("start") or "1")
    return int(start) if start.isdecimal() and len(start) < 6 else 1


def _language(tag: Tag) -> str:
    """The language that a block of code, or a tag around or in it, names in its class."""
    for candidate in (tag, tag.find("code"), tag.parent, tag.parent and tag.parent.parent):
        if isinstance(candidate, Tag):
            names = " ".join(candidate.get("class") or ())
            if match := _LANGUAGE.search(names):
                return match[1].lower() if match[1] != "default" else ""
    return ""


def _rows(table: Tag) -> list[str]:
    """The rows of a table, each one a line of its cells.

    Pages often leave cells and rows open, so that each one stands inside of the one before.
    """
    rows: list[list[list[str]]] = [[]]
    for node in table.descendants:
        if isinstance(node, Tag):
            if node.name == "tr":
                rows.append([])
            elif node.name in ("td", "th"):
                rows[-1].append([])
            elif rows[-1] and (node.name == "br" or _BLOCK.fullmatch(node.name)):
                rows[-1][-1].append(" ")
        elif type(node) in (NavigableString, CData) and rows[-1]:
            rows[-1][-1].append(str(node))
    lines = [[" ".join("".join(cell).split()) for cell in row] for row in rows]
    return [f"| {' | '.join(cells)} |" for cells in lines if any(cells)]
