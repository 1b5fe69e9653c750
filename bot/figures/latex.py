"""LaTeX as rows of mathtext and grids: what one source says, in parts that can be drawn.

Mathtext, matplotlib's own formula language, is most of LaTeX's without its environments. So
matrices, cases and aligned lines become grids, and everything between them mathtext.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.domain.errors import UnsupportedFormula
from bot.figures import commands
from bot.figures.spacing import joined
from bot.figures.tokens import Tokens, unsupported

MAX_SOURCE = 500
MAX_DEPTH = 8
MAX_CELLS = 64
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Cn", "Mn", "Me")  # or drawn upon others
_CLOSING = ("}", r"\right", r"\end")


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in rows, between two delimiters, which are "" where there are none.

    `columns` says how each column is aligned, "l", "c" or "r", and is repeated where it is too
    short. `is_aligned` sets pairs of columns as one, as equations that share their sign do.
    """

    rows: tuple[tuple["Row", ...], ...]
    columns: str = "c"
    left: str = ""
    right: str = ""
    is_aligned: bool = False


Row = tuple[str | Grid, ...]
"""Mathtext and grids side by side. Mathtext that begins with ^ or _ is a grid's script."""

_MATRICES = {
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": (r"\{", r"\}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": (r"\|", r"\|"),
}
_ALIGNED = frozenset({"aligned", "align", "split", "alignat", "eqnarray"})
_CENTRED = frozenset({"gathered", "gather", "equation", "multline", "displaymath"})


def parse(source: str) -> Row:
    """The parts of `source`.

    Raises:
        UnsupportedFormula: it is too long, nested too deeply, or has what cannot be drawn.
    """
    if len(source) > MAX_SOURCE:
        raise UnsupportedFormula(
            f"A formula may have {MAX_SOURCE} characters to be drawn: please shorten it."
        )
    text = unicodedata.normalize("NFC", source)
    if any(unicodedata.category(character) in _INVISIBLE for character in "".join(text.split())):
        raise unsupported("a character that no font here has")
    rows = _Parser(Tokens(text)).rows(None)
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    is_aligned = any(len(row) > 1 for row in rows)
    return (Grid(rows, "rl" if is_aligned else "c", is_aligned=is_aligned),)


class _Parser:
    """Reads the tokens of one source; `depth` is how deep it stands within another."""

    def __init__(self, tokens: Tokens, depth: int = 0) -> None:
        self._tokens = tokens
        self._depth = depth
        self._num_cells = 0
        self._num_smaller = 0

    def rows(self, end: str | None) -> tuple[tuple[Row, ...], ...]:
        """Rows of cells up to the token `end`, which is skipped; an empty last row is none."""
        rows: list[list[list[str | Grid]]] = [[[]]]
        with self._deeper():
            while (word := self._tokens.take()) != end:
                if word is None or word in _CLOSING:
                    raise unsupported(f"a missing {end or '{'}")
                if word == "&":
                    rows[-1].append([])
                elif word in (r"\\", r"\\*", r"\cr"):
                    self._tokens.option()
                    rows.append([[]])
                else:
                    _append(rows[-1][-1], self._part(word))
                    continue
                self._num_cells += 1
                if self._num_cells >= MAX_CELLS:
                    raise unsupported("its many cells")
        if len(rows) > 1 and rows[-1] == [[]]:
            rows.pop()
        return tuple(tuple(tuple(cell) for cell in row) for row in rows)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise unsupported("its nesting")
        yield
        self._depth -= 1

    @contextmanager
    def _smaller(self) -> Iterator[None]:
        """Fractions are set smaller in scripts, fractions and matrices, as TeX has it."""
        self._num_smaller += 1
        yield
        self._num_smaller -= 1

    def _part(self, word: str) -> str | Grid:
        if word.startswith("\\"):
            return self._command(word[1:])
        if word in ("^", "_"):
            with self._smaller():
                return f"{word}{{{self._argument()}}}"
        if word == "{":
            return f"{{{self._inline('}')}}}"
        if word.isspace():
            return ""
        return commands.CHARACTERS.get(word, word)

    def _command(self, name: str) -> str | Grid:
        plain = name.rstrip("*") or name
        if plain in commands.REFUSED:
            raise unsupported(f"\\{name}")
        if plain in commands.DROPPED:
            return ""
        if plain in commands.DROPPED_WITH_ARGUMENT:
            self._argument()
            return ""
        if name in commands.SAME_AS:
            return commands.SAME_AS[name]
        if name == "begin":
            return self._environment()
        if name == "left":
            return self._between()
        if name == "middle":
            return rf"\middle{self._delimiter()}"
        if plain in commands.TEXT:
            return self._text(commands.TEXT[plain])
        return self._with_arguments(plain, name)

    def _with_arguments(self, plain: str, name: str) -> str:
        if plain in commands.WITH_LIMITS:
            return self._with_limits(commands.WITH_LIMITS[plain])
        if plain == "operatorname":
            operator = rf"\operatorname{{{self._argument()}}}"
            return self._with_limits(operator) if name != plain else operator
        if plain in commands.BRACES:
            return self._braced(*commands.BRACES[plain])
        if plain == "sqrt":
            option = self._tokens.option()
            root = f"[{_inline(Tokens(option), None, self._depth)}]" if option else ""
            return rf"\sqrt{root}{{{self._argument()}}}"
        if plain == "substack":
            return self._substack()
        if plain == "textcolor":
            self._argument()
            return f"{{{self._argument()}}}"
        if plain in commands.TWO_ARGUMENTS:
            is_large = plain == "frac" and not self._num_smaller
            pattern = commands.TWO_ARGUMENTS["dfrac" if is_large else plain]
            with self._smaller():
                return pattern % (self._argument(), self._argument())
        if plain in commands.ONE_ARGUMENT:
            return commands.ONE_ARGUMENT[plain] % self._argument()
        return f"\\{name}"

    def _argument(self) -> str:
        """The group, command or single character that comes next, as mathtext."""
        word = self._tokens.symbol()
        if word in ("", "&", "^", "_", r"\\", *_CLOSING):
            raise unsupported("a missing argument")
        if word == "{":
            return self._inline("}")
        with self._deeper():
            return _flat((((self._part(word),),),))

    def _inline(self, end: str) -> str:
        return _flat(self.rows(end))

    def _text(self, pattern: str) -> str:
        """Words, with mathematics in them where dollar signs say so."""
        shown = ""
        for index, piece in enumerate(re.split(r"(?<!\\)\$", self._tokens.group())):
            if index % 2:
                shown += f"{{{_inline(Tokens(piece), None, self._depth)}}}"
            elif piece:
                words = re.sub(r"\\([%&$#_ ])", r"\1", piece).replace("~", " ")
                if re.search(r"[\\{}$]", words):
                    raise unsupported("commands in its words")
                is_roman = pattern.startswith(r"\text")
                shown += pattern % (words if is_roman else re.sub(r"\s", r"\\ ", words))
        return shown

    def _with_limits(self, operator: str) -> str:
        self._tokens.skip(r"\limits", r"\nolimits")
        if not self._tokens.skip("_"):
            return operator
        return rf"\underset{{{self._argument()}}}{{{operator}}}"

    def _braced(self, script: str, command: str) -> str:
        """A group with a brace that carries words: they stand below or above the group."""
        group = self._argument()
        if not self._tokens.skip(script):
            return f"{{{group}}}"
        return rf"{command}{{{self._argument()}}}{{{group}}}"

    def _substack(self) -> str:
        self._tokens.require("{")
        lines = r" \\ ".join(_flat((row,)) for row in self.rows("}"))
        return rf"\substack{{{lines}}}"

    def _delimiter(self) -> str:
        word = self._tokens.symbol()
        if not word:
            raise unsupported("a missing delimiter")
        return commands.SAME_AS.get(word[1:], word) if word.startswith("\\") else word

    def _between(self) -> str | Grid:
        r"""What stands between `\left` and `\right`."""
        left = self._delimiter()
        rows = self.rows(r"\right")
        right = self._delimiter()
        cell = rows[0][0]
        if not any(isinstance(part, Grid) for part in cell) and len(rows) == len(rows[0]) == 1:
            return rf"\left{left}{_flat(rows)}\right{right}"
        left, right = left.strip("."), right.strip(".")
        if len(cell) == 1 and isinstance(cell[0], Grid) and not cell[0].left + cell[0].right:
            return replace(cell[0], left=left, right=right)
        return Grid(rows, left=left, right=right)

    def _environment(self) -> Grid:
        name = self._tokens.group().rstrip("*")
        self._tokens.option()
        columns = self._tokens.group() if name in ("array", "alignat") else ""
        if name in _MATRICES:
            with self._smaller():
                rows = self.rows(r"\end")
        else:
            rows = self.rows(r"\end")
        if self._tokens.group().rstrip("*") != name:
            raise unsupported(r"a missing \end")
        if name in _MATRICES:
            left, right = _MATRICES[name]
            return Grid(rows, "c", left, right)
        if name in _ALIGNED:
            return Grid(rows, "rl", is_aligned=True)
        if name in ("cases", "dcases"):
            return Grid(rows, "l", r"\{", "")
        if name == "array":
            return Grid(rows, re.sub(r"[^lcr]", "", columns) or "c")
        if name in _CENTRED:
            return Grid(rows)
        raise unsupported(f"the environment {name}")


def _inline(tokens: Tokens, end: str | None, depth: int) -> str:
    return _flat(_Parser(tokens, depth).rows(end))


def _flat(rows: tuple[tuple[Row, ...], ...]) -> str:
    """A single cell as mathtext, which may go into an argument."""
    parts = [part for part in rows[0][0] if isinstance(part, str)]
    if len(rows) > 1 or len(rows[0]) > 1 or len(parts) < len(rows[0][0]):
        raise unsupported("an environment in an argument")
    return joined(parts)


def _append(cell: list[str | Grid], part: str | Grid) -> None:
    """Add a part; scripts and primes become one with the mathtext before them."""
    if part == "":
        return
    if isinstance(part, str) and part[0] in "^_'":
        if cell and isinstance(cell[-1], str):
            cell[-1] += part
            return
        if not cell:
            part = f"{{}}{part}"
    cell.append(part)
