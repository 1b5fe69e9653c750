"""A gateway session: one identified client, its events so far, and its connection if it has one."""

from __future__ import annotations

import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.discord_server.compression import Compression
from tests.discord_server.event import Event
from tests.discord_server.intents import Intent

MAX_KEPT_EVENTS = 2000


class Connection:
    """One websocket with its compressor; what is sent after it broke is dropped."""

    def __init__(self, socket: web.WebSocketResponse, compression: Compression | None) -> None:
        self.socket = socket
        self._compression = compression

    async def send(self, payload: dict[str, Any]) -> None:
        """Send one payload."""
        text = json.dumps(payload)
        try:
            if self._compression is None:
                await self.socket.send_str(text)
            else:
                await self.socket.send_bytes(self._compression.compress(text))
        except (ConnectionError, RuntimeError):
            return

    @property
    def is_open(self) -> bool:
        """Whether the client can still be reached."""
        return not self.socket.closed

    def abort(self) -> None:
        """Cut the line without a word, as a dying network does."""
        request = self.socket._req
        if request is not None and request.transport is not None:
            request.transport.abort()


@dataclass(eq=False)
class Session:
    """What the gateway remembers of one client between connections."""

    intents: Intent
    shard: list[int]
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    kept: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MAX_KEPT_EVENTS))
    connection: Connection | None = None
    outgoing: deque[dict[str, Any]] = field(default_factory=deque)

    @property
    def is_connected(self) -> bool:
        """Whether a client is listening right now."""
        return self.connection is not None and self.connection.is_open

    def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Number an event and keep it, for the connection or for a later resume."""
        self.sequence += 1
        payload = {"op": 0, "t": name, "s": self.sequence, "d": data}
        self.kept.append(payload)
        if self.connection is not None:
            self.outgoing.append(payload)

    def hear(self, event: Event) -> None:
        """Take an event in as far as the session's intents let it."""
        data = event.for_session(self.intents)
        if data is not None:
            # The state goes on changing; what was sent must not change with it.
            self.dispatch(event.name, json.loads(json.dumps(data)))

    def can_resume_from(self, sequence: int) -> bool:
        """Whether every event after `sequence` is still here."""
        if sequence > self.sequence:
            return False
        return sequence == self.sequence or (bool(self.kept) and self.kept[0]["s"] <= sequence + 1)

    def missed_since(self, sequence: int) -> list[dict[str, Any]]:
        """The events after `sequence`."""
        return [payload for payload in self.kept if payload["s"] > sequence]
