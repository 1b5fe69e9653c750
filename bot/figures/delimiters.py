"""Delimiters as tall as what they enclose: brackets, braces and bars as outlines.

Coordinates are in units of the font size; a shape stands on y = 0 and begins at x = 0.
"""

from matplotlib.path import Path
from matplotlib.transforms import Affine2D

_THICKNESS = 0.05
_START, _LINE, _CURVE = (int(code) for code in (Path.MOVETO, Path.LINETO, Path.CURVE3))
_Points = list[tuple[float, float]]

_OPENING = {
    ")": "(",
    "]": "[",
    r"\}": r"\{",
    r"\rbrace": r"\{",
    r"\rangle": r"\langle",
    ">": r"\langle",
    r"\rfloor": r"\lfloor",
    r"\rceil": r"\lceil",
}
_SAME = {r"\lbrace": r"\{", "<": r"\langle", r"\vert": "|", r"\Vert": r"\|"}


def delimiter(name: str, height: float) -> tuple[Path, float] | None:
    """The outline of a delimiter and its width; None if there is none of that name."""
    opening = _OPENING.get(name)
    shape = _shape(opening or _SAME.get(name, name), height)
    if shape is None:
        return None
    path, width = shape
    if opening is not None:
        path = path.transformed(Affine2D().scale(-1, 1).translate(width, 0))
    return path, width


def _shape(name: str, height: float) -> tuple[Path, float] | None:
    thick = _THICKNESS
    if name == "(":
        width = 0.2 + 0.04 * min(height, 5)
        return _parenthesis(width, height), width
    if name == r"\{":
        return _brace(0.45, height), 0.45
    if name == r"\langle":
        return _angle(0.3, height), 0.3
    if name == "|":
        return _rectangles([(0.08, 0, thick, height)]), 0.21
    if name == r"\|":
        return _rectangles([(0.08, 0, thick, height), (0.24, 0, thick, height)]), 0.37
    feet = {"[": (True, True), r"\lfloor": (True, False), r"\lceil": (False, True)}.get(name)
    if feet is None:
        return None
    bars = [(0.06, 0.0, thick, height)]
    if feet[0]:
        bars.append((0.06, 0, 0.24, thick))
    if feet[1]:
        bars.append((0.06, height - thick, 0.24, thick))
    return _rectangles(bars), 0.34


def _rectangles(boxes: list[tuple[float, float, float, float]]) -> Path:
    """Filled rectangles, given by left, bottom, width and height."""
    return Path.make_compound_path(
        *(Path([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]) for x, y, w, h in boxes)
    )


def _parenthesis(width: float, height: float) -> Path:
    """Two arcs that part in the middle."""
    tip, middle = width * 0.95, height / 2
    points: _Points = [
        (tip, height),
        (-width * 0.62, middle),
        (tip, 0),
        (-width * 0.62 + 3.2 * _THICKNESS, middle),
        (tip, height),
    ]
    return Path(points, [_START, _CURVE, _CURVE, _CURVE, _CURVE])


def _brace(width: float, height: float) -> Path:
    """A spine that bends to the tip on the left and to both ends on the right."""
    spine, middle, bend = width * 0.45, height / 2, min(0.35, height / 4)
    inner = spine + 1.3 * _THICKNESS
    tip, end = width * 0.1, width * 0.9
    outline: list[tuple[int, _Points]] = [
        (_START, [(end, height)]),
        (_CURVE, [(spine, height), (spine, height - bend)]),
        (_LINE, [(spine, middle + bend)]),
        (_CURVE, [(spine, middle), (tip, middle)]),
        (_CURVE, [(spine, middle), (spine, middle - bend)]),
        (_LINE, [(spine, bend)]),
        (_CURVE, [(spine, 0), (end, 0)]),
        (_CURVE, [(inner, 0.02), (inner, bend)]),
        (_LINE, [(inner, middle - bend)]),
        (_CURVE, [(inner, middle), (tip + 0.04, middle)]),
        (_CURVE, [(inner, middle), (inner, middle + bend)]),
        (_LINE, [(inner, height - bend)]),
        (_CURVE, [(inner, height - 0.02), (end, height)]),
    ]
    points = [point for _, part in outline for point in part]
    return Path(points, [code for code, part in outline for _ in part])


def _angle(width: float, height: float) -> Path:
    near, far = width * 0.15, width * 0.8
    points: _Points = [
        (far, height),
        (near, height / 2),
        (far, 0),
        (far + _THICKNESS, 0),
        (near + 1.2 * _THICKNESS, height / 2),
        (far + _THICKNESS, height),
        (far, height),
    ]
    return Path(points)
