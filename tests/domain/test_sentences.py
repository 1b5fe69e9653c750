"""Sentences end where a reader would say so, and are verbatim parts of their text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.blocks import MARKER
from bot.domain.sentences import sentence_spans, sentences
from tests.long_texts import endless

MARKUP = st.sampled_from(
    ["\n", "\n\n", "- ", "1. ", "```\n", "\n```py\n", "| a |\n", "$a. B$ ", "`", "$", r"\(", r"\[",
     "Word. ", "e.g. ", "Fig. 3 ", "? ", "! ", "... ", "J. ", "\t", " "]
)  # fmt: skip
TEXTS = st.lists(st.one_of(MARKUP, st.text(max_size=12)), max_size=60).map("".join)


@given(TEXTS)
def test_sentences_are_verbatim_in_order_and_leave_out_markers_only(text: str) -> None:
    position = 0
    between: list[str] = []
    spans = list(sentence_spans(text))
    assert sentences(text) == tuple(text[start:end] for start, end in spans)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip("\n")
        assert text[start:end].strip()
        between.append(text[position:start])
        position = end
    between.append(text[position:])
    assert all(is_of_markers(gap) for gap in between)


def is_of_markers(gap: str) -> bool:
    """Whether nothing is there but white space and what lines of a list begin with."""
    while gap.strip():
        marker = MARKER.match(f"{gap.lstrip()}x")
        if marker is None:
            return False
        gap = gap.lstrip()[marker.end() :]
    return True


@pytest.mark.parametrize(
    "text",
    [
        "It is used in many models, e.g. in GPT-2 and, i.e. also, in BERT.",
        "See Fig. 3 and Eq. (4) in Sec. 2.1 for the proof.",
        "Vaswani et al. (2017) compare RNNs vs. CNNs.",
        "The paper by Vaswani et al. Attention is all one needs",
        "It was found by G. E. Hinton and N. Srivastava in Toronto.",
        "A rate of 0.1 is usual, 1e-3. is odd",
        "The loss is $L = a. B$ and $$x. Y$$ here.",
        r"We write \( a. B \) and \[ c. D \] for it.",
        "Call `model.eval(). Then` at once.",
        "There are n! ways, and so on ... as before.",
        "Read https://example.org/a.html?b=1. for more",
        "Es gilt z.B. Folgendes bzw. Ähnliches.",
        "A wrapped line goes\non in the next one, which is longer.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert sentences(text) == (text,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is GPT-2. It has layers.", ["This is GPT-2.", "It has layers."]),
        ("The matrix is W. The bias is b. Both are learned.",
         ["The matrix is W.", "The bias is b.", "Both are learned."]),
        ("Why? Because! So… Yes.", ["Why?", "Because!", "So…", "Yes."]),
        ("**Dropout.** It drops (see below.) Units.",
         ["**Dropout.**", "It drops (see below.)", "Units."]),
        ("Adam, SGD, etc. Each is fine.", ["Adam, SGD, etc.", "Each is fine."]),
        ("By Vaswani et al. The idea is old.", ["By Vaswani et al.", "The idea is old."]),
        ("Is it so? No. It is not.", ["Is it so?", "No.", "It is not."]),
        ("It costs $5. Then it costs $6.", ["It costs $5.", "Then it costs $6."]),
        ("See chapter 3. Then stop.", ["See chapter 3.", "Then stop."]),
        ("这是一。这是二。", ["这是一。", "这是二。"]),
        ("One\n\nTwo", ["One", "Two"]),
        ("Dropout\nDropout switches units off at random in training.",
         ["Dropout", "Dropout switches units off at random in training."]),
    ],
)  # fmt: skip
def test_sentences_are_told_apart(text: str, expected: list[str]) -> None:
    assert [*sentences(text)] == expected


def test_items_and_rows_and_code_are_sentences_of_their_own() -> None:
    text = (
        "Three ways:\n- drop units\n- stop early\n  in time\n1. decay weights\n\n"
        "| a. B | c |\n| d | e |\n```python\nx = 1.\nY = 2\n\nprint(x)\n```\nThat is all."
    )
    assert sentences(text) == (
        "Three ways:",
        "drop units",
        "stop early\n  in time",
        "decay weights",
        "| a. B | c |",
        "| d | e |",
        "```python\nx = 1.\nY = 2\n\nprint(x)\n```",
        "That is all.",
    )


@pytest.mark.parametrize("mark", [r"\( ", r"\[", "$a ", "`a ", "J. ", "```\n", "- \n", "e.g. "])
def test_marks_that_nothing_closes_cost_one_pass(mark: str) -> None:
    text = endless(mark)
    assert sum(map(len, sentences(text))) <= len(text)


def test_empty_text_has_no_sentences() -> None:
    assert sentences("") == ()
    assert sentences(" \n\n\t") == ()
