"""Secrets taken out of whatever is logged."""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(r"token|authorization|secret|password|api_?key", re.IGNORECASE)
_PATTERNS = (
    # Bot tokens: three base64 parts with dots (24+, 6+, 27+ characters).
    re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),
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
    """A value of any shape without secrets; keys that name secrets hide their values."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, bytes):
        return redact_text(value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if _SECRET_NAMES.search(str(key)) else redact(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    if value is None or isinstance(value, int | float):
        return value
    return redact_text(str(value))


def _hide(match: re.Match[str]) -> str:
    kept = match[1] if match.re.groups else ""
    separator = "/" if kept.isdigit() else ""
    return f"{kept}{separator}{HIDDEN}"
