"""Formulas inside running text as words can show them, beside the picture that shows them well."""

from bot.domain.formulas import Formula, formulas
from bot.domain.unicode_formula import in_unicode


def with_plain_formulas(text: str) -> str:
    """Text in which each formula is Unicode where that says the same, or else code.

    As it stands in a source, Discord would take underscores and asterisks for emphasis.
    """
    pieces: list[str] = []
    position = 0
    for formula in formulas(text):
        pieces += [text[position : formula.start], _shown(formula)]
        position = formula.end
    return "".join((*pieces, text[position:]))


def hard_formulas(text: str) -> str:
    """The formulas that words do not show, as a text of nothing else; "" if there are none."""
    sources = [each.source for each in formulas(text) if in_unicode(each.source) is None]
    return "\n\n".join(f"$${source}$$" for source in sources)


def _shown(formula: Formula) -> str:
    plain = in_unicode(formula.source)
    if plain is not None:
        return plain
    return f"`{' '.join(formula.source.split())}`"
