import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.neutral import neutralise, whole_words
from tests.long_texts import endless

PIECES = st.sampled_from(
    [
        "http://",
        "https://a.com/x",
        "www.",
        "a.org/y",
        "[",
        "]",
        "](",
        "(",
        ")",
        "<",
        ">",
        "@",
        ".",
        "discord.gg/x",
        "me",
        "x@y.com",
        "+49 30 1234567",
        "555-123-4567",
        "call ",
        "0800 123 456",
        " ",
        "\n",
        "```",
        "`",
        "-",
        "/",
        "here",
        "everyone",
        "[link removed]",
        "#1",
        "1",
        ",",
        "*",
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)

INVENTED = {
    "See https://pytorch.org/docs for more.": "See [link removed] for more.",
    "See (http://a.example/b_(c)).": "See ([link removed]).",
    "Go to www.deep-learning.com.": "Go to [link removed].",
    "Read deeplearning.org/chapter-3, then sleep.": "Read [link removed], then sleep.",
    "HTTPS://EVIL.COM": "[link removed]",
    "[the docs](https://evil.com/x) help": "the docs [link removed] help",
    "[](https://evil.com/x) help": "[link removed] help",
    '[docs](<https://evil.com> "title")': "docs [link removed]",
    "Join discord.gg/abc now": "Join [link removed] now",
    "Join https://discord.com/invite/abc!": "Join [link removed]!",
    "discord.com/invite/abc": "[link removed]",
    "<https://evil.com>": "<[link removed]>",
    "**https://evil.com**": "**[link removed]**",
    "Write to jane.doe@cs.example.edu.": "Write to [address removed].",
    "[mail](mailto:a@b.com)": "mail [link removed]",
    "Call +1 (555) 123-4567 today": "Call [number removed] today",
    "Ring +49 30 1234567.": "Ring [number removed].",
    "+441632960961": "[number removed]",
    "(555) 123-4567": "[number removed]",
    "555-123-4567": "[number removed]",
    "1-800-555-0199 is free": "[number removed] is free",
    "my phone number is 0171 2345678": "my phone number is [number removed]",
}
HARMLESS = [
    "model.eval() and torch.nn.Linear(784, 10).to(device)",
    "Edit train.py, model.pt, data/train.csv and src/app/main.rs.",
    "scores = q@k.transpose(-2, -1) and x@w.T, x @ self.weight",
    "arXiv:1706.03762 and 1706.03762v5",
    "3.14159, 1e-5, 0.1-0.3, 10-20, 1,000,000 parameters and 124,439,808 more",
    "torch 2.13.0, Python 3.11, CUDA 12.8.1, 127.0.0.1:8080",
    "ISBN 978-3-16-148410-0",
    "In 2012-2017 and on 2017-06-12 at 12:30",
    "x +1 2 30 and the range +12 14 16",
    "layers of 784-256-1024 or 784-300-1000 units",
    "f(x) = 3x + 12345678901, a +1234567, [0, 1](2)",
    "see [1], [2](Section 3) and a[i](x)",
    "0101 1100 0011 0000, a hash like 5551234567",
    "and/or, e.g. his/her, w.r.t. x, i.e. y/z, a.b/c",
    "`pip install torch` then\n```python\nx = a[0](b)\n```",
    "a function call 1000000 times, phone 7",
    "$\\frac{dy}{dx}$ and @property, @torch.no_grad()",
]


@pytest.mark.parametrize(("text", "expected"), INVENTED.items())
def test_what_a_model_made_up_is_replaced_visibly(text: str, expected: str) -> None:
    assert neutralise(text) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_course_text_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == text


def test_what_stands_in_the_quoted_notes_stays() -> None:
    note = "Slides: https://uni.example/dl/3.pdf, questions to ta@uni.edu or 555-123-4568."
    assert neutralise(note, [note]) == note
    assert neutralise("See https://uni.example/dl/3.pdf.", [note]).endswith("/dl/3.pdf.")
    assert neutralise("See https://uni.example/dl/3", [note]) == "See [link removed]"
    assert neutralise("See https://uni.example/dl/3.pdf/x", [note]) == "See [link removed]"
    assert neutralise("See https://a.example", ["https://a.example"]) == "See https://a.example"


def test_a_masked_link_to_the_notes_shows_its_target() -> None:
    link = "https://uni.example/3"
    assert neutralise(f"[click]({link})", [link]) == f"click ({link})"


def test_mentions_are_made_harmless_too() -> None:
    assert neutralise("@everyone <@123>") == "@\u200beveryone <\u200b@123>"


def test_a_code_fence_stays_whole() -> None:
    text = "```sh\ncurl https://evil.com/x.sh```\nwww.evil.com/`x`"
    assert neutralise(text) == "```sh\ncurl [link removed]```\n[link removed]`x`"


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_doing_it_twice_changes_nothing_more(text: str) -> None:
    once = neutralise(text)
    assert neutralise(once) == once
    assert once.count("```") >= text.count("```")
    assert len(once) <= 5 * len(text) + 20
    assert "http" not in once or "://" not in once.partition("http")[2]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(0, 80))
def test_a_prefix_of_whole_words_shows_no_link(text: str, length: int) -> None:
    shown = neutralise(whole_words(text[:length]))
    assert "https://a.com" not in shown
    assert "discord.gg/x" not in shown


def test_no_half_link_shows_while_an_answer_grows() -> None:
    text = "Read https://evil.com/a/b?c=d and [this](https://evil.com/e) or a@evil.com now. "
    for end in range(len(text) + 1):
        shown = neutralise(whole_words(text[:end]))
        assert "evil" not in shown
        assert "http" not in shown


def test_whole_words_leave_out_the_last() -> None:
    assert whole_words("") == ""
    assert whole_words("one") == ""
    assert whole_words("one tw") == "one"
    assert whole_words("one two\n\n") == "one two"
    assert whole_words("one  two\nthr") == "one  two"


@pytest.mark.parametrize(
    "piece",
    [
        "http://",
        "[",
        "[a](",
        "[a](http://",
        "a.",
        "a@",
        "1-",
        "+1 ",
        "555-",
        "a-",
        "www.",
        "call 0",
        "(555) ",
        " ",
        "a",
        "1",
        "@a.",
    ],
)
def test_hostile_text_costs_one_pass(piece: str) -> None:
    text = endless(piece) + "x"
    assert neutralise(text)
    assert len(whole_words(text)) < len(text)
