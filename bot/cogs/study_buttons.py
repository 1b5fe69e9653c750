"""The buttons of lessons and quizzes: they say all that they need and so outlive the process."""

import re
from typing import Any, Self

import discord

from bot.cogs.persistent_items import HandedOn
from bot.domain.lesson import Lesson
from bot.domain.quiz_ref import QuizRef

PREFIX = "lectern"
MAX_LABEL = 80
MAX_SEE_ALSO = 9
NUM_IN_ROW = 5
_SLUG = r"[a-z0-9-]*"
_NUMERALS = "0123456789abcdefghijklmnopqrstuvwxyz"


class LessonButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"{PREFIX}:(?P<deed>learn|quizme):(?P<slug>{_SLUG})",
):
    """Opens another lesson, or asks a question about one, for whoever presses it."""

    def __init__(self, deed: str, slug: str, label: str = "", row: int | None = None) -> None:
        style = discord.ButtonStyle.primary if deed == "quizme" else discord.ButtonStyle.secondary
        button = discord.ui.Button[Any](
            label=label[:MAX_LABEL] or "…", custom_id=f"{PREFIX}:{deed}:{slug}", style=style
        )
        super().__init__(button, row=row)
        self.deed = deed
        self.slug = slug

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        return cls(match["deed"], match["slug"])


class ChoiceButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=(
        rf"{PREFIX}:quiz:(?P<person>\d+):(?P<card>[0-9a-f]+):(?P<asked>[0-9a-z]+)"
        rf":(?P<checksum>[0-9a-f]+):(?P<choice>\d):(?P<lesson>{_SLUG})"
    ),
):
    """One of the answers to choose from."""

    def __init__(self, ref: QuizRef, choice: int) -> None:
        custom_id = (
            f"{PREFIX}:quiz:{ref.person_id}:{ref.card}:{in_base_36(ref.asked)}:{ref.checksum}"
            f":{choice}:{ref.lesson}"
        )
        super().__init__(discord.ui.Button(label=str(choice + 1), custom_id=custom_id))
        self.ref = ref
        self.choice = choice

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        asked = int(match["asked"], 36)
        ref = QuizRef(match["person"], match["card"], asked, match["checksum"], match["lesson"])
        return cls(ref, int(match["choice"]))


class NextButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"{PREFIX}:nextquiz:(?P<card>[0-9a-f]+):(?P<lesson>{_SLUG})",
):
    """Asks whoever presses it another question of the same lesson."""

    def __init__(self, card: str, lesson: str) -> None:
        super().__init__(
            discord.ui.Button(
                label="Next question",
                custom_id=f"{PREFIX}:nextquiz:{card}:{lesson}",
                style=discord.ButtonStyle.primary,
            )
        )
        self.card = card
        self.lesson = lesson

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        return cls(match["card"], match["lesson"])


BUTTONS = (LessonButton, ChoiceButton, NextButton)


def lesson_view(lesson: Lesson, see_also: tuple[Lesson, ...]) -> discord.ui.View:
    """*Quiz me*, and the lessons to go on with."""
    view = discord.ui.View(timeout=None)
    if lesson.topics:
        view.add_item(LessonButton("quizme", lesson.slug, "Quiz me", 0))
    for number, other in enumerate(see_also[:MAX_SEE_ALSO], 1):
        view.add_item(LessonButton("learn", other.slug, other.title, number // NUM_IN_ROW))
    return view


def choices_view(ref: QuizRef, num_options: int) -> discord.ui.View:
    """A button for each answer."""
    view = discord.ui.View(timeout=None)
    for choice in range(num_options):
        view.add_item(ChoiceButton(ref, choice))
    return view


def marked_view(ref: QuizRef, topic: Lesson | None) -> discord.ui.View:
    """What may follow an answer: another question, or the lesson that explains it."""
    view = discord.ui.View(timeout=None)
    view.add_item(NextButton(ref.card, ref.lesson))
    if topic is not None:
        view.add_item(LessonButton("learn", topic.slug, f"Learn: {topic.title}"))
    return view


def in_base_36(number: int) -> str:
    """A whole number from 0 on in as few characters as `int(…, 36)` reads."""
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _NUMERALS[rest] + digits
        if not number:
            return digits
