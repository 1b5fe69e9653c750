"""Reading material: files and folders become papers and pairs, or one sentence says why not."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.document import Document, Section
from bot.domain.errors import BotError, InvalidParameter, NoteRefused
from bot.domain.handbook import Topic
from bot.domain.note_name import note_name
from bot.retrieval.decoding import decode
from bot.retrieval.reader_process import read_document
from bot.training.finetuning.database_files import check_is_no_database
from bot.training.finetuning.material import Example, Material, Paper, SourceFile
from bot.training.finetuning.pair_file import read_pairs
from bot.training.finetuning.units import examples_of
from bot.training.wording import FORMS, names

PAIRS = ".jsonl"
_EMPTY = "There is nothing to learn in {}; name files with text or with questions and answers."


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    path: Path


async def read_material(
    paths: Sequence[Path], topics: Sequence[Topic] = (), *, derives_questions: bool = True
) -> Material:
    """Everything in the files, in the folders and in their folders, and the handbook's topics.

    Files are read by the notes' readers, in a process of their own. With `derives_questions`
    every unit of a document is also an example. What is there twice is taken once.

    Raises:
        InvalidParameter: a path leads nowhere, a file is a database or of an unknown kind, or
            there is nothing in all of them.
        NoteRefused: a file cannot be read.
    """
    papers: list[Paper] = []
    examples: list[Example] = []
    files: list[SourceFile] = []
    for found in _files(paths):
        content = _content(found.path)
        check_is_no_database(found.path, content)
        digest = hashlib.sha256(content).hexdigest()
        if any(digest == file.sha256 for file in files):
            continue
        files.append(SourceFile(found.name, digest, len(content)))
        if found.path.suffix.lower() == PAIRS:
            examples += read_pairs(found.path, decode(note_name(found.path.name), content))
        else:
            papers.append(Paper(found.name, await _document(found, content)))
    for topic in topics:
        papers.append(Paper(f"handbook/{topic.slug}", _topic_document(topic)))
        examples += _topic_examples(topic)
        digest = hashlib.sha256(repr(topic).encode()).hexdigest()
        files.append(SourceFile(f"handbook/{topic.slug}", digest, len(topic.text)))
    kept, num_papers = _without_duplicates(papers)
    if derives_questions:
        told = [p for p in kept if not p.name.startswith("handbook/")]
        examples += [example for paper in told for example in examples_of(paper)]
    pairs, num_pairs = _distinct(examples)
    if not kept and not pairs:
        raise InvalidParameter(_EMPTY.format(", ".join(map(str, paths)) or "no file at all"))
    return Material(tuple(kept), tuple(pairs), tuple(files), num_papers + num_pairs)


def _files(paths: Iterable[Path]) -> Iterator[_Found]:
    """The files of every path with their names below it; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.is_file())
            for each in inside:
                below = each.relative_to(path)
                if not any(part.startswith(".") for part in below.parts):
                    yield _Found(below.as_posix(), each)
        elif path.is_file():
            yield _Found(path.name, path)
        else:
            raise InvalidParameter(f"There is no file or folder {path}; check the path of --data.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidParameter(f"{path} cannot be read: {error.strerror}.") from None


async def _document(found: _Found, content: bytes) -> Document:
    try:
        return await read_document(found.path.name, content)
    except NoteRefused as refusal:
        text = refusal.text.replace("please upload", "for training, take")
        raise NoteRefused(f"{found.path}: {text}") from None
    except OSError as error:
        raise BotError(f"{found.path} cannot be read: {error.strerror}.") from None


def _topic_document(topic: Topic) -> Document:
    return Document(topic.title, (Section("", topic.text),))


def _topic_examples(topic: Topic) -> Iterator[Example]:
    """Its pairs; what the topic is, the first one, is asked for in many forms."""
    for number, pair in enumerate(topic.pairs):
        forms = [form.format(name) for form in FORMS for name in names(topic)]
        questions = (pair.question, *(forms if number == 0 else ()))
        yield Example(
            pair.answer,
            f"handbook/{topic.slug}",
            tuple(dict.fromkeys(questions)),
            heading=topic.title,
            passage=f"{topic.title}\n{pair.answer}",
            is_known=True,
        )


def _without_duplicates(papers: Iterable[Paper]) -> tuple[list[Paper], int]:
    """The papers without paragraphs that an earlier one, or the same, has too."""
    seen: set[str] = set()
    kept: list[Paper] = []
    num_dropped = 0
    for paper in papers:
        sections = []
        for section in paper.document.sections:
            paragraphs = []
            for paragraph in section.text.split("\n\n"):
                key = _key(f"{section.heading}\n{paragraph}" if len(paragraph) < 40 else paragraph)
                num_dropped += key in seen
                if key not in seen:
                    paragraphs.append(paragraph)
                seen.add(key)
            if paragraphs:
                sections.append(replace(section, text="\n\n".join(paragraphs)))
        if sections:
            kept.append(Paper(paper.name, replace(paper.document, sections=tuple(sections))))
    return kept, num_dropped


def _distinct(examples: Iterable[Example]) -> tuple[list[Example], int]:
    seen: set[tuple[str, ...]] = set()
    kept: list[Example] = []
    num_dropped = 0
    for example in examples:
        key = (_key(example.answer), *sorted(map(_key, example.questions)))
        num_dropped += key in seen
        if key not in seen:
            kept.append(example)
        seen.add(key)
    return kept, num_dropped


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
