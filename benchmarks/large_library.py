"""A library as large as one server may have: sentences about deep learning, half invented.

Whatever is asked about the field occurs in hundreds or thousands of its passages, beside
30,000 invented words that are as unevenly frequent as those of a language.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.document import Piece
from bot.domain.note import NewNote
from bot.domain.sentences import sentences
from bot.domain.stop_words import STOP_WORDS
from bot.handbook import FOLDER as TOPICS
from bot.retrieval.reading import read
from bot.retrieval.splitter import split
from bot.storage.database import Database

SAMPLES = Path("bot/evaluation/development/notes")
PER_NOTE = 500
NUM_WORDS = 30_000
INVENTED = 0.5
"""Share of the content words that are replaced."""
SENTENCES = (4, 5, 6, 7, 8)
SYLLABLES = [
    f"{begin}{middle}{end}"
    for begin in ("b", "d", "gr", "k", "l", "m", "pl", "r", "s", "st", "t", "v")
    for middle in "aeiou"
    for end in ("", "l", "n", "r", "st")
]
SEED = 7


async def fill_library(store: Database, server: str, num_passages: int) -> None:
    """The sample notes of the development set, and invented ones up to that number."""
    left = num_passages
    for path in sorted(SAMPLES.glob("*.md")):
        document = read(path.name, path.read_bytes())
        pieces = split(document)
        await _put(store, server, path.name, document.title, pieces)
        left -= len(pieces)
    invented = _pieces()
    for number in itertools.count():
        pieces = tuple(itertools.islice(invented, min(PER_NOTE, left)))
        if not pieces:
            return
        await _put(store, server, f"reader-{number:03}.md", f"Reader {number}", pieces)
        left -= len(pieces)


async def _put(
    store: Database, server: str, name: str, title: str, pieces: Sequence[Piece]
) -> None:
    new = NewNote(name, title, name, 1, "1", "Ada", datetime.now(UTC))
    async with store.transaction() as transaction:
        await transaction.notes.put(server, new, pieces)


def _pieces() -> Iterator[Piece]:
    """Passages without end, the same in every run."""
    dice = random.Random(SEED)
    known = [
        sentence.split()
        for folder in (TOPICS, SAMPLES)
        for path in sorted(folder.glob("*.md"))
        for sentence in sentences(path.read_text(encoding="utf-8"))
    ]
    invented = sorted(
        {"".join(dice.choices(SYLLABLES, k=dice.randint(2, 3))) for _ in range(NUM_WORDS)}
    )
    dice.shuffle(invented)
    evenness = list(itertools.accumulate(1 / rank for rank in range(1, len(invented) + 1)))

    def mixed(words: Sequence[str]) -> str:
        return " ".join(
            dice.choices(invented, cum_weights=evenness)[0]
            if word.lower() not in STOP_WORDS and dice.random() < INVENTED
            else word
            for word in words
        )

    while True:
        heading = mixed(dice.choice(known)[:5])
        body = " ".join(mixed(each) for each in dice.choices(known, k=dice.choice(SENTENCES)))
        yield Piece(heading, body)
