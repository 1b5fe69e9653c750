"""A file on a message or in a command, kept with its bytes and downloadable."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class Attachment:
    """A stored file; `url` answers with its bytes."""

    id: int
    filename: str
    content: bytes
    url: str
    description: str | None = None
    ephemeral: bool = False

    def payload(self) -> dict[str, Any]:
        """The attachment as Discord sends it."""
        payload: dict[str, Any] = {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.content),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": mimetypes.guess_type(self.filename)[0] or "application/octet-stream",
        }
        if self.description is not None:
            payload["description"] = self.description
        if self.ephemeral:
            payload["ephemeral"] = True
        return payload


@dataclass(frozen=True)
class Upload:
    """A file a person sends, or gives to a slash command's attachment option."""

    filename: str
    content: bytes
