"""The prompt of an explanation: passages first, then what to do with them, then the question.

The order follows what has been published for base models (see the README's design notes):
passages before the question, one line of instruction, question and answer pairs of the
thread, and the answer's field name without a space behind it. Every part has a budget of
tokens; what does not fit goes in a fixed order: the oldest turns, the last passages, the
middle of the question.
"""

from collections.abc import Callable, Sequence
from functools import cache

from bot.domain.conversation import Turn
from bot.domain.errors import PromptTooLong
from bot.domain.passage import Passage
from bot.domain.prompt import FittedPrompt, PromptParts
from bot.domain.template import Template
from bot.domain.untrusted import for_prompt

INSTRUCTION = "Based on these notes, answer these questions in one or two sentences.\n\n"
MAX_PASSAGES = 3
PASSAGE_TOKENS = 150
HISTORY_TOKENS = 160
HISTORY_TURNS = 2
QUESTION_TOKENS = 160

Count = Callable[[str], int]


def fit_grounded(
    template: Template,
    passages: Sequence[Passage],
    history: Sequence[Turn],
    question: str,
    count_tokens: Count,
    *,
    window: int,
    max_new_tokens: int,
) -> FittedPrompt:
    """A prompt within every budget that leaves `max_new_tokens` of the window free.

    Raises:
        PromptTooLong: not even the shortened question fits the window.
    """
    count_tokens = cache(count_tokens)  # the same text is counted up to three times
    history = template.of_use(history)
    room = window - max_new_tokens
    asked = _shortened(question, count_tokens, QUESTION_TOKENS)
    turns = _turns(template, history, count_tokens)
    blocks = [
        _block(number, passage, count_tokens)
        for number, passage in enumerate(passages[:MAX_PASSAGES], 1)
    ]
    header = template.header if template.keeps_header else ""
    while True:
        notes = header + "".join(blocks)
        text = notes + INSTRUCTION + "".join(turns) + template.open(asked)
        num_tokens = count_tokens(text)
        if num_tokens <= room:
            break
        if turns:
            turns.pop(0)
        elif blocks:
            blocks.pop()
        else:
            raise PromptTooLong("Your question is too long for this model; please shorten it.")
    in_header, in_notes = count_tokens(header), count_tokens(notes)
    in_instruction = count_tokens(notes + INSTRUCTION)
    in_history = count_tokens(notes + INSTRUCTION + "".join(turns))
    parts = PromptParts(
        instruction=in_header + in_instruction - in_notes,
        passages=in_notes - in_header,
        history=in_history - in_instruction,
        question=num_tokens - in_history,
    )
    return FittedPrompt(text, num_tokens, len(turns), len(history) - len(turns), parts)


def _block(number: int, passage: Passage, count_tokens: Count) -> str:
    heading = f" — {passage.heading}" if passage.heading not in ("", passage.title) else ""
    head = f"[{number}] {for_prompt(passage.title + heading, one_line=True)}\n"
    text = " ".join(for_prompt(passage.text).split("\n\n"))
    return f"{head}{_cut(text, count_tokens, PASSAGE_TOKENS)}\n\n"


def _turns(template: Template, history: Sequence[Turn], count_tokens: Count) -> list[str]:
    """The newest turns within the budget, oldest first."""
    kept: list[str] = []
    used = 0
    for turn in reversed(history[-HISTORY_TURNS:]):
        answer = _cut(for_prompt(turn.answer), count_tokens, HISTORY_TOKENS // HISTORY_TURNS)
        written = template.turn(Turn(for_prompt(turn.question), answer))
        used += count_tokens(written)
        if used > HISTORY_TOKENS:
            break
        kept.insert(0, written)
    return kept


def _shortened(question: str, count_tokens: Count, limit: int) -> str:
    """A long question's beginning and end: the wish mostly stands in one of them."""
    text = for_prompt(question)
    if count_tokens(text) <= limit:
        return text
    words = text.split()
    head = _cut(text, count_tokens, limit // 4)
    # No word is less than a token, so more words than `limit` need not be tried.
    low, high = max(len(head.split()), len(words) - limit), len(words)
    while low < high:
        middle = (low + high) // 2
        if count_tokens(f"{head} … {' '.join(words[middle:])}") > limit:
            low = middle + 1
        else:
            high = middle
    return f"{head} … {' '.join(words[low:])}".strip()


def _cut(text: str, count_tokens: Count, limit: int) -> str:
    """The longest beginning in whole words of at most `limit` tokens."""
    if count_tokens(text) <= limit:
        return text
    words = text.split()
    low, high = 0, min(len(words), limit)  # no word is less than a token
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(" ".join(words[:middle])) <= limit:
            low = middle
        else:
            high = middle - 1
    return " ".join(words[:low])
