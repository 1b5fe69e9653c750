"""Spacing: what TeX leaves between the parts of a formula, and mathtext does not."""

import re
from itertools import pairwise

RELATION = re.compile(
    r"=|<|>|:=|\\(leq|geq|ne|neq|approx|equiv|sim|simeq|cong|propto|in|notin|to|ll|gg|mid|subset"
    r"|subseteq|mapsto|(long|Long)?(left|right|leftright|Left|Right|Leftright)arrow)"
)
SIGN = re.compile(r"[+\-*/]|\\(pm|mp|cdot|times|odot|oplus|otimes|circ|cup|cap|wedge|vee)")
OPENING = re.compile(r"[(\[]|\\(\{|lfloor|lceil|langle)")
CLOSING = re.compile(r"[)\]]|\\(\}|rfloor|rceil|rangle)")
_NO_OPERAND = re.compile(r"[,.;:!|]|\\([,;:! |]|quad|qquad|middle|[lcdv]?dots)|\{\}")
_OPERATOR = re.compile(rf"({RELATION.pattern}|{SIGN.pattern})(?![A-Za-z])")
_WIDE = re.compile(
    r"\\(d?frac|binom|sum|prod|coprod|i*int|oint|big(cup|cap|oplus)|underset|overset)(?![a-z])"
)
_NAME = re.compile(
    r"\\(operatorname|log|ln|lg|exp|(sin|cos|tan)h?|max|min|sup|inf|lim|arg|det|Pr)(?![a-z])"
)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_LEANING = re.compile(r"[FHIJKMNPTUVWXYZ]|\\math(cal|scr)\{[A-Z]\}")
_THIN, _CORRECTION = r"\,", r"\hspace{0.08}"


def joined(parts: list[str]) -> str:
    """Parts of mathtext as one, with thin spaces beside fractions, sums and named operators.

    A letter that leans to the right keeps away from a bracket behind it, and a sign behind a
    relation keeps to its number.
    """
    text = parts[0] if parts else ""
    for before, part in pairwise(parts):
        is_unary = SIGN.fullmatch(part) and _OPERATOR.fullmatch(before)
        text += _between(before, part) + (f"{{{part}}}" if is_unary else part)
    return text


def _between(before: str, part: str) -> str:
    if _NAME.match(before):
        return " "  # mathtext makes room behind a name
    is_before = not CLOSING.match(part) and _is_operand(part)
    is_behind = not OPENING.match(before) and _is_operand(before)
    is_wide = _WIDE.match(before) or _WIDE.match(part) or _NAME.match(part)
    if is_wide and is_before and is_behind:
        return _THIN
    if _LEANING.fullmatch(before) and not part[0].isalnum():
        return _CORRECTION
    return " " if part[0].isalpha() and _COMMAND.fullmatch(before) else ""


def _is_operand(part: str) -> bool:
    """Whether a part is no operator, point or space."""
    return not _NO_OPERAND.match(part) and not _OPERATOR.match(part)
