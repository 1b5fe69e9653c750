"""Secrets taken out of whatever is logged."""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"
# "token" and "bot_token", but neither "num_tokens" nor "tokenizer".
_SECRET_NAMES = re.compile(
    r"token(?![a-z])|authorization|secret|password|api_?key", re.IGNORECASE | re.ASCII
)
_PATTERNS = (
    # Bot tokens: three base64 parts with dots (24+, 6+, 27+ characters).
    re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),
    # Interaction tokens: base64 of "interaction:" and more, wherever they stand.
    re.compile(r"aW50ZXJhY3Rpb246[\w=-]*"),
    # Interaction and webhook tokens, where they stand in addresses.
    re.compile(r"(?<=/webhooks/)(\d+)/[\w.~-]+"),
    re.compile(r"(?<=/interactions/)(\d+)/[\w.~-]+"),
    # Hub tokens, and whatever follows the word for authorization.
    re.compile(r"\bhf_\w{8,}"),
    re.compile(r"(?i)\b(?:Bot|Bearer) [\w.~+/=-]{8,}"),
    # "token": "…" and token=… inside texts.
    re.compile(r"""(?i)(["']?\w*token["']?\s*[:=]\s*["']?)[\w.~+/=-]{8,}"""),
)


def redact_text(text: str) -> str:
    """The text with every secret that is recognised hidden."""
    for pattern in _PATTERNS:
        text = pattern.sub(_hide, text)
    return text


def redact(value: Any) -> Any:
    """A value of any shape without secrets; keys that name secrets hide their values.

    Numbers are no secrets, whatever they are called.
    """
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, bytes):
        return redact_text(value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {redact_text(str(key)): _redact_item(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    return redact_text(str(value))


def _redact_item(key: object, value: Any) -> Any:
    is_number = value is None or isinstance(value, int | float)
    return HIDDEN if _SECRET_NAMES.search(str(key)) and not is_number else redact(value)


def _hide(match: re.Match[str]) -> str:
    kept = match[1] if match.re.groups else ""
    separator = "/" if kept.isdigit() else ""
    return f"{kept}{separator}{HIDDEN}"
