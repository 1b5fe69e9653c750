"""LaTeX commands that matplotlib's mathtext lacks, and what says the same there."""

_NAMED_OPERATORS = (
    "softmax sigmoid relu ReLU GELU LayerNorm Attention Var Cov KL tr Tr diag sign sgn rank logit"
)


def _names(names: str) -> list[str]:
    return names.split()


CHARACTERS = {"~": r"\ ", "%": r"\%", "#": r"\#"}
"""Characters that mathtext reads as something else, or not at all."""

SAME_AS = {
    "le": r"\leq",
    "ge": r"\geq",
    "lt": "<",
    "gt": ">",
    "leqslant": r"\leq",
    "geqslant": r"\geq",
    "gets": r"\leftarrow",
    "implies": r"\Longrightarrow",
    "impliedby": r"\Longleftarrow",
    "iff": r"\Longleftrightarrow",
    "land": r"\wedge",
    "lor": r"\vee",
    "lnot": r"\neg",
    "coloneqq": ":=",
    "lVert": r"\|",
    "rVert": r"\|",
    "lvert": "|",
    "rvert": "|",
    "dotsc": r"\ldots",
    "dotsb": r"\cdots",
    "dotsm": r"\cdots",
    "hdots": r"\ldots",
    "square": "□",
    "bmod": r"\ \mathrm{mod}\ ",
    "mod": r"\ \mathrm{mod}\ ",
    "R": r"\mathbb{R}",
    "N": r"\mathbb{N}",
    "Z": r"\mathbb{Z}",
    "E": r"\mathbb{E}",
    "thinspace": r"\,",
    "space": r"\ ",
    "&": r"\text{&}",
    "-": "",
    "/": "",
    **{name: rf"\operatorname{{{name}}}" for name in _NAMED_OPERATORS.split()},
}
"""Commands without an argument."""

DROPPED = frozenset(
    _names(
        "displaystyle textstyle scriptstyle limits nolimits nonumber notag noindent centering "
        "hline big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm "
        "allowbreak protect mathstrut relax"
    )
)
"""Commands that change the size or the place of something, not what it says."""

DROPPED_WITH_ARGUMENT = frozenset({"label", "tag", "color", "vspace"})

ONE_ARGUMENT = {
    **{
        name: rf"\{name}{{%s}}"
        for name in _names(
            "hat widehat bar tilde widetilde vec dot ddot check breve acute grave mathring "
            "overline underline overrightarrow overleftarrow mathrm mathbf mathit mathcal "
            "mathscr mathfrak mathsf mathtt mathbb boldsymbol"
        )
    },
    "bm": r"\boldsymbol{%s}",
    "pmb": r"\boldsymbol{%s}",
    "mathds": r"\mathbb{%s}",
    "mathbbm": r"\mathbb{%s}",
    "mathop": "{%s}",
    "mathrel": "{%s}",
    "mathbin": "{%s}",
    "mathord": "{%s}",
    "boxed": "{%s}",
    "pmod": r"\ (\mathrm{mod}\ %s)",
    "hspace": r"\quad%.0s",
    "xrightarrow": r"\overset{%s}{\longrightarrow}",
    "xleftarrow": r"\overset{%s}{\longleftarrow}",
}
"""Commands with one argument and the pattern that it fills."""

TWO_ARGUMENTS = {
    "frac": r"\frac{%s}{%s}",
    "tfrac": r"\frac{%s}{%s}",
    "dfrac": r"\dfrac{%s}{%s}",
    "cfrac": r"\dfrac{%s}{%s}",
    "binom": r"\binom{%s}{%s}",
    "dbinom": r"\binom{%s}{%s}",
    "tbinom": r"\binom{%s}{%s}",
    "underset": r"\underset{%s}{%s}",
    "overset": r"\overset{%s}{%s}",
    "stackrel": r"\overset{%s}{%s}",
}

TEXT = {
    "text": r"\text{%s}",
    "textrm": r"\text{%s}",
    "textnormal": r"\text{%s}",
    "textup": r"\text{%s}",
    "mbox": r"\text{%s}",
    "textbf": r"\mathbf{%s}",
    "textit": r"\mathit{%s}",
    "emph": r"\mathit{%s}",
    "texttt": r"\mathtt{%s}",
    "textsf": r"\mathsf{%s}",
}
"""Commands whose argument is words, not mathematics."""

WITH_LIMITS = {
    "argmax": r"\operatorname{arg\,max}",
    "argmin": r"\operatorname{arg\,min}",
}
"""Operators whose subscript stands below them."""

BRACES = {"underbrace": ("_", r"\underset"), "overbrace": ("^", r"\overset")}
"""Braces, the script that carries their words, and what puts these in their place."""

REFUSED = frozenset({"genfrac", "phantom", "hphantom", "vphantom", "rule", "right", "end"})
"""What could make a picture of any size, hide what stands in it, or closes nothing."""
