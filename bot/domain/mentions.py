"""Mentions in generated text, made harmless for readers as well as for Discord."""

import re

_MENTION = re.compile(r"@(?=everyone\b|here\b)|<(?=@[!&]?\d|#\d)")
_BREAK = "\u200b"  # zero-width space


def neutralise_mentions(text: str) -> str:
    """Text in which no mention is one.

    Messages are sent with all mentions switched off anyway; this also holds where text is
    copied elsewhere, and keeps `@everyone` from looking like a ping.
    """
    return _MENTION.sub(lambda match: match[0] + _BREAK, text)
