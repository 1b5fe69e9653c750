"""The syllabus: every lesson that there is, found by any of its names."""

from collections.abc import Iterable, Sequence

from bot.domain.errors import NotFound
from bot.domain.handbook import Topic
from bot.domain.lesson import Lesson, lesson_of
from bot.domain.similar_names import ENOUGH, Name, best

FIRST = (
    "transformer",
    "self-attention",
    "bag-of-words-rnn-transformer",
    "one-hot-and-embedding",
    "autoregression",
    "causal-mask",
    "zero-shot",
    "why-fine-tuning",
)
"""What is offered first to whoever has typed nothing yet."""
NUM_MEANT = 3
PERHAPS = 0.3
"""From here on a name is worth asking whether it was meant."""
MAX_SHOWN = 60


class Syllabus:
    """Lessons in order of their titles: the topics of a handbook, and comparisons of them."""

    def __init__(self, topics: Iterable[Topic] = (), comparisons: Iterable[Lesson] = ()) -> None:
        lessons = [lesson_of(topic) for topic in topics]
        lessons += comparisons
        lessons.sort(key=lambda lesson: lesson.title.lower())
        self._lessons = {lesson.slug: lesson for lesson in lessons}
        self._names = {
            lesson.slug: tuple(
                Name.of(name) for name in (lesson.title, lesson.slug, *lesson.aliases)
            )
            for lesson in lessons
        }

    def lesson(self, slug: str) -> Lesson | None:
        """The lesson of that very slug."""
        return self._lessons.get(slug)

    def lessons(self, slugs: Iterable[str]) -> tuple[Lesson, ...]:
        """Those of several slugs that there are."""
        return tuple(self._lessons[slug] for slug in slugs if slug in self._lessons)

    def suggest(self, typed: str, limit: int) -> tuple[Lesson, ...]:
        """What somebody may mean who has typed so far, the nearest first."""
        wanted = Name.of(typed)
        if not wanted.text:
            first = self.lessons(FIRST)
            rest = (lesson for lesson in self._lessons.values() if lesson not in first)
            return (*first, *rest)[:limit]
        near = [lesson for closeness, lesson in self._ranked(wanted) if closeness >= ENOUGH]
        return tuple(near[:limit])

    def find(self, typed: str) -> Lesson:
        """The lesson that is meant by a slug, a title, another name, or one with slips.

        Raises:
            NotFound: none; the text names the nearest.
        """
        if typed in self._lessons:
            return self._lessons[typed]
        ranked = self._ranked(Name.of(typed))
        if ranked and ranked[0][0] >= ENOUGH:
            return ranked[0][1]
        shown = typed if len(typed) <= MAX_SHOWN else f"{typed[: MAX_SHOWN - 1]}…"
        meant = [f"“{lesson.title}”" for near, lesson in ranked[:NUM_MEANT] if near >= PERHAPS]
        hint = f"did you mean {_listed(meant)}?" if meant else "please choose one that is offered."
        raise NotFound(f"I have no topic “{shown}”; {hint}")

    def _ranked(self, typed: Name) -> list[tuple[float, Lesson]]:
        rated = [(best(typed, self._names[slug]), lesson) for slug, lesson in self._lessons.items()]
        return sorted(rated, key=lambda each: -each[0])


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
