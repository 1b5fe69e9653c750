"""Request bodies: JSON, or multipart with files beside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.discord_server.attachment import Upload
from tests.discord_server.refusal import DiscordError, Refusal

FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True)
class Body:
    """The JSON of a request and the files it brought, by their number."""

    json: Any
    files: dict[int, Upload] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON when it is an object; anything else is refused."""
        if not isinstance(self.json, dict):
            raise DiscordError(Refusal.INVALID_JSON)
        return self.json


async def read_body(request: web.Request) -> Body:
    """Read a body of either kind."""
    try:
        if request.content_type == "multipart/form-data":
            return await _read_multipart(request)
        text = await request.text()
        return Body(json.loads(text) if text else {})
    except json.JSONDecodeError as wrong:
        raise DiscordError(Refusal.INVALID_JSON) from wrong


async def _read_multipart(request: web.Request) -> Body:
    fields: dict[str, Any] = {}
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        name = part.name or ""
        content = bytes(await part.read())
        if name == "payload_json":
            fields = json.loads(content)
        elif found := FILE_FIELD.fullmatch(name):
            files[int(found[1])] = Upload(part.filename or "file", content)
    return Body(fields, files)
