"""The use case *quiz*: a question of the handbook, and when it is asked again.

Nothing is stored of a question until it is answered: its buttons say what it was.
"""

import random
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.conversation import Asker
from bot.domain.deck import Card, Quiz
from bot.domain.errors import NotAllowed, NotFound, QuestionRefused, RateLimited
from bot.domain.lesson import Lesson
from bot.domain.quiz_ref import QuizRef, milliseconds
from bot.domain.rate_limit import Limit, LimitCheck
from bot.domain.recall import Remembered, due_cards
from bot.service.allowance import describe_wait
from bot.service.courseware import Courseware
from bot.service.ports import Clock, Store, Transaction

LIMIT = Limit(40, 60)
"""Questions and answers of one person."""
MAX_ANSWERED = 1_000
NOT_YOURS = "This question was put to somebody else; use /quiz to get one of your own."
CHANGED = "The handbook has changed since I asked this; please use /quiz for another question."
AGAIN = "You have answered this question already; press Next question, or use /quiz."
NO_QUESTIONS = "There are no questions here, as the handbook is missing; please tell an admin."


class Reason(StrEnum):
    """Why this card was asked."""

    DUE = "due"
    NEW = "new"
    EARLY = "early"
    """All cards are known, and this one is due next."""
    ANY = "any"
    """No schedule is kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A quiz, why it was chosen, and how many cards are due now, itself among them."""

    quiz: Quiz
    ref: QuizRef
    reason: Reason
    num_due: int


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer that was judged. `due` is when the card comes again, None without a schedule."""

    quiz: Quiz
    ref: QuizRef
    choice: int
    due: datetime | None
    now: datetime
    num_due: int

    @property
    def is_right(self) -> bool:
        """Whether the right answer was chosen."""
        return self.choice == self.quiz.right


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's schedule."""

    is_off: bool
    num_cards: int = 0
    num_due: int = 0
    next_due: datetime | None = None


class QuizService:
    """Asks and judges. A schedule is kept for everybody who does not switch it off."""

    def __init__(self, store: Store, clock: Clock, courseware: Courseware) -> None:
        self._store = store
        self._clock = clock
        self._syllabus = courseware.syllabus
        self._deck = courseware.deck
        self._schedule = courseware.schedule
        self._answered: OrderedDict[QuizRef, None] = OrderedDict()

    async def ask(self, asker: Asker, topic: str | None = None, after: str = "") -> Asked:
        """A question: one that is due, else a new one, of the lesson that is named, or any.

        `after` is the card that was asked before, which does not come twice in a row.

        Raises:
            NotFound: no such lesson, or no handbook.
            RateLimited: says when to ask again.
        """
        lesson = self._syllabus.find(topic) if topic else None
        cards = self._deck.cards(lesson.topics if lesson is not None else ())
        if not cards:
            raise NotFound(NO_QUESTIONS)
        now = self._clock.now()
        async with self._store.transaction() as transaction:
            await self._charge(transaction, asker, now)
            is_off = await self._is_off(transaction, asker)
            remembered = [] if is_off else await self._remembered(transaction, asker)
        seed = milliseconds(now)
        rng = random.Random(f"{seed}:{asker.id}")
        if is_off:
            card, reason = rng.choice(_without(cards, after)), Reason.ANY
        else:
            card, reason = _chosen(cards, remembered, after, now, rng)
        quiz = self._deck.quiz(card, seed)
        slug = lesson.slug if lesson is not None else ""
        ref = QuizRef(asker.id, card.id, seed, quiz.checksum, slug)
        return Asked(quiz, ref, reason, len(due_cards(remembered, now)))

    async def answer(self, asker: Asker, ref: QuizRef, choice: int) -> Marked:
        """Judge an answer, and remember when the card comes again.

        Raises:
            NotAllowed: the question was put to somebody else.
            NotFound: the handbook has changed.
            QuestionRefused: it has been answered.
            RateLimited: says when to try again.
        """
        if ref.person_id != asker.id:
            raise NotAllowed(NOT_YOURS)
        card = self._deck.card(ref.card)
        quiz = self._deck.quiz(card, ref.asked) if card is not None else None
        if quiz is None or quiz.checksum != ref.checksum or not 0 <= choice < len(quiz.options):
            raise NotFound(CHANGED)
        if ref in self._answered:
            raise QuestionRefused(AGAIN)
        now, due = self._clock.now(), None
        async with self._store.transaction() as transaction:
            await self._charge(transaction, asker, now)
            if self._schedule is not None and not await self._is_off(transaction, asker):
                before = await transaction.study.memory(asker.id, ref.card)
                if before is not None and milliseconds(before.reviewed_at) > ref.asked:
                    raise QuestionRefused(AGAIN)
                memory = self._schedule.review(before, is_right=choice == quiz.right, now=now)
                await transaction.study.put(asker.id, ref.card, memory)
                due = memory.due
            if ref in self._answered:  # two presses at once
                raise QuestionRefused(AGAIN)
            remembered = await self._remembered(transaction, asker)
        self._note(ref)
        return Marked(quiz, ref, choice, due, now, len(due_cards(remembered, now)))

    async def standing(self, asker: Asker) -> Standing:
        """What is kept of a person, and what of it is due."""
        async with self._store.reading() as transaction:
            if await self._is_off(transaction, asker):
                return Standing(is_off=True)
            remembered = await self._remembered(transaction, asker)
        due = due_cards(remembered, self._clock.now())
        soonest = min((each.memory.due for each in remembered), default=None)
        return Standing(False, len(remembered), len(due), soonest)

    async def stop(self, asker: Asker) -> int:
        """Delete a person's schedule and keep none; returns how many cards there were."""
        async with self._store.transaction() as transaction:
            await transaction.study.turn_off(asker.id, self._clock.now())
            return await transaction.study.clear(asker.id)

    async def start(self, asker: Asker) -> None:
        """Keep a schedule again."""
        async with self._store.transaction() as transaction:
            await transaction.study.turn_on(asker.id)

    def suggest(self, typed: str, limit: int) -> tuple[Lesson, ...]:
        """The lessons that somebody may mean who has typed so far."""
        return self._syllabus.suggest(typed, limit)

    def lesson_of(self, card: Card) -> Lesson | None:
        """The lesson that explains a card."""
        return self._syllabus.lesson(card.topic)

    async def _is_off(self, transaction: Transaction, asker: Asker) -> bool:
        """Whether nothing is kept of a person."""
        return self._schedule is None or await transaction.study.is_off(asker.id)

    async def _remembered(self, transaction: Transaction, asker: Asker) -> list[Remembered]:
        """The person's cards that are still in the handbook."""
        found = await transaction.study.remembered(asker.id)
        return [each for each in found if self._deck.card(each.card) is not None]

    async def _charge(self, transaction: Transaction, asker: Asker, now: datetime) -> None:
        if asker.is_operator:
            return
        check = LimitCheck("quiz", f"quiz:{asker.id}", LIMIT)
        refusal = await transaction.limits.take((check,), now)
        if refusal is not None:
            wait: timedelta = refusal.retry_at - now
            raise RateLimited(
                f"That was quick; please take a breath and go on in {describe_wait(wait)}.",
                refusal.retry_at,
            )

    def _note(self, ref: QuizRef) -> None:
        """Remember for a while what was answered: all that is known where nothing is stored."""
        self._answered[ref] = None
        if len(self._answered) > MAX_ANSWERED:
            self._answered.popitem(last=False)


def _chosen(
    cards: Sequence[Card],
    remembered: Sequence[Remembered],
    after: str,
    now: datetime,
    rng: random.Random,
) -> tuple[Card, Reason]:
    """The card that is longest overdue, else a new one, else the one that is due next."""
    by_id = {card.id: card for card in cards}
    mine = [each for each in remembered if each.card in by_id]
    due = [each for each in due_cards(mine, now) if each.card != after]
    if due:
        return by_id[due[0].card], Reason.DUE
    known = {each.card for each in mine}
    new = [card for card in cards if card.id not in known and card.id != after]
    if new:
        return rng.choice(new), Reason.NEW
    rest = [each for each in mine if each.card != after] or mine
    if not rest:
        return cards[0], Reason.NEW
    soonest = min(rest, key=lambda each: (each.memory.due, each.card))
    reason = Reason.DUE if soonest.memory.due <= now else Reason.EARLY
    return by_id[soonest.card], reason


def _without(cards: Sequence[Card], card_id: str) -> Sequence[Card]:
    return [card for card in cards if card.id != card_id] or cards
