"""Rate limits of a question: person, channel and server, all or none."""

from datetime import datetime, timedelta

from bot.domain.conversation import Asker, Conversation
from bot.domain.errors import RateLimited
from bot.domain.rate_limit import Limit, LimitCheck
from bot.domain.server_settings import LimitSettings
from bot.service.ports import Transaction

_SUBJECTS = {"person": "You have", "channel": "This channel has", "server": "This server has"}


async def charge(
    transaction: Transaction,
    asker: Asker,
    conversation: Conversation,
    limits: LimitSettings,
    now: datetime,
) -> None:
    """Charge one question to the three limits; a refused one is charged to none.

    Raises:
        RateLimited: says which limit and when to ask again.
    """
    server = conversation.server
    checks = (
        LimitCheck("person", f"{server}:{asker.id}", limits.person),
        LimitCheck("channel", f"{server}:{conversation.channel}", limits.channel),
        LimitCheck("server", server, limits.server),
    )
    refusal = await transaction.limits.take(checks, now)
    if refusal is not None:
        check = refusal.check
        raise RateLimited(
            f"{_SUBJECTS[check.scope]} reached the limit of {describe(check.limit)}; "
            f"please ask again in {describe_wait(refusal.retry_at - now)}.",
            refusal.retry_at,
        )


def describe(limit: Limit) -> str:
    """A limit in words: "6 questions per minute"."""
    names = {1: "second", 60: "minute", 3_600: "hour", 86_400: "day"}
    period = names.get(limit.period_seconds, f"{limit.period_seconds} seconds")
    return f"{limit.count} question{'' if limit.count == 1 else 's'} per {period}"


def describe_wait(wait: timedelta) -> str:
    """A waiting time in words, rounded up: "23 s", "5 min"."""
    seconds = max(-int(-wait.total_seconds() // 1), 1)
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7_200:
        return f"{-(-seconds // 60)} min"
    return f"{-(-seconds // 3_600)} h"
