"""Quotes: the sentences of the best passages that answer, word for word."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card import Quote
from bot.domain.evidence import MAX_PASSAGES, MAX_QUOTES, MAX_WORDS, Evidence, gather, is_verbatim
from bot.domain.passage import Found, Hit, Origin, Passage
from bot.domain.stemmer import key
from bot.domain.wanted import Wanted

WORDS = ["dropout", "unit", "random", "adam", "step", "moment", "loss", "curve"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(
    lambda words: " ".join(words).capitalize() + "."
)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=6).map(" ".join)


def wanted(*words: str) -> tuple[Wanted, ...]:
    return tuple(Wanted((((key(word),), 1.0),), 1.0) for word in words)


def hits(*texts: str, heading: str = "") -> tuple[Hit, ...]:
    return tuple(
        Hit(Passage(number, Origin.NOTE, "n.md", "N", heading, text), 1.0, 1.0)
        for number, text in enumerate(texts)
    )


def texts_of(evidence: Evidence) -> list[str]:
    return [quote.text for quote in evidence.quotes]


def test_the_sentence_that_answers_is_quoted_and_the_others_are_not() -> None:
    passage = "The exam is on Monday. Dropout switches units off at random. Bring a pen."
    evidence = gather(Found(hits(passage), wanted("dropout", "unit")))
    assert texts_of(evidence) == ["Dropout switches units off at random."]
    assert evidence.sources[0].number == evidence.quotes[0].number == 1
    assert evidence.strength == 1.0


def test_the_answer_of_a_pair_is_quoted_whole() -> None:
    answer = "It switches units off. At test time all units are kept."
    found = Found(hits(answer, heading="What is dropout?"), wanted("dropout"))
    assert texts_of(gather(found)) == [answer]


def test_a_hit_without_a_quote_is_no_source() -> None:
    found = Found(
        hits("Bring a pen.", "Dropout switches units off."), wanted("dropout", "units", "off")
    )
    evidence = gather(found)
    assert texts_of(evidence) == ["Dropout switches units off."]
    assert [hit.passage.id for hit in evidence.hits] == [1]
    assert [source.passage_id for source in evidence.sources] == [1]


def test_sentences_are_quoted_in_the_order_of_their_passage() -> None:
    passage = "Dropout switches units off. It picks random layers."
    found = Found(hits(passage), wanted("dropout", "switches", "picks", "random", "layers"))
    assert texts_of(gather(found)) == ["Dropout switches units off.", "It picks random layers."]


def test_nothing_found_quotes_nothing() -> None:
    assert gather(Found()) == Evidence()
    assert gather(Found(hits("The of and."), wanted("dropout"))) == Evidence()


def test_a_quote_of_other_words_or_of_no_passage_is_not_verbatim() -> None:
    found = hits("Dropout switches units off.")
    assert is_verbatim(Quote(1, "switches units"), found)
    assert not is_verbatim(Quote(1, "switches all units"), found)
    assert not is_verbatim(Quote(0, "switches units"), found)
    assert not is_verbatim(Quote(2, "switches units"), found)


@given(st.lists(TEXTS, max_size=6), st.lists(st.sampled_from(WORDS), max_size=4, unique=True))
def test_quotes_are_verbatim_few_and_numbered_in_the_order_of_their_hits(
    texts: list[str], words: list[str]
) -> None:
    found = hits(*texts)
    evidence = gather(Found(found, wanted(*words)))
    assert all(is_verbatim(quote, evidence.hits) for quote in evidence.quotes)
    assert len(evidence.quotes) <= MAX_QUOTES
    assert set(evidence.hits) <= set(found[:MAX_PASSAGES])
    lengths = [len(quote.text.split()) for quote in evidence.quotes]
    assert sum(lengths) <= MAX_WORDS or len(lengths) == 1
    numbers = [quote.number for quote in evidence.quotes]
    assert numbers == sorted(numbers)
    assert set(numbers) == {source.number for source in evidence.sources}
    assert 0 <= evidence.strength <= 1
