"""The words of each library, so that a misspelled one is found by its letters."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.search import NearWord
from bot.domain.words import words_of

MIN_LETTERS, MAX_LETTERS = 3, 32
MAX_DIFFERENCE = 2
"""A near word has at most so many letters more or fewer."""
MAX_NEAR = 50

_KNOWN = text(
    "SELECT word FROM words WHERE library = :library"
    " AND word IN (SELECT value FROM json_each(:words))"
)
_ADD = text(
    "INSERT INTO words (library, word, num_passages) VALUES (:library, :word, :num)"
    " ON CONFLICT DO UPDATE SET num_passages = num_passages + excluded.num_passages"
)
_TAKE = text(
    "UPDATE words SET num_passages = num_passages - :num WHERE library = :library AND word = :word"
)
_DROP_UNUSED = text(
    "DELETE FROM words WHERE library = :library AND num_passages <= 0"
    " AND word IN (SELECT value FROM json_each(:words)) RETURNING word"
)
_ADD_TRIGRAM = text(
    "INSERT INTO trigrams (library, trigram, length, word)"
    " VALUES (:library, :trigram, :length, :word)"
)
_DROP_TRIGRAM = text(
    "DELETE FROM trigrams WHERE library = :library AND trigram = :trigram"
    " AND length = :length AND word = :word"
)
_NEAR = text(
    """
    WITH alike AS (
        SELECT library, word, count(*) AS shared FROM trigrams
        WHERE library IN (SELECT value FROM json_each(:libraries))
        AND trigram IN (SELECT value FROM json_each(:trigrams))
        AND length IN (SELECT value FROM json_each(:lengths))
        GROUP BY library, word
        ORDER BY shared * 2.0 / (length(word) + :length) DESC, word LIMIT :limit
    )
    SELECT word, sum(num_passages) FROM alike JOIN words USING (library, word)
    GROUP BY word ORDER BY max(shared * 2.0 / (length(word) + :length)) DESC, word
    """
)


class Vocabulary:
    """Counts, for each library, in how many passages each of its words stands."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, library: int, counts: Mapping[str, int]) -> None:
        """Words of new passages."""
        if not counts:
            return
        listed = {"library": library, "words": json.dumps(list(counts))}
        known = set((await self._connection.scalars(_KNOWN, listed)).all())
        await self._connection.execute(_ADD, _counted(library, counts))
        if new := counts.keys() - known:
            await self._connection.execute(_ADD_TRIGRAM, _spelled(library, new))

    async def take(self, library: int, counts: Mapping[str, int]) -> None:
        """Words of passages that are gone; what no passage holds any more is forgotten."""
        if not counts:
            return
        await self._connection.execute(_TAKE, _counted(library, counts))
        listed = {"library": library, "words": json.dumps(list(counts))}
        unused = (await self._connection.scalars(_DROP_UNUSED, listed)).all()
        if unused:
            await self._connection.execute(_DROP_TRIGRAM, _spelled(library, unused))

    async def near(self, libraries: Sequence[int], word: str) -> Sequence[NearWord]:
        """Words of these libraries that share the most groups of three letters with `word`."""
        length = len(word)
        found = await self._connection.execute(
            _NEAR,
            {
                "libraries": json.dumps(list(libraries)),
                "trigrams": json.dumps(sorted(trigrams_of(word))),
                "lengths": json.dumps(
                    list(range(length - MAX_DIFFERENCE, length + MAX_DIFFERENCE + 1))
                ),
                "length": length,
                "limit": MAX_NEAR,
            },
        )
        return [NearWord(*row) for row in found]


def counts_of(passages: Iterable[str]) -> Counter[str]:
    """In how many of these texts each word stands that could be misspelled."""
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update({word for word in words_of(passage) if is_spelled(word)})
    return counts


def is_spelled(word: str) -> bool:
    """Whether it is made of letters and neither too short nor too long to be mistaken."""
    return MIN_LETTERS <= len(word) <= MAX_LETTERS and word.isalpha()


def trigrams_of(word: str) -> set[str]:
    """Its groups of three letters; both ends count as one."""
    marked = f"^{word}$"
    return {marked[start : start + 3] for start in range(len(word))}


def _counted(library: int, counts: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"library": library, "word": word, "num": num} for word, num in counts.items()]


def _spelled(library: int, some: Collection[str]) -> list[dict[str, object]]:
    return [
        {"library": library, "trigram": trigram, "length": len(word), "word": word}
        for word in some
        for trigram in trigrams_of(word)
    ]
