"""Words for what a look inside found: the real numbers, in sentences."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sampling import SamplingParams
from bot.domain.splitting import message_length
from bot.domain.view_words import MAX_ALT, alt_text, explanation
from bot.domain.views import (
    AnyView,
    AttentionView,
    Candidate,
    LayerGuess,
    LayersView,
    NextView,
    Piece,
    SurpriseView,
    TemperatureColumn,
    TemperatureView,
    TokensView,
)
from tests.sights import EMPTY, VIEWS

THE, CAT, SAT = Piece(464, "The"), Piece(3797, " cat"), Piece(3332, " sat")
MAT, DOG = Candidate(Piece(1, " mat"), 0.4, 0.75), Candidate(Piece(2, " dog"), 0.1, 0.25)
FISH = Candidate(Piece(3, " fish"), 0.05, 0.0)


def next_view(**changes: object) -> NextView:
    plain = NextView(
        (THE, CAT, SAT),
        2,
        9,
        (MAT, DOG, FISH),
        0.45,
        SamplingParams(temperature=0.7, top_k=2, top_p=0.9),
        DOG.piece,
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_words_of_the_right_length(name: str) -> None:
    alt, words = alt_text(VIEWS[name]), explanation(VIEWS[name])
    assert 100 < message_length(alt) <= MAX_ALT
    assert 200 < len(words) < 1_500
    assert "\n" not in words
    assert words.endswith(".")


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_view_has_words_too(name: str) -> None:
    assert alt_text(EMPTY[name]).endswith(".")
    assert explanation(EMPTY[name]).endswith(".")


def test_the_words_of_tokens_show_the_word_that_is_cut_most() -> None:
    view = TokensView(
        (THE, CAT, Piece(5, " un"), Piece(6, "believ"), Piece(7, "able"), Piece(8, " \\xf0")), 2
    )
    assert "“The” 464; “cat” 3797" in alt_text(view)
    assert "the first 2 are the prompt's" in alt_text(view)
    words = explanation(view)
    assert "“unbelievable” is made of 3: “un”, “believ” and “able”" in words
    assert "takes 6 tokens" in words
    assert "cut into its bytes" in words


def test_a_text_of_whole_words_is_not_said_to_be_cut() -> None:
    words = explanation(TokensView((THE, CAT, SAT)))
    assert "11 characters and takes 3 tokens, 3.7 characters for each" in words
    assert "made of" not in words
    assert "bytes" not in words


def test_the_words_of_next_name_the_likeliest_the_settings_and_what_came() -> None:
    assert "“mat” 40 %, then 75 %; “dog” 10 %, then 25 %; “fish” 5.0 %, then 0 %" in alt_text(
        next_view()
    )
    assert "temperature 0.7, top-k 2 and top-p 0.9" in alt_text(next_view())
    assert "token 3 of 9" in alt_text(next_view())
    words = explanation(next_view())
    assert "“mat” likeliest, with 40 %, before “dog” (10 %) and “fish” (5.0 %)" in words
    assert "“mat” goes from 40 % to 75 %" in words
    assert "leaves nothing to 1 of the token" in words
    assert "What came is “dog”, the second likeliest." in words


@pytest.mark.parametrize(
    ("sampling", "said"),
    [
        (SamplingParams(), "nothing is drawn"),
        (SamplingParams(num_candidates=5), "of the 5 likeliest tokens"),
        (SamplingParams(temperature=1.3), "evens the probabilities out"),
        (SamplingParams(temperature=1), "leaves the probabilities as they are"),
        (SamplingParams(temperature=0.5), "favours what is likely anyway"),
        (SamplingParams(temperature=1, repetition_penalty=1.2), "repetition penalty"),
    ],
)
def test_the_words_of_next_say_what_each_setting_does(sampling: SamplingParams, said: str) -> None:
    assert said in explanation(next_view(sampling=sampling))


def test_what_came_may_be_unlikely_or_nothing_yet() -> None:
    assert "not among those shown" in explanation(next_view(actual=Piece(99, " eel")))
    assert "nothing has been taken yet" in explanation(next_view(actual=None))
    assert "What came is “x”, with 1.0 %." in explanation(
        next_view(
            candidates=(MAT, DOG, FISH, MAT, Candidate(Piece(9, "x"), 0.01, 0)),
            actual=Piece(9, "x"),
        )
    )


def test_the_words_of_surprise_name_the_most_surprising_token() -> None:
    view = SurpriseView((THE, CAT, SAT), (3.0, 0.0, 6.0), (5.0, 7.25, 1.0))
    assert "“sat” 6.0 bits (token 3); “The” 3.0 bits" in alt_text(view)
    words = explanation(view)
    assert "Most surprising was “sat” with 6.0 bits: the model had given it 1.6 %." in words
    assert "Least surprising was “cat” with 0.0 bits, to which it had given 100 %." in words
    assert "On average a token came with 3.0 bits" in words
    assert "among 8.0 equally likely tokens" in words
    assert "least sure before “cat”, with 7.2 bits" in words


def test_surprise_counts_the_first_token_of_a_text_which_nothing_foretold() -> None:
    view = SurpriseView((CAT, SAT), (3.0, 6.0), (5.0, 1.0), first=1)
    words = alt_text(view)
    assert words.startswith("A text of 3 tokens, the first of which nothing foretells, coloured")
    assert "“sat” 6.0 bits (token 3); “cat” 3.0 bits (token 2)" in words


def attention(weights: tuple[tuple[float, ...], ...], **where: int | None) -> AttentionView:
    place = {"layer": 0, "head": 2, "num_layers": 12, "num_heads": 6, **where}
    return AttentionView((THE, CAT, SAT), weights, **place)  # type: ignore[arg-type]


def test_the_words_of_attention_say_where_the_last_token_looks() -> None:
    view = attention(((1.0, 0, 0), (0.3, 0.7, 0), (0.2, 0.5, 0.3)))
    assert "layer 1 of 12, head 3 of 6" in alt_text(view)
    assert "“sat” at “cat” 50 %; “cat” at itself 70 %" in alt_text(view)
    assert "“sat”, the last token, looks most at “cat”, with 50 %" in explanation(view)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (((1.0, 0, 0), (0.9, 0.1, 0), (0.8, 0.1, 0.1)), "85 % goes to the very first token"),
        (((1.0, 0, 0), (0.5, 0.5, 0), (0.0, 0.9, 0.1)), "70 % goes to the token just before"),
        (((1.0, 0, 0), (0.1, 0.9, 0), (0.1, 0.1, 0.8)), "85 % of a token's attention stays"),
        (((1.0, 0, 0), (0.3, 0.3, 0), (0.3, 0.3, 0.3)), "“The” is looked at most"),
    ],
)
def test_the_words_of_attention_name_the_habit_of_a_head(
    weights: tuple[tuple[float, ...], ...], said: str
) -> None:
    assert said in explanation(attention(weights))


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"head": None}, "layer 1 of 12, the average of its 6 heads"),
        ({"layer": None}, "head 3 of 6, the average over 12 layers"),
        ({"layer": None, "head": None}, "the average of all 72 heads"),
    ],
)
def test_an_average_is_said_to_be_one(where: dict[str, None], said: str) -> None:
    assert said in explanation(attention(((1.0, 0, 0), (0.5, 0.5, 0), (0.4, 0.3, 0.3)), **where))


def layers(*firsts: Candidate) -> LayersView:
    guesses = tuple(
        LayerGuess(layer, (first,), first.before if first is MAT else 0.01)
        for layer, first in enumerate(firsts)
    )
    return LayersView((THE, CAT), 1, 9, guesses, MAT.piece)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (layers(DOG, MAT, DOG, MAT, MAT), "“mat”, leads from layer 3 on"),
        (layers(DOG, MAT, DOG, MAT), "“mat”, leads in the last layer only"),
        (layers(MAT, MAT), "“mat”, leads from the very start"),
    ],
)
def test_the_words_of_layers_say_from_where_on_the_final_token_leads(
    view: LayersView, said: str
) -> None:
    assert said in explanation(view)


def test_the_words_of_layers_tell_every_layer_and_what_came_instead() -> None:
    view = dataclasses.replace(layers(DOG, DOG, MAT), actual=FISH.piece)
    alt = alt_text(view)
    assert "layer 2 “mat” 40 %, the final token 40 %; layer 1 “dog” 10 %" in alt
    assert "the embedding “dog” 10 %" in alt
    words = explanation(view)
    assert "the last layer, 2, says “mat” with 40 %" in words
    assert "The embedding, before any layer, says “dog” 10 %." in words
    assert "What came is “fish”" in words


def test_the_words_of_temperature_follow_one_token_through_all_columns() -> None:
    def column(temperature: float, after: float, entropy: float, text: str) -> TemperatureColumn:
        return TemperatureColumn(
            temperature, (dataclasses.replace(MAT, after=after), DOG), entropy, text
        )

    view = TemperatureView((THE,), (column(0.2, 0.9, 1, "one"), column(2, 0.3, 5, "two")), 7)
    assert "at 0.2 “mat” 90 %, “dog” 25 %, entropy 1.0 bits, the text goes on “one”" in alt_text(
        view
    )
    words = explanation(view)
    assert "“mat” has 90 % at 0.2 and 30 % at 2" in words
    assert "from 1.0 bits (as with 2.0 equally likely tokens) to 5.0 bits (32)" in words
    assert "seed 7, so that nothing but the temperature" in words
    same = TemperatureView((THE,), (column(0.2, 0.9, 1, "one"), column(2, 0.3, 5, "one")), 7)
    assert "the same at every temperature" in explanation(same)


@given(st.lists(st.text(), max_size=300), st.data())
def test_words_of_any_tokens_keep_to_their_length(texts: list[str], data: st.DataObject) -> None:
    found = tuple(Piece(index, text) for index, text in enumerate(texts))
    numbers = tuple(data.draw(st.floats(0, 50)) for _ in found[:20])
    views: list[AnyView] = [
        TokensView(found),
        SurpriseView(found[:20], numbers, numbers),
        LayersView(found, 0, 1, tuple(LayerGuess(0, (Candidate(p, 1, 1),), 1) for p in found[:9])),
    ]
    for view in views:
        assert message_length(alt_text(view)) <= MAX_ALT
        assert 0 < message_length(explanation(view)) <= 1_500
        assert all(
            character.isprintable() or character in "\u2068\u2069" for character in alt_text(view)
        )
