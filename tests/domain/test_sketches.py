"""The numbers of the pictures that are computed without a model."""

import math

import pytest

from bot.domain import concept_sketches as concepts
from bot.domain import sentence_sketches as sentences
from bot.domain.charts import Bars, Curves, HeatMap, Sheet
from bot.domain.illustrations import ILLUSTRATIONS, SENTENCE, Sketch

MAX_TITLE = 28
"""What stands in one line of a picture beside the name of its numbers."""
SKETCHES = {slug: each for slug, each in ILLUSTRATIONS.items() if isinstance(each, Sketch)}
SENTENCES = {
    "usual": SENTENCE,
    "one word": "Dropout",
    "long": "word after word " * 90,
    "other script": "Γειά σου κόσμε, שלום עולם",
    "emoji": "I 🙂 you",
    "long word": "Donaudampfschifffahrtsgesellschaftskapitän",
}


def heat_map(sheet: Sheet, place: int = 0) -> HeatMap:
    chart = sheet.charts[place]
    assert isinstance(chart, HeatMap)
    return chart


def bars(sheet: Sheet, place: int = 0) -> Bars:
    chart = sheet.charts[place]
    assert isinstance(chart, Bars)
    return chart


def curves(sheet: Sheet) -> dict[str, dict[float, float]]:
    (chart,) = sheet.charts
    assert isinstance(chart, Curves)
    return {
        series.name: dict(zip(chart.places, series.values, strict=True)) for series in chart.series
    }


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
@pytest.mark.parametrize("slug", SKETCHES)
def test_every_sketch_has_a_number_for_each_of_its_labels(slug: str, sentence: str) -> None:
    for chart in SKETCHES[slug].sheet(sentence).charts:
        assert 0 < len(chart.title) <= MAX_TITLE
        if isinstance(chart, HeatMap):
            assert len(chart.values) == len(chart.rows) <= 12
            assert {len(row) for row in chart.values} == {len(chart.columns)}
            numbers = [value for row in chart.values for value in row]
        else:
            assert isinstance(chart, Bars | Curves)
            places = chart.labels if isinstance(chart, Bars) else chart.places
            assert all(len(series.values) == len(places) for series in chart.series)
            numbers = [value for series in chart.series for value in series.values]
        assert all(value is None or math.isfinite(value) for value in numbers)


def test_the_causal_mask_hides_what_comes_later_and_its_rows_sum_to_1() -> None:
    chart = heat_map(sentences.causal_mask("the dog bites"))
    assert chart.rows == chart.columns == ("the", "dog", "bites")
    assert chart.values == ((1, None, None), (0.5, 0.5, None), (0.333, 0.333, 0.333))


def test_a_bag_of_words_is_the_same_in_any_order() -> None:
    one = sentences.bag_of_words("Dog bites man, dog!")
    assert one == sentences.bag_of_words("man dog dog bites")
    chart = bars(one)
    counts = dict(zip(chart.labels, chart.series[0].values, strict=True))
    assert counts == {"bites": 1, "cat": 0, "dog": 2, "man": 1, "model": 0}


def test_a_word_of_all_texts_weighs_nothing_and_a_rare_one_most() -> None:
    chart = bars(sentences.tf_idf("the dog sleeps sleeps"))
    counts, weights = (dict(zip(chart.labels, s.values, strict=True)) for s in chart.series)
    assert counts == {"the": 1, "dog": 1, "sleeps": 2}
    assert weights == {"the": 0, "dog": 0.41, "sleeps": 2.2}


def test_a_bigram_model_knows_what_followed() -> None:
    chart = heat_map(sentences.bigrams("the cat and the dog"))
    row = chart.values[chart.rows.index("the")]
    assert dict(zip(chart.columns, row, strict=True)) == {
        "the": 0,
        "cat": 0.5,
        "and": 0,
        "dog": 0.5,
    }
    assert set(chart.values[chart.rows.index("dog")]) == {None}


def test_the_memory_of_an_rnn_fades_step_by_step() -> None:
    chart = heat_map(sentences.fading("one two three"))
    assert chart.values[-1] == (0.49, 0.7, 1.0)


def test_one_hot_rows_have_a_single_1() -> None:
    chart = heat_map(sentences.one_hot("the cat the dog"))
    assert chart.rows == ("the", "cat", "dog")
    assert [sum(filter(None, row)) for row in chart.values] == [1, 1, 1]


def test_temperatures_agree_with_the_handbook() -> None:
    values = {each.name: each.values for each in bars(concepts.temperatures("")).series}
    assert [round(value, 2) for value in values["T = 1"]] == [0.67, 0.24, 0.09]
    assert [round(value, 2) for value in values["T = 0.5"]] == [0.87, 0.12, 0.02]
    assert [round(value, 2) for value in values["T = 2"]] == [0.51, 0.31, 0.19]


def test_activations_at_the_middle_and_the_ends() -> None:
    values = curves(concepts.activations(""))
    assert [values[name][0.0] for name in ("sigmoid", "tanh", "ReLU", "GELU")] == [0.5, 0, 0, 0]
    assert (values["ReLU"][-3.0], values["ReLU"][3.0]) == (0, 3)
    assert values["GELU"][-3.0] == pytest.approx(-0.004, abs=1e-3)
    assert values["tanh"][-3.0] == -values["tanh"][3.0] == pytest.approx(-0.995, abs=1e-3)


def test_schedules_rise_to_their_peak_and_end_at_nothing() -> None:
    for values in curves(concepts.schedules("")).values():
        assert values[0.0] == values[1.0] == 0
        assert max(values.values()) == values[0.1] == 1


def test_descent_crawls_arrives_or_jumps_by_its_rate() -> None:
    values = curves(concepts.descent(""))
    assert values["rate 0.05"][1.0] == 0.9
    assert values["rate 0.4"][4.0] == pytest.approx(0.002, abs=1e-3)
    assert values["rate 0.95"][1.0] == -0.9


def test_certainty_of_the_right_class_costs_nothing_and_doubt_more_and_more() -> None:
    (values,) = curves(concepts.surprise("")).values()
    assert (values[1.0], values[0.5]) == (0, 0.693)
    assert list(values.values()) == sorted(values.values(), reverse=True)


def test_an_edge_is_found_where_it_is() -> None:
    chart = heat_map(concepts.edges(""), 2)
    assert chart.values == ((0, 3, 3, 0),) * 4


def test_embeddings_know_likeness_and_one_hot_vectors_do_not() -> None:
    sheet = concepts.embeddings("")
    strange, alike = heat_map(sheet), heat_map(sheet, 1)
    cat, kitten, car = (alike.rows.index(word) for word in ("cat", "kitten", "car"))
    assert strange.values[cat][kitten] == strange.values[cat][car] == 0
    assert alike.values[cat][kitten] > 0.9 > 0.5 > alike.values[cat][car]  # type: ignore[operator]


def test_half_of_the_units_drop_out_and_the_rest_is_doubled() -> None:
    values = [value for row in heat_map(concepts.dropped("")).values for value in row]
    assert set(values) == {0.0, 2.0}
    assert 0.3 < values.count(0.0) / len(values) < 0.7
