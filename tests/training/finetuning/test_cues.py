"""Cues: which words of a passage lead to it, and which lead elsewhere."""

from bot.retrieval.thesaurus import Thesaurus
from bot.training.finetuning.cues import IN_HEADING, IN_TEXT, IN_TITLE, Pointing, cues_of, keys_of
from bot.training.finetuning.material import Example

THESAURUS = Thesaurus()


def example(heading: str, text: str) -> Example:
    return Example(text, "a.md", heading=heading, passage=f"Course — {heading}\n{text}")


LATE = example("Late work", "Whoever is late loses ten points a day.")
EXAM = example("Exam", "The exam begins at nine.")
LABS = example("Labs", "A lab begins at two and is worth ten points.")


def test_cues_are_the_telling_words_of_title_heading_and_text() -> None:
    cues = cues_of(EXAM, THESAURUS)
    assert [(cue.words, cue.nearness) for cue in cues] == [
        ("course", IN_TITLE),
        ("exam", IN_HEADING),
        ("exam", IN_TEXT),
        ("begins", IN_TEXT),
        ("nine", IN_TEXT),
    ]


def test_a_cue_knows_its_other_names() -> None:
    names = {name for cue in cues_of(EXAM, THESAURUS) for name, _ in cue.others}
    assert {"examination", "start"} <= names


def test_a_passage_without_a_heading_has_the_cues_of_its_title_and_text() -> None:
    plain = Example("Ask Luc.", "a.md", passage="Cluster\nLuc knows all.")
    assert [cue.words for cue in cues_of(plain, THESAURUS)] == ["cluster", "luc", "knows"]


def test_words_point_to_the_passage_that_holds_them_or_their_other_names() -> None:
    pointing = Pointing([cues_of(each, THESAURUS) for each in (LATE, EXAM, LABS)])
    assert pointing.lead(0, keys_of(["late", "points"])) == 0
    assert pointing.lead(2, keys_of(["late", "points"])) < 0
    assert pointing.lead(0, keys_of(["overdue"])) == 0
    assert pointing.lead(1, keys_of(["begin", "overdue"])) < 0
    assert pointing.lead(1, keys_of(["unheard"])) == 0


def test_a_word_of_few_passages_is_rarer() -> None:
    passages = [cues_of(each, THESAURUS) for each in (LATE, EXAM, LABS)]
    pointing = Pointing(passages)
    by_words = {cue.words: pointing.rarity(cue) for cue in passages[1]}
    assert by_words["exam"] > by_words["begins"] > by_words["course"]


def test_where_words_lead_does_not_depend_on_their_order() -> None:
    """A set of words has another order in every process, and the same seed must give the same."""
    names = ("alpha", "beta", "gamma", "delta", "kappa", "sigma")
    texts = [f"{' '.join(names[: number + 1])} holds" for number in range(len(names))]
    pointing = Pointing([cues_of(example("Part", text), THESAURUS) for text in texts])
    keys = [*keys_of(names), *keys_of(["part", "holds"])]
    orders = [keys[start:] + keys[:start] for start in range(len(keys))]
    orders += [order[::-1] for order in orders]
    assert len({pointing.lead(2, order) for order in orders}) == 1
