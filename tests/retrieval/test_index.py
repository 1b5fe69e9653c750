"""From questions to passages, over passages in a list."""

from collections.abc import Hashable, Sequence

from bot.domain.passage import Origin, Passage
from bot.domain.search import Candidate, Clause, Frequencies, Group, NearWord
from bot.domain.stemmer import key
from bot.domain.words import words_of
from bot.retrieval.english_words import load_english
from bot.retrieval.index import Index

EXAM = Passage(1, Origin.NOTE, "exam.md", "The exam", "Length", "The exam lasts 120 minutes.")
AIDS = Passage(2, Origin.NOTE, "exam.md", "The exam", "Aids", "Bring a pen, a calculator, a sock.")
LAB = Passage(3, Origin.NOTE, "lab.md", "The lab", "Length", "The lab lasts 90 minutes.")


class ListedPassages:
    """Fulfils PassageSearch by looking at every word of every passage."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages
        self.num_searches = 0

    async def state(self, server: str, *, with_handbook: bool) -> Hashable:
        return self._passages

    async def candidates(
        self, server: str, clauses: Sequence[Clause], limit: int, *, with_handbook: bool
    ) -> Sequence[Candidate]:
        self.num_searches += 1
        return [
            Candidate(passage, 1.0)
            for passage in self._passages
            if any(all(_holds(passage, group) for group in clause.groups) for clause in clauses)
        ][:limit]

    async def document_frequencies(
        self, server: str, groups: Sequence[Group], *, with_handbook: bool
    ) -> Frequencies:
        counts = (sum(_holds(passage, group) for passage in self._passages) for group in groups)
        return Frequencies(len(self._passages), tuple(counts))

    async def near_words(
        self, server: str, word: str, *, with_handbook: bool
    ) -> Sequence[NearWord]:
        words = {each for passage in self._passages for each in words_of(_whole(passage))}
        return [NearWord(each, 1) for each in sorted(words)]


def _whole(passage: Passage) -> str:
    return f"{passage.title} {passage.heading} {passage.text}"


def _keys(text: str) -> str:
    return f" {' '.join(map(key, words_of(text)))} "


def _holds(passage: Passage, group: Group) -> bool:
    return any(_keys(phrase) in _keys(_whole(passage)) for phrase in group)


async def found(question: str, *earlier: str) -> list[Passage]:
    hits = (await Index().search(ListedPassages(LAB, EXAM, AIDS), "1", question, earlier)).hits
    return [hit.passage for hit in hits]


async def test_a_follow_up_is_about_what_the_question_before_found() -> None:
    assert (await found("how long is it?", "which pen for the exam?"))[0].document == "exam.md"


async def test_a_question_of_its_own_is_not() -> None:
    assert (await found("how many minutes lasts the lab", "which pen for the exam?"))[0] == LAB


async def test_a_misspelled_word_is_read_right() -> None:
    assert (await found("calculatr"))[0] == AIDS


async def test_a_word_that_people_use_is_not_taken_for_a_misspelled_one() -> None:
    assert (await found("sack"))[0] == AIDS
    assert await found("sick") == []


async def test_a_word_that_is_spelled_right_is_not_taken_for_another() -> None:
    passages, english = ListedPassages(LAB, EXAM, AIDS), load_english()
    assert (await Index().search(passages, "1", "stack")).hits == ()
    assert (await Index().search(passages, "1", "sack")).hits[0].passage == AIDS
    assert (await Index(english=english).search(passages, "1", "sack")).hits == ()
    found = await Index(english=english).search(passages, "1", "calculatr")
    assert found.hits[0].passage == AIDS


def test_english_has_its_forms_on_both_sides_of_the_atlantic_and_no_misspellings() -> None:
    english = load_english()
    assert english >= {"stones", "store", "analysed", "analyzed", "colour", "color", "losses"}
    assert not english & {"calculatr", "gradinet", "dropot", "Monday", "it's", "ab"}


async def test_a_question_of_stop_words_finds_nothing() -> None:
    assert await found("what is it?") == []


async def test_a_question_that_was_searched_for_just_before_is_not_searched_for_again() -> None:
    passages, index = ListedPassages(LAB, EXAM, AIDS), Index()
    await index.search(passages, "1", "which pen for the exam?")
    before = passages.num_searches
    hits = (await index.search(passages, "1", "how long is it?", ["which pen for the exam?"])).hits
    assert passages.num_searches == before + 1
    assert hits[0].passage.document == "exam.md"
