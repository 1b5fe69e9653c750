"""A simple formula as Unicode text, where that says the same: x^2 as x², but no fractions."""

import re
import unicodedata
from collections.abc import Callable
from enum import Enum, auto

MAX_SOURCE = 100
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


def _table(pairs: str) -> dict[str, str]:
    words = pairs.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_LETTERS = _table(r"""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ
    omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω
    infty ∞ partial ∂ nabla ∇ ell ℓ emptyset ∅ varnothing ∅ top ⊤ bot ⊥ dots … ldots … cdots ⋯
    forall ∀ exists ∃ neg ¬ lnot ¬ prime ′
""")
_OPERATORS = _table(r"""
    le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝ ll ≪ gg ≫
    in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ cup ∪ cap ∩ setminus ∖ times × cdot · div ÷
    pm ± mp ∓ ast ∗ circ ∘ odot ⊙ otimes ⊗ oplus ⊕ wedge ∧ land ∧ vee ∨ lor ∨ mid ∣ parallel ∥
    to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ iff ⇔ implies ⇒
    Leftrightarrow ⇔ mapsto ↦ perp ⊥ coloneqq ≔
""")
_SIGNS = _table("+ + - − = = < < > > * ∗")
_FUNCTION = re.compile(r"(log|ln|exp|(sin|cos|tan)h?|max|min|sup|inf|arg|det|dim|gcd|lim|Pr)")
_BLACKBOARD = _table("R ℝ N ℕ Z ℤ Q ℚ C ℂ P ℙ H ℍ")
_SCRIPT = _table("B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ")
_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307"}
_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "quad": " ", "qquad": " "}
_ESCAPED = {"{": "{", "}": "}", "|": "‖", "%": "%", "&": "&"}
_OPENING, _CLOSING = "([{⌊⌈⟨", ")]}⌋⌉⟩"
_BRACKETS = _table("lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ langle ⟨ rangle ⟩")
_WORDY = ("text", "mathrm", "operatorname", "textrm")
_WORDS = re.compile(r"[A-Za-z0-9 ,.\-]*")
_SUPERSCRIPTS = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀ′",
)
_SUBSCRIPTS = str.maketrans(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
# What Discord would read as a link, a spoiler or the beginning of a quote.
_MARKDOWN = re.compile(r"\]\(|://|\|\||^>|\\")


class _Kind(Enum):
    """How a piece behaves beside its neighbours."""

    OPERAND = auto()
    SCRIPT = auto()
    FRACTION = auto()
    FUNCTION = auto()
    OPERATOR = auto()
    OPENING = auto()
    CLOSING = auto()
    POINT = auto()
    SPACE = auto()


_Piece = tuple[str, _Kind]
_AMBIGUOUS_BEFORE = {_Kind.OPERAND, _Kind.SCRIPT, _Kind.FRACTION, _Kind.FUNCTION, _Kind.CLOSING}
_AMBIGUOUS_BEHIND = {_Kind.OPERAND, _Kind.FRACTION, _Kind.FUNCTION, _Kind.OPENING, _Kind.SCRIPT}


class _NotSimple(Exception):
    """The formula has something that Unicode text does not show exactly."""


def in_unicode(source: str) -> str | None:
    r"""`source` as Unicode text, such as "∂ ≤ xᵢ²" for `\partial \leq x_i^2`.

    None where something would be lost or could be misread, or Discord would take it for
    Markdown.
    """
    if len(source) > MAX_SOURCE:
        return None
    try:
        text = _joined(_Reader(source).pieces())
    except _NotSimple:
        return None
    return None if not text or _MARKDOWN.search(text) else text


class _Reader:
    """Reads the tokens of a source once, from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(source)
        self._position = 0

    def pieces(self, end: str | None = None) -> list[_Piece]:
        """The pieces up to `end`, which is skipped, or to the end of the source."""
        pieces: list[_Piece] = []
        while True:
            sign = self._take()
            if sign == end:
                return pieces
            if sign is None:
                raise _NotSimple
            pieces.append(self._piece(sign))

    def _take(self) -> str | None:
        if self._position == len(self._tokens):
            return None
        self._position += 1
        return self._tokens[self._position - 1]

    def _piece(self, sign: str) -> _Piece:
        if sign.startswith("\\"):
            return self._command(sign[1:])
        if sign in "^_":
            table = _SUPERSCRIPTS if sign == "^" else _SUBSCRIPTS
            return _script(_joined(self._argument(), is_tight=True), table), _Kind.SCRIPT
        if sign in _SIGNS:
            return _SIGNS[sign], _Kind.OPERATOR
        if sign.isspace() or sign == "~":
            return " ", _Kind.SPACE
        if sign == "{":
            group = self.pieces("}")
            kinds = {kind for _, kind in group}
            kind = _Kind.FRACTION if _Kind.FRACTION in kinds else _Kind.OPERAND
            return _joined(group), kind
        if sign == "'":
            return "′", _Kind.SCRIPT
        if sign in "([":
            return sign, _Kind.OPENING
        if sign in ")]":
            return sign, _Kind.CLOSING
        if sign in ",.;:!":
            return sign, _Kind.POINT
        if sign.isalnum() or sign in "|/":
            return sign, _Kind.OPERAND
        raise _NotSimple

    def _command(self, name: str) -> _Piece:
        if name in _OPERATORS:
            return _OPERATORS[name], _Kind.OPERATOR
        if _FUNCTION.fullmatch(name):
            return name, _Kind.FUNCTION
        if name in _LETTERS:
            return _LETTERS[name], _Kind.OPERAND
        if name in _SPACES:
            return _SPACES[name], _Kind.SPACE
        bracket = _BRACKETS.get(name) or _ESCAPED.get(name)
        if bracket:
            opens, closes = bracket in _OPENING, bracket in _CLOSING
            kind = _Kind.OPENING if opens else _Kind.CLOSING if closes else _Kind.OPERAND
            return bracket, kind
        if name in _WORDY:
            return self._words(), _Kind.FUNCTION
        if name in ("frac", "tfrac", "dfrac"):
            over, under = (_single(_joined(self._argument())) for _ in range(2))
            return f"{over}/{under}", _Kind.FRACTION
        return self._of_argument(name, _joined(self._argument())), _Kind.OPERAND

    def _of_argument(self, name: str, argument: str) -> str:
        letters: dict[str, Callable[[str], str | None]] = {
            "mathbb": _BLACKBOARD.get,
            "mathcal": _SCRIPT.get,
            "sqrt": lambda root: f"√{root}" if _is_single(root) else f"√({root})",
        }
        if name in _ACCENTS:
            shown: str | None = unicodedata.normalize("NFC", argument + _ACCENTS[name])
            if shown is None or len(shown) != 1:
                raise _NotSimple
            return shown
        shown = letters[name](argument) if argument and name in letters else None
        if shown is None:
            raise _NotSimple
        return shown

    def _argument(self) -> list[_Piece]:
        """The pieces of the group or the single token that comes next."""
        sign = self._take()
        if sign is not None and sign.isspace():
            sign = self._take()
        if sign is None or sign in "^_}":
            raise _NotSimple
        return self.pieces("}") if sign == "{" else [self._piece(sign)]

    def _words(self) -> str:
        if self._take() != "{":
            raise _NotSimple
        words = ""
        while (sign := self._take()) != "}":
            words += sign or "\\"
            if not _WORDS.fullmatch(words):
                raise _NotSimple
        return words


def _script(text: str, table: dict[int, int]) -> str:
    if not text or any(ord(character) not in table for character in text):
        raise _NotSimple
    return text.translate(table)


def _single(text: str) -> str:
    if not _is_single(text):
        raise _NotSimple
    return text


def _is_single(text: str) -> bool:
    """Whether `text` is one symbol or one whole number, which needs no brackets."""
    return text.isdecimal() or (len(text) == 1 and text.isalnum())


def _joined(pieces: list[_Piece], *, is_tight: bool = False) -> str:
    """Pieces with spaces around operators that stand between two operands, as TeX sets them."""
    shown = [piece for piece in pieces if piece[1] is not _Kind.SPACE]
    kinds = [None, *(kind for _, kind in shown), None]
    for before, kind, behind in zip(kinds, kinds[1:], kinds[2:], strict=False):
        is_fraction = kind is _Kind.FRACTION
        if is_fraction and (before in _AMBIGUOUS_BEFORE or behind in _AMBIGUOUS_BEHIND):
            raise _NotSimple
    text = ""
    last: _Kind | None = None
    for piece, kind in pieces:
        if kind is _Kind.OPERATOR:
            is_sign = piece in "+−±∓"
            is_unary = last in (None, _Kind.OPERATOR, _Kind.OPENING, _Kind.POINT) and is_sign
            text = f"{text}{piece}" if is_tight or is_unary else f"{text.rstrip()} {piece} "
        elif kind is _Kind.SPACE:
            text += "" if is_tight or text.endswith(" ") or last is _Kind.OPENING else piece
            continue
        else:
            if text[-1:].isalnum() and (
                (kind is _Kind.FUNCTION and last is not _Kind.FUNCTION)
                or (last is _Kind.FUNCTION and piece[:1].isalnum() and kind is not _Kind.SCRIPT)
            ):
                text += " "
            text = (text.rstrip() if kind in (_Kind.CLOSING, _Kind.SCRIPT) else text) + piece
        last = kind
    return text.strip()
