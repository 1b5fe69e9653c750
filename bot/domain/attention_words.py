"""Where a head looks, in words."""

from bot.domain.spoken import fitted, percent, spoken
from bot.domain.views import AttentionView

_PATTERN = 0.4
"""From which share on a habit of the head is worth a sentence."""


def whose(view: AttentionView) -> str:
    """Whose attention is seen. Layers and heads are counted from 1, as people count."""
    layer = None if view.layer is None else f"layer {view.layer + 1} of {view.num_layers}"
    head = None if view.head is None else f"head {view.head + 1} of {view.num_heads}"
    if layer and head:
        return f"{layer}, {head}"
    if layer:
        return f"{layer}, the average of its {view.num_heads} heads"
    if head:
        return f"{head}, the average over {view.num_layers} layers"
    return f"the average of all {view.num_layers * view.num_heads} heads"


def alt_text(view: AttentionView, max_length: int) -> str:
    """What each token looks at most, the last token first."""
    intro = f"Heat map of attention, {whose(view)}"
    if not view.pieces:
        return f"{intro}, without any token."
    intro += f", {len(view.pieces)} tokens from number {view.first + 1:,} on. What each looks at:"
    items = []
    for row in reversed(range(len(view.pieces))):
        target = _most(view, row)
        items.append(
            f"{spoken(view.pieces[row])} at {_target(view, row, target)} "
            f"{percent(view.weights[row][target])}"
        )
    return fitted(intro, items, max_length)


def explanation(view: AttentionView) -> str:
    """Where the last token looks most, and what this head likes to look at."""
    if not view.pieces:
        return "There is no token here that could look at another."
    last = len(view.pieces) - 1
    target = _most(view, last)
    sentences = [
        "Attention decides which earlier tokens a token takes information from: each row of the "
        "picture shares out the attention of one token, and the more a square stands out, the more "
        "of it goes there.",
        "Only the squares up to the token itself are filled, since GPT-2 cannot look ahead.",
        f"Here is {whose(view)}: {spoken(view.pieces[last])}, the last token, looks most at "
        f"{_target(view, last, target)}, with {percent(view.weights[last][target])}.",
    ]
    sentences += _habits(view)
    return " ".join(sentences)


def _habits(view: AttentionView) -> list[str]:
    """What most tokens look at, if there is such a thing."""
    rows = range(1, len(view.pieces))
    if not rows:
        return []
    to_first = sum(view.weights[row][0] for row in rows) / len(rows)
    to_itself = sum(view.weights[row][row] for row in rows) / len(rows)
    to_previous = sum(view.weights[row][row - 1] for row in rows) / len(rows)
    if view.first == 0 and to_first >= _PATTERN and to_first >= max(to_itself, to_previous):
        return [
            f"On average {percent(to_first)} goes to the very first token: heads that find "
            "nothing of interest rest there."
        ]
    if to_previous >= _PATTERN and to_previous >= to_itself:
        return [
            f"On average {percent(to_previous)} goes to the token just before: whoever looks "
            "there learns what a word follows."
        ]
    if to_itself >= _PATTERN:
        return [f"On average {percent(to_itself)} of a token's attention stays with itself."]
    column = max(range(len(view.pieces) - 1), key=lambda index: _received(view, index))
    return [
        f"Of all tokens {spoken(view.pieces[column])} is looked at most by those behind it, with "
        f"{percent(_received(view, column))} on average."
    ]


def _received(view: AttentionView, column: int) -> float:
    """The mean share that the tokens behind one give it."""
    rows = range(column + 1, len(view.pieces))
    return sum(view.weights[row][column] for row in rows) / len(rows)


def _most(view: AttentionView, row: int) -> int:
    return max(range(row + 1), key=lambda column: view.weights[row][column])


def _target(view: AttentionView, row: int, column: int) -> str:
    return "itself" if column == row else spoken(view.pieces[column])
