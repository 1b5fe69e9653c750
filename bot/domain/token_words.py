"""How a text is cut into tokens, in words."""

from collections.abc import Sequence

from bot.domain.spoken import counted, fitted, listed, quoted, spoken
from bot.domain.views import Piece, TokensView

_MAX_NAMED = 5
_BYTE = "\\x"
"""How a byte that is no character of its own is written."""


def alt_text(view: TokensView, max_length: int) -> str:
    """Every token with its id, as many as fit."""
    intro = f"A text cut into {counted(len(view.pieces), 'token')}, with the id of each"
    if 0 < view.num_prompt < len(view.pieces):
        intro += f"; the first {view.num_prompt:,} are the prompt's"
    items = [f"{spoken(piece)} {piece.id}" for piece in view.pieces]
    return fitted(f"{intro}:" if items else f"{intro}.", items, max_length)


def explanation(view: TokensView) -> str:
    """What tokens are, shown on the word of this text that is cut most often."""
    if not view.pieces:
        return "There is no text here, so there are no tokens to see."
    num_tokens = len(view.pieces)
    sentences = [
        "GPT-2 reads no letters and no words but tokens: pieces of text that were frequent where "
        "it learned, each known by a number, its id."
    ]
    if any(_BYTE in piece.text for piece in view.pieces):
        sentences.append(f"This text takes {counted(num_tokens, 'token')}.")
    else:
        num_characters = sum(len(piece.text) for piece in view.pieces)
        sentences.append(
            f"This text has {counted(num_characters, 'character')} and takes "
            f"{counted(num_tokens, 'token')}, {num_characters / num_tokens:.1f} characters "
            "for each."
        )
    word = _most_cut_word(view.pieces)
    if word:
        whole = "".join(piece.text for piece in word).strip()
        names = [spoken(piece) for piece in word]
        if len(names) > _MAX_NAMED:
            names = [*names[:_MAX_NAMED], f"{len(names) - _MAX_NAMED} more"]
        sentences.append(
            f"Frequent words are one token, while {quoted(whole)} is made of {len(word)}: "
            f"{listed(names)}."
        )
    if any(piece.text.startswith(" ") and piece.text.strip() for piece in view.pieces):
        sentences.append(
            "The space before a word belongs to its token, so that a word at the very start of a "
            "text and the same word later on are different tokens."
        )
    if any(_BYTE in piece.text for piece in view.pieces):
        sentences.append(
            "What looks like \\xf0 is a byte: a character that was rare in the training texts, "
            "such as an emoji, is cut into its bytes, and a single one of them cannot be read."
        )
    return " ".join(sentences)


def _most_cut_word(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The tokens of the first word that takes the most of them; none if every word takes one."""
    best: tuple[Piece, ...] = ()
    word: list[Piece] = []
    for piece in pieces:
        if not piece.text.strip(" ").isalpha():
            word = []
            continue
        if piece.text.startswith(" "):
            word = []
        word.append(piece)
        if len(word) > max(len(best), 1):
            best = tuple(word)
    return best
