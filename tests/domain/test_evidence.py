"""Quotes: what answers, word for word, from the passages that were found."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card import Quote
from bot.domain.evidence import (
    MAX_LOOKED_AT,
    MAX_QUOTES,
    MAX_WORDS,
    Evidence,
    gather,
    is_verbatim,
)
from bot.domain.passage import Found, Hit, Origin, Passage
from bot.domain.stemmer import key
from bot.domain.wanted import Wanted

WORDS = ["dropout", "unit", "random", "adam", "step", "moment", "loss", "curve"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(
    lambda words: " ".join(words).capitalize() + "."
)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=6).map(" ".join)
FILLER = "Nothing of this matters to anybody who wants to pass. " * 9
TABLE = "| Row | Words |\n|---|---|\n" + "\n".join(
    f"| {n} | about dropout and more |" for n in range(20)
)


def wanted(*words: str) -> tuple[Wanted, ...]:
    return tuple(Wanted((((key(word),), 1.0),), 1.0) for word in words)


def hits(*texts: str, heading: str = "", score: float = 1.0) -> tuple[Hit, ...]:
    return tuple(
        Hit(Passage(number, Origin.NOTE, "n.md", "N", heading, text), score, 1.0)
        for number, text in enumerate(texts)
    )


def texts_of(evidence: Evidence) -> list[str]:
    return [quote.text for quote in evidence.quotes]


def test_a_short_passage_is_quoted_whole() -> None:
    passage = "Dropout switches units off. At test time all are kept."
    evidence = gather(Found(hits(passage), wanted("dropout")))
    assert texts_of(evidence) == [passage]
    assert evidence.sources[0].number == evidence.quotes[0].number == 1


def test_of_a_long_passage_the_best_sentence_is_quoted_with_its_neighbours() -> None:
    passage = (
        f"{FILLER}So do it. Dropout switches units off. All are kept at test. {FILLER}".strip()
    )
    (quote,) = texts_of(gather(Found(hits(passage), wanted("dropout", "units", "off"))))
    assert "So do it. Dropout switches units off. All are kept at test." in quote
    assert len(quote.split()) <= 100


def test_the_answer_of_a_pair_is_quoted_whole() -> None:
    answer = "It switches units off. At test time all units are kept."
    found = Found(hits(answer, heading="What is dropout?"), wanted("dropout"))
    assert texts_of(gather(found)) == [answer]


def test_a_list_is_quoted_with_the_line_that_introduces_it() -> None:
    passage = f"{FILLER}\n\nYou may bring for dropout:\n\n- a pen,\n- a calculator.\n\n{FILLER}"
    (quote,) = texts_of(gather(Found(hits(passage), wanted("dropout", "bring"))))
    assert "You may bring for dropout:\n\n- a pen,\n- a calculator." in quote


def test_a_passage_that_says_something_else_is_no_source() -> None:
    found = Found(hits("Bring a pen.", "Dropout switches units off."), wanted("dropout", "units"))
    weak = Hit(hits("Bring a pen.")[0].passage, 0.1, 0.0)
    evidence = gather(Found((found.hits[1], weak), found.wanted))
    assert texts_of(evidence) == ["Dropout switches units off."]
    assert [source.passage_id for source in evidence.sources] == [1]


def test_the_best_quote_comes_first() -> None:
    low, high = hits("Dropout is a word.", "Dropout switches units off at random.")
    found = Found((Hit(low.passage, 0.5, 0.5), high), wanted("dropout", "units", "random"))
    assert texts_of(gather(found))[0] == "Dropout switches units off at random."


def test_a_question_of_one_term_is_answered_by_a_definition_first() -> None:
    rate = Passage(1, Origin.HANDBOOK, "d", "Dropout", "Which dropout rate is usual?", "Half.")
    what = Passage(2, Origin.HANDBOOK, "d", "Dropout", "What is dropout?", "Noise in units.")
    found = (Hit(rate, 1.3, 1.0), Hit(what, 1.2, 1.0))
    assert texts_of(gather(Found(found, wanted("dropout")))) == ["Noise in units.", "Half."]
    assert texts_of(gather(Found(found, wanted("dropout", "rate"))))[0] == "Half."


def test_nothing_found_quotes_nothing() -> None:
    assert gather(Found()) == Evidence()
    assert gather(Found(hits("The of and."), wanted("dropout"))) == Evidence()


def test_four_passages_at_most_are_quoted_and_the_first_may_say_most() -> None:
    found = Found(hits(*(f"Dropout {FILLER}{n}." for n in range(5))), wanted("dropout"))
    quotes = texts_of(gather(found))
    assert 1 < len(quotes) <= MAX_QUOTES
    assert len(quotes[0].split()) > len(quotes[-1].split())


def test_a_quote_of_other_words_or_of_no_passage_is_not_verbatim() -> None:
    found = hits("Dropout switches units off.")
    assert is_verbatim(Quote(1, "switches units"), found)
    assert not is_verbatim(Quote(1, "switches all units"), found)
    assert not is_verbatim(Quote(0, "switches units"), found)
    assert not is_verbatim(Quote(2, "switches units"), found)


@given(st.lists(TEXTS, max_size=6), st.lists(st.sampled_from(WORDS), max_size=4, unique=True))
def test_quotes_are_verbatim_few_and_one_of_each_source(texts: list[str], words: list[str]) -> None:
    found = hits(*texts)
    evidence = gather(Found(found, wanted(*words)))
    assert all(is_verbatim(quote, evidence.hits) for quote in evidence.quotes)
    assert len(evidence.quotes) <= MAX_QUOTES
    assert set(evidence.hits) <= set(found[:MAX_LOOKED_AT])
    assert sum(len(quote.text.split()) for quote in evidence.quotes) <= MAX_WORDS
    numbers = [quote.number for quote in evidence.quotes]
    assert numbers == [source.number for source in evidence.sources]
    assert numbers == list(range(1, len(numbers) + 1))


def test_who_goes_on_reads_something_new_first() -> None:
    text = f"{FILLER}Dropout switches units off. {FILLER}Dropout scales units up. {FILLER}".strip()
    old = "Dropout switches units off."
    found = Found(hits(text), wanted("dropout", "units"), goes_on=True)
    assert old in texts_of(gather(found))[0]
    assert old not in texts_of(gather(found, f"Well. {old}"))[0]


def test_who_asks_anew_may_read_the_same() -> None:
    text = f"{FILLER}Dropout switches units off. {FILLER}Dropout scales units up. {FILLER}".strip()
    found = Found(hits(text), wanted("dropout", "units"))
    assert gather(found, "Dropout switches units off.") == gather(found)


def test_of_a_table_too_long_for_what_is_left_one_row_is_quoted() -> None:
    first = Hit(Passage(1, Origin.NOTE, "n.md", "N", "", f"Row 7 on dropout. {FILLER}"), 1.0, 1.0)
    second = Hit(Passage(2, Origin.NOTE, "n.md", "N", "", f"{TABLE}\n| 99 | x |"), 0.99, 1.0)
    evidence = gather(Found((first, second), wanted("dropout", "7")))
    assert texts_of(evidence)[1] == "| 7 | about dropout and more |"
