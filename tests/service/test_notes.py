"""Notes of a server: who may add them, how many there may be, what a search finds."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.domain.conversation import Asker
from bot.domain.document import Document, Piece
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.note_limits import NoteLimits
from bot.service.defaults import Defaults
from bot.service.notes import MAX_READINGS, NewFile, NotesService
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import SetClock
from tests.service.asking import ADA, ADMIN, ask
from tests.service.notes import ADAM, ASSISTANT, DROPOUT, NOTES, add

ONE: Mapping[str, str] = {"week-1.md": NOTES["week-1.md"]}


class InstantReader:
    """A reader that makes a passage of every line, and remembers how many it read at once."""

    def __init__(self) -> None:
        self.num_now = self.num_most = 0

    async def read(self, name: str, content: bytes) -> tuple[Document, tuple[Piece, ...]]:
        self.num_now += 1
        self.num_most = max(self.num_most, self.num_now)
        await asyncio.sleep(0.01)
        self.num_now -= 1
        return Document(name, ()), tuple(Piece("", line) for line in content.decode().splitlines())


@pytest.fixture
def reader() -> InstantReader:
    return InstantReader()


@pytest.fixture
def small(store: Database, services: Services, reader: InstantReader) -> NotesService:
    """Notes of at most two files, 100 bytes in all, 60 in one, and 3 passages."""
    limits = NoteLimits(max_notes=2, max_file_bytes=60, max_bytes=100, max_passages=3)
    retriever = services.notes._retriever
    return NotesService(store, SetClock(), retriever, reader, Defaults(), limits)


async def refusal(notes: NotesService, name: str, content: bytes) -> str | None:
    """The sentence about one file."""
    (added,) = await notes.add(ADMIN, "guild", [NewFile(name, content)])
    return added.refusal


async def names(services: Services, server: str = "guild") -> list[str]:
    return [note.name for note in await services.notes.list(server)]


# Who may


async def test_admins_and_assistants_add_and_remove_and_others_do_not(services: Services) -> None:
    sentence = "Only teaching assistants and admins can"
    for asker in (ADA, ASSISTANT):
        with pytest.raises(NotAllowed, match=f"{sentence} add notes"):
            await add(services, ONE, asker)
    await services.settings.change(ADMIN, "guild", assistant_role="77")
    for asker in (ADMIN, ASSISTANT, Asker("8", "Op", is_operator=True)):
        assert (await add(services, ONE, asker))[0].note is not None
        with pytest.raises(NotAllowed, match=f"{sentence} remove notes"):
            await services.notes.remove(ADA, "guild", "week-1.md")
        await services.notes.remove(asker, "guild", "week-1.md")
    assert await names(services) == []


async def test_an_assistant_of_one_server_is_none_of_another(services: Services) -> None:
    await services.settings.change(ADMIN, "other", assistant_role="77")
    with pytest.raises(NotAllowed):
        await add(services, ONE, ASSISTANT)


async def test_everybody_may_look(services: Services) -> None:
    await add(services)
    assert await names(services) == ["week-1.md", "week-2.md"]
    note, passages = await services.notes.show("guild", "week-1.md")
    assert (note.title, note.added_by_name, note.num_passages) == ("Regularisation", "Root", 1)
    assert [passage.text for passage in passages] == [DROPOUT]


async def test_an_unknown_note_is_told_with_the_way_to_find_the_names(services: Services) -> None:
    sentence = r'There is no note "week-9.md"; /notes list shows their names\.'
    with pytest.raises(NotFound, match=sentence):
        await services.notes.show("guild", "week-9.md")
    with pytest.raises(NotFound, match=sentence):
        await services.notes.remove(ADMIN, "guild", "week-9.md")


# Adding


async def test_a_note_is_answered_from_at_once(services: Services) -> None:
    await add(services)
    assert DROPOUT.split(".")[0] in (await ask(services, "How does dropout switch units off?")).text


async def test_the_same_file_again_changes_nothing(services: Services, clock: SetClock) -> None:
    (first,) = await add(services, ONE)
    clock.advance(60)
    (again,) = await add(services, ONE)
    assert again.is_unchanged
    assert again.note == first.note


async def test_a_new_version_takes_the_old_ones_place(services: Services) -> None:
    await add(services, ONE)
    (added,) = await add(services, {"week-1.md": f"# Optimisers\n\n{ADAM}\n"})
    assert not added.is_unchanged
    assert await names(services) == ["week-1.md"]
    _, passages = await services.notes.show("guild", "week-1.md")
    assert [passage.text for passage in passages] == [ADAM]
    assert (await services.notes.search("guild", "dropout switches units off")).hits == ()


async def test_a_file_that_cannot_be_read_stores_nothing_and_stops_nobody(
    services: Services,
) -> None:
    files = {"empty.md": "", "slides.xyz": "?", **ONE, "broken.pdf": "%PDF-1.7 nothing", "..": "x"}
    added = await add(services, files)
    assert [each.note is None for each in added] == [True, True, False, True, True]
    refusals = [each.refusal for each in added if each.refusal]
    assert len(refusals) == 4
    assert all(text.endswith(".") and "\n" not in text for text in refusals)
    assert await names(services) == ["week-1.md"]


async def test_a_refused_new_version_leaves_the_old_one(services: Services) -> None:
    await add(services, ONE)
    (added,) = await add(services, {"week-1.md": ""})
    assert added.refusal is not None
    _, passages = await services.notes.show("guild", "week-1.md")
    assert [passage.text for passage in passages] == [DROPOUT]


async def test_only_the_last_part_of_a_files_name_is_kept(services: Services) -> None:
    await add(services, {"../../etc/week-1.md": DROPOUT})
    assert await names(services) == ["week-1.md"]


# How many


async def test_a_file_over_the_limit_is_refused_by_its_size(small: NotesService) -> None:
    assert await refusal(small, "a.md", b"x" * 60) is None
    sentence = await refusal(small, "b.md", b"x" * 61)
    assert sentence is not None
    assert sentence.startswith("b.md has 0.0 MiB, but a note may have at most 0.0 MiB;")
    assert small.refused("b.md", 60) is None


async def test_a_server_has_so_many_notes_and_may_replace_them(small: NotesService) -> None:
    for name in ("a.md", "b.md"):
        assert await refusal(small, name, b"one") is None
    assert await refusal(small, "c.md", b"one") == (
        "This server holds 2 notes already; remove one with /notes remove first."
    )
    assert await refusal(small, "b.md", b"two") is None
    await small.remove(ADMIN, "guild", "a.md")
    assert await refusal(small, "c.md", b"one") is None


@pytest.mark.parametrize(("first", "second"), [(b"x" * 60, b"x" * 41), (b"a\nb", b"a\nb")])
async def test_all_notes_have_so_many_bytes_and_passages(
    small: NotesService, first: bytes, second: bytes
) -> None:
    assert await refusal(small, "a.md", first) is None
    assert await refusal(small, "b.md", second) == (
        "This server's notes would pass 0.0 MiB or 3 passages; remove some with /notes remove "
        "first."
    )
    assert [note.name for note in await small.list("guild")] == ["a.md"]
    assert await refusal(small, "a.md", second) is None
    assert await refusal(small, "b.md", b"a") is None


async def test_other_servers_notes_do_not_count(small: NotesService) -> None:
    for server in ("guild", "other"):
        for name in ("a.md", "b.md"):
            (added,) = await small.add(ADMIN, server, [NewFile(name, b"one")])
            assert added.refusal is None


async def test_no_more_than_two_files_are_read_at_once(
    services: Services, small: NotesService, reader: InstantReader
) -> None:
    files = [[NewFile(f"{number}.md", b"one")] for number in range(6)]
    await asyncio.gather(
        *(small.add(ADMIN, f"guild{number}", files[number]) for number in range(6))
    )
    assert reader.num_most == MAX_READINGS == 2


# Searching


async def test_a_search_finds_what_an_answer_would_quote(services: Services) -> None:
    await add(services)
    found = await services.notes.search("guild", "what does adam adapt?")
    assert [hit.passage.document for hit in found.hits] == ["week-2.md"]
    assert found.hits[0].coverage > 0.9
    assert (await services.notes.search("other", "what does adam adapt?")).hits == ()


async def test_a_search_follows_the_thread(services: Services) -> None:
    await add(services)
    found = await services.notes.search("guild", "and at test time?", ["What is dropout?"])
    assert found.hits[0].passage.document == "week-1.md"


async def test_course_material_holds_notes_and_what_assistants_endorsed_but_no_question(
    services: Services, store: Database
) -> None:
    await add(services)
    async with store.transaction() as transaction:
        await transaction.notes.put_answer("guild", 7, "why, asks ada", "It is due.", None)
        await transaction.notes.put_answer("other", 8, "why", "It is of another server.", None)
    material = await services.notes.course_material(ADMIN, "guild")
    assert [note.name for note, _ in material.notes] == sorted(NOTES)
    assert [passage.text for _, some in material.notes for passage in some] == [DROPOUT, ADAM]
    assert material.answers == ("It is due.",)
    with pytest.raises(NotAllowed):
        await services.notes.course_material(ADA, "guild")
