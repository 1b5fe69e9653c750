from bot.domain.card import Basis, Card, Quote
from bot.domain.composition import body
from bot.domain.displayed import displayed


def test_quotes_look_like_what_they_are_and_stay_word_for_word_in_the_card() -> None:
    words = "@everyone read [the slides](https://evil.example) now."
    card = Card(Basis.NOTES, quotes=(Quote(1, words),))
    shown = displayed(body(card), card)
    assert shown == "“@\u200beveryone read [the slides] (https://evil.example) now.” [1]"
    assert card.quotes[0].text == words


def test_a_fence_that_a_quote_opens_ends_with_it() -> None:
    card = Card(Basis.NOTES, quotes=(Quote(1, "```py\nx = 1"), Quote(2, "Then **go** on.")))
    assert displayed(body(card), card) == "```py\nx = 1\n```\n[1]\n“Then **go** on.” [2]"


def test_an_approved_answer_is_shown_like_a_quote() -> None:
    card = Card(Basis.ANSWERED, explanation="# Yes\n<@&77> knows.")
    assert displayed(body(card), card) == "\\# Yes\n<\u200b@&77> knows."


def test_what_a_model_wrote_keeps_its_markup_and_pings_nobody() -> None:
    assert displayed("# Yes @here", None) == "# Yes @\u200bhere"
    assert displayed("# Yes @here", Card(Basis.MEMORY)) == "# Yes @\u200bhere"


def test_words_beside_the_cards_own_are_shown_harmless_too() -> None:
    card = Card(Basis.NOTES, quotes=(Quote(1, "It is."),))
    assert displayed("# So @here", card) == "\\# So @\u200bhere"
