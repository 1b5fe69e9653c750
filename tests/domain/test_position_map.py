"""A map of many positions keeps few labels, and says what it shows."""

from bot.domain.charts import HeatMap
from bot.domain.position_map import NUM_LABELS, told, with_few_labels


def similarity(size: int) -> HeatMap:
    names = tuple(str(16 * place) for place in range(size))
    values = tuple(tuple(1 - abs(a - b) / size for b in range(size)) for a in range(size))
    return HeatMap("Alike", names, names, values)


def test_of_many_labels_some_are_left_and_the_numbers_stay() -> None:
    chart, whole = with_few_labels(similarity(64)), similarity(64)
    assert [label for label in chart.rows if label] == list(whole.rows[::8])
    assert len(chart.rows) == len(chart.columns) == 64
    assert chart.values == whole.values
    assert with_few_labels(similarity(NUM_LABELS)) == similarity(NUM_LABELS)


def test_neighbours_and_ends_are_told() -> None:
    assert told(similarity(4)) == (
        "Alike: the cosine of each of 4 positions with each. It is 0.75 between neighbours, on "
        "average; 0.25 between the first and the last."
    )
    assert told(similarity(1)) == "Alike."
