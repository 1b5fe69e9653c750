"""Stumbles: what may go wrong on the way to Discord without being a bug of ours."""

import aiohttp
import discord

STUMBLES = (discord.HTTPException, aiohttp.ClientError, OSError)
"""Everything that one request to Discord raises. aiohttp's lost connections are no OSError."""

ALREADY_ACKNOWLEDGED = 40060
CANNOT_REPLY_WITHOUT_HISTORY = 160002
THREAD_CLOSED = (50083, 160005)  # archived, locked
TOKEN_EXPIRED = (50027, 10015)  # invalid webhook token, unknown webhook
MISSING_ACCESS = 50001
UNKNOWN_MESSAGE = 10008
DELETED = (10003, UNKNOWN_MESSAGE, 10062)  # unknown channel, message, interaction
UNTELLABLE = (*DELETED, *TOKEN_EXPIRED, ALREADY_ACKNOWLEDGED)
"""Deleted by a person, out of reach, or delivered twice: nobody to tell, nothing to mend."""


def code_of(error: BaseException) -> int:
    """Discord's own number of an error, 0 where it gave none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def is_final(error: BaseException) -> bool:
    """Whether the same request would be refused again."""
    if not isinstance(error, discord.HTTPException):
        return False
    return 400 <= error.status < 500 and error.status != 429
