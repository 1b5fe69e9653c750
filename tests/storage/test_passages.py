"""Passages are found by their words, and only by those who may see them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.domain.document import Piece
from bot.domain.note import HANDBOOK
from bot.domain.passage import Origin
from bot.domain.search import MAX_PHRASES, Clause, Frequencies
from bot.storage.database import Database, Transaction
from bot.storage.full_text import match_of
from tests.storage.notes import ADAM, DROPOUT, LECTURE, found, frequencies, near, new_note


async def put(transaction: Transaction, server: str, *texts: str) -> None:
    await transaction.notes.put(server, LECTURE, [Piece("", text) for text in texts])


async def texts(
    transaction: Transaction, clauses: Sequence[Clause], limit: int = 99, *, handbook: bool = False
) -> list[str]:
    candidates = await transaction.passages.candidates(
        "guild", clauses, limit, with_handbook=handbook
    )
    return [candidate.passage.text for candidate in candidates]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("gradients vanish", "vanishing gradient"),
        ("A naïve Bayes model", "naive"),
        ("BatchNorm, layer-norm", "layer norm"),
        ("past_key_values", "past key values"),
        ("Top-P", "top p"),
    ],
)
async def test_words_are_found_in_other_forms(store: Database, text: str, asked: str) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", text, "something else")
        words = tuple(asked.split()) if asked == "vanishing gradient" else (asked,)
        assert await found(transaction, "guild", *words) == [text]


async def test_a_phrase_is_found_where_its_words_stand_together(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "the learning rate", "the rate of learning")
        assert await found(transaction, "guild", "learning rate") == ["the learning rate"]


async def test_every_group_of_a_clause_must_be_there(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "adam loss", "adam", "loss", "sgd loss")
        clauses = [Clause((("adam", "sgd"), ("loss",)))]
        assert sorted(await texts(transaction, clauses)) == ["adam loss", "sgd loss"]
        clauses.append(Clause((("loss",),)))
        assert sorted(await texts(transaction, clauses)) == ["adam loss", "loss", "sgd loss"]


async def test_a_clause_may_look_at_titles_and_headings_only(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [Piece("Adam", "a"), Piece("", "adam")])
        assert await texts(transaction, [Clause((("adam",),), in_headings=True)]) == ["a"]


async def test_a_word_in_a_heading_weighs_more_than_one_in_the_text(store: Database) -> None:
    pieces = [Piece("Loss", "one adam"), Piece("Adam", "one two"), Piece("Loss", "one two")]
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [*pieces, Piece("x", "y"), Piece("x", "z")])
        assert await found(transaction, "guild", "adam") == ["one two", "one adam"]


async def test_the_limit_holds_for_the_server_and_for_the_handbook(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "adam one", "adam two", "adam three")
        await put(transaction, HANDBOOK, "adam four", "adam five", "adam six")
        adam = [Clause((("adam",),))]
        assert len(await texts(transaction, adam, 2)) == 2
        assert len(await texts(transaction, adam, 2, handbook=True)) == 4


async def test_the_handbook_is_looked_into_unless_switched_off(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put(HANDBOOK, LECTURE, [DROPOUT])
        search = transaction.passages
        dropout = [("dropout",)]
        assert await texts(transaction, [Clause((("dropout",),))], handbook=True) == [DROPOUT.text]
        assert await texts(transaction, [Clause((("dropout",),))], handbook=False) == []
        counted = await search.document_frequencies("guild", dropout, with_handbook=True)
        assert counted == Frequencies(1, (1,))
        counted = await search.document_frequencies("guild", dropout, with_handbook=False)
        assert counted == Frequencies(0, (0,))
        assert [w.word for w in await search.near_words("guild", "dropot", with_handbook=True)]
        assert not await search.near_words("guild", "dropot", with_handbook=False)


async def test_pieces_of_the_handbook_are_fetched_by_document_and_heading(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put(HANDBOOK, LECTURE, [DROPOUT, ADAM])
        await transaction.notes.put("guild", LECTURE, [ADAM])
        places = {(LECTURE.name, ADAM.heading), ("other.md", DROPOUT.heading)}
        fetched = await transaction.passages.of_handbook(places)
        assert [(each.origin, each.text) for each in fetched] == [(Origin.HANDBOOK, ADAM.text)]
        assert not await transaction.passages.of_handbook(set())


async def test_frequencies_count_passages_not_words(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "adam adam", "adam sgd", "loss")
        assert await frequencies(transaction, "guild", "adam", "sgd", "gone", "!") == (2, 1, 0, 0)
        both = await transaction.passages.document_frequencies(
            "guild", [("sgd", "loss"), ()], with_handbook=False
        )
        assert both == Frequencies(3, (2, 0))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("gradinet", "gradient"),
        ("gradeint", "gradient"),
        ("adm", "adam"),
        ("adma", "adam"),
        ("dropuot", "dropout"),
        ("optimzier", "optimizer"),
        ("atention", "attention"),
        ("pehceptron", "perceptron"),
    ],
)
async def test_a_misspelled_word_is_near_the_right_one(
    store: Database, wrong: str, right: str
) -> None:
    words = "gradient gradual adam addition dropout optimizer attention retention perceptron"
    async with store.transaction() as transaction:
        await put(transaction, "guild", words)
        assert right in await near(transaction, "guild", wrong)


async def test_near_words_say_in_how_many_passages_they_stand(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "gradient gradient", "gradient")
        await put(transaction, HANDBOOK, "gradient")
        (word,) = await transaction.passages.near_words("guild", "gradint", with_handbook=True)
    assert (word.word, word.num_passages) == ("gradient", 3)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=12), max_size=4).map(tuple), min_size=1, max_size=3))
async def test_no_text_is_taken_for_a_command(
    store: Database, groups: list[tuple[str, ...]]
) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [ADAM])
    async with store.reading() as transaction:
        for clause in (Clause(tuple(groups)), Clause(tuple(groups), in_headings=True)):
            await texts(transaction, [clause])
        await transaction.passages.document_frequencies("guild", groups, with_handbook=True)
        await transaction.passages.near_words("guild", str(groups[0])[:20], with_handbook=True)


@pytest.mark.parametrize("text", ['adam" OR "sgd', "title:adam", "adam*", "NOT adam", "^adam"])
def test_the_index_sees_words_in_quotation_marks_only(text: str) -> None:
    match = match_of([Clause(((text,),))])
    assert match.replace("(", "").replace(")", "").count('"') == 2


def test_a_search_looks_for_32_phrases_at_most() -> None:
    words = tuple(f"w{number}" for number in range(50))
    assert match_of([Clause((words,))]).count('"') == 2 * MAX_PHRASES
    assert match_of([Clause(((word,),)) for word in words]).count('"') == 2 * MAX_PHRASES


SERVERS = ("one", "two", "three")
TERMS = ("adam", "gradient", "loss", "dropout", "layer", "momentum", "softmax", "kernel")
SECRET = st.sampled_from(TERMS)
CONTENT = st.lists(st.lists(SECRET, min_size=1, max_size=5).map(" ".join), max_size=4)


async def everything(transaction: Transaction, server: str) -> object:
    """All that a server can learn, without the numbers that the database gave."""
    search = transaction.passages
    seen: list[object] = []
    for handbook in (True, False):
        candidates = await search.candidates(server, [Clause((TERMS,))], 99, with_handbook=handbook)
        seen.append([(each.passage.text, each.bm25) for each in candidates])
        groups = [(word,) for word in TERMS]
        seen.append(await search.document_frequencies(server, groups, with_handbook=handbook))
        for wrong in ("adm", "graident", "momentun", "sofmax"):
            seen.append(await search.near_words(server, wrong, with_handbook=handbook))
    seen.append([note.name for note in await transaction.notes.all(server)])
    seen.append(await transaction.notes.totals(server))
    return seen


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.fixed_dictionaries(dict.fromkeys((*SERVERS, HANDBOOK), CONTENT)))
async def test_nothing_that_a_server_sees_depends_on_what_others_store(
    store: Database, contents: dict[str, list[str]]
) -> None:
    async with store.transaction() as transaction:
        for server in contents:
            await transaction.notes.clear(server)
        await put(transaction, HANDBOOK, *contents[HANDBOOK])
        alone = {}
        for server in SERVERS:
            await put(transaction, server, *contents[server])
            alone[server] = await everything(transaction, server)
            await transaction.notes.clear(server)
        for server in SERVERS:
            await put(transaction, server, *contents[server])
            await transaction.notes.put_answer(server, 1, f"{server} question", "a secret", None)
            await transaction.notes.remove_answer(server, 1)
        for server in SERVERS:
            assert await everything(transaction, server) == alone[server]


async def test_a_passage_is_found_by_its_own_server_only(store: Database, tmp_path: Path) -> None:
    async with store.transaction() as transaction:
        for server in SERVERS:
            await transaction.notes.put(server, new_note(name=server), [DROPOUT])
    async with store.reading() as transaction:
        for server in SERVERS:
            (only,) = await transaction.passages.candidates(
                server, [Clause((("dropout",),))], 99, with_handbook=True
            )
            assert only.passage.document == server


async def test_not_every_passage_is_weighed_where_all_of_them_have_the_word(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.passages.MAX_SCORED", 3)
    async with store.transaction() as transaction:
        await put(transaction, "guild", *["adam and others"] * 3, "adam")
        found = await texts(transaction, [Clause((("adam",),))])
    assert found == ["adam and others"] * 3


async def test_a_search_asks_for_its_libraries_once_and_for_both_at_a_time(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "adam one", "sgd")
        await put(transaction, HANDBOOK, "adam two")
    statements: list[str] = []
    event.listen(
        store._readers.sync_engine,
        "before_cursor_execute",
        lambda *each: statements.append(each[2]),
    )
    async with store.reading() as transaction:
        search = transaction.passages
        for _ in range(2):
            counted = await search.document_frequencies("guild", [("adam",)], with_handbook=True)
            assert counted == Frequencies(3, (2,))
        adam = [Clause((("adam",),))]
        assert sorted(await texts(transaction, adam, handbook=True)) == ["adam one", "adam two"]
    assert len(statements) == 3


async def test_the_state_changes_with_what_can_be_found_and_only_then(store: Database) -> None:
    async with store.transaction() as transaction:
        await put(transaction, "guild", "dropout")
    states = []
    for server, text in (("guild", None), ("guild", None), ("guild", "adam"), ("other", None)):
        if text is not None:
            async with store.transaction() as transaction:
                new = new_note(content_hash="second")
                await transaction.notes.put(server, new, [Piece("", text)])
        async with store.reading() as transaction:
            states.append(await transaction.passages.state(server, with_handbook=False))
    first, again, changed, elsewhere = states
    assert first == again
    assert len({first, changed, elsewhere}) == 3
