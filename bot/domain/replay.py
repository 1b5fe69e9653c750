"""A replay: an answer's texts, written again and held beside the old ones."""

import dataclasses
from dataclasses import dataclass

from bot.domain.answer import Answer
from bot.domain.draft import Draft

WITHHELD = "(What it wrote now was not decent and is not shown.)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A text that came out otherwise; the first `num_equal` of its old `num_words` did not."""

    text: str
    num_equal: int
    num_words: int


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer and its texts, written again in the order of its drafts.

    `layout` is how the weights lie in memory now; what `is_withheld` may not be shown.
    """

    answer: Answer
    texts: tuple[str, ...]
    layout: str
    is_withheld: bool = False

    @property
    def is_identical(self) -> bool:
        """Whether every text is the same to the last character."""
        return self.difference is None

    @property
    def difference(self) -> Difference | None:
        """The first text that came out otherwise."""
        for draft, text in zip(self.answer.drafts, self.texts, strict=True):
            if draft.text != text:
                found = _difference(draft, text)
                return dataclasses.replace(found, text=WITHHELD) if self.is_withheld else found
        return None

    @property
    def verdict(self) -> str:
        """What came out, in a few sentences."""
        answer, difference = self.answer, self.difference
        seed = answer.drafts[0].sampling.seed  # the kept draft's, or a second try's
        how = f"{answer.model}, seed {seed}, alone in its batch"
        if difference is None:
            what = "its text" if len(self.texts) == 1 else f"all {len(self.texts)} texts"
            return (
                f"Identical: {what} of answer {answer.id} came out the same to the last "
                f"character ({answer.num_new_tokens:,} tokens; {how})."
            )
        words = (
            f"Not identical: answer {answer.id} came out otherwise behind its first "
            f"{difference.num_equal:,} of {difference.num_words:,} words ({how})."
        )
        if answer.layout not in (None, self.layout):
            return (
                f"{words} Its weights were kept in {answer.layout} then and in {self.layout} "
                "now, which are rounded differently."
            )
        if answer.revision is None:
            words += f" {answer.model} has no fixed revision, so its files may have changed."
        return (
            f"{words} The same sums are rounded a little differently beside other answers, and "
            "where two tokens were nearly as likely the other one may have won."
        )


def _difference(draft: Draft, text: str) -> Difference:
    old, new = draft.text.split(), text.split()
    pairs = zip(old, new, strict=False)
    num_equal = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    return Difference(text, num_equal, len(old))
