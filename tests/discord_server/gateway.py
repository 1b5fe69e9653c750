"""The gateway: websockets on which the bot identifies, resumes, and hears what happens."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_server.compression import compression_for
from tests.discord_server.event import Event
from tests.discord_server.gateway_session import Connection, Session
from tests.discord_server.guild import Guild
from tests.discord_server.intents import HIGHEST_KNOWN_BIT, PRIVILEGED, Intent
from tests.discord_server.statistics import Statistics
from tests.discord_server.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 0, 1, 2, 3, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11
UNKNOWN_OPCODE, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_INTENTS, DISALLOWED_INTENTS = 4005, 4013, 4014
CODES_THAT_END_A_SESSION = (1000, 1001)
DROP_SECONDS = 5.0


class Gateway:
    """All sessions of the bot; tests cut and refuse connections here."""

    def __init__(self, world: World, statistics: Statistics) -> None:
        self._world = world
        self._statistics = statistics
        self.url = ""
        self.heartbeat_seconds = 41.25
        self.accepts = True
        self.acknowledges_heartbeats = True
        self.num_heartbeats = 0
        self.sessions: dict[str, Session] = {}
        self._pumps: dict[Connection, asyncio.Event] = {}
        world.listeners.append(self.publish)
        world.guild_listeners.append(self.publish_guild)

    @property
    def is_connected(self) -> bool:
        """Whether a client is identified and listening."""
        return any(session.is_connected for session in self.sessions.values())

    def publish(self, event: Event) -> None:
        """Let every session hear an event."""
        for session in self.sessions.values():
            session.hear(event)
        self._pump()

    def publish_guild(self, guild: Guild) -> None:
        """Let every session know that the bot was added to a guild."""
        for session in self.sessions.values():
            if session.intents & Intent.GUILDS:
                session.dispatch("GUILD_CREATE", guild.create_payload(session.intents))
        self._pump()

    def _pump(self) -> None:
        for wake in self._pumps.values():
            wake.set()

    async def drop(self, *, resumable: bool = True) -> None:
        """Cut every connection; without `resumable` the sessions are forgotten as well."""
        if not resumable:
            self.sessions.clear()
        dropped = self.abort_all()
        await self._world.waiting.until(
            lambda: not dropped & set(self._pumps), DROP_SECONDS, lambda: "connections linger"
        )

    def abort_all(self) -> set[Connection]:
        """Cut every connection without waiting for its end."""
        connections = set(self._pumps)
        for connection in connections:
            connection.abort()
        return connections

    async def request_reconnect(self) -> None:
        """Ask every client to come back (opcode 7)."""
        for connection in list(self._pumps):
            await connection.send({"op": RECONNECT, "d": None})

    async def close_all(self, code: int) -> None:
        """Close every connection with a code."""
        for connection in list(self._pumps):
            await connection.socket.close(code=code)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket from HELLO to its end."""
        if not self.accepts:
            if request.transport is not None:
                request.transport.abort()
            raise web.HTTPServiceUnavailable
        try:
            compression = compression_for(request.query.get("compress"))
        except ValueError as refused:
            raise web.HTTPBadRequest(text=str(refused)) from refused
        socket = web.WebSocketResponse(max_msg_size=0, autoclose=True, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, compression)
        wake = self._pumps[connection] = asyncio.Event()
        await connection.send(
            {"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}}
        )
        pump = asyncio.create_task(self._send_outgoing(connection, wake))
        try:
            await self._listen(connection)
        finally:
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump
            self._pumps.pop(connection, None)
            self._disconnect(connection)
        return socket

    async def _send_outgoing(self, connection: Connection, wake: asyncio.Event) -> None:
        while True:
            await wake.wait()
            wake.clear()
            for session in list(self.sessions.values()):
                while session.connection is connection and session.outgoing:
                    await connection.send(session.outgoing.popleft())

    async def _listen(self, connection: Connection) -> None:
        session: Session | None = None
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            payload = json.loads(message.data)
            op, data = payload.get("op"), payload.get("d")
            if op == HEARTBEAT:
                self.num_heartbeats += 1
                if self.acknowledges_heartbeats:
                    await connection.send({"op": HEARTBEAT_ACK, "d": None})
            elif op in (IDENTIFY, RESUME):
                if session is not None:
                    await connection.socket.close(code=ALREADY_AUTHENTICATED)
                    return
                begin = self._identify if op == IDENTIFY else self._resume
                session = await begin(connection, data)
            elif session is None:
                await connection.socket.close(code=NOT_AUTHENTICATED)
            elif op == REQUEST_MEMBERS:
                self._send_members(session, data)
            elif op not in (PRESENCE, 4):
                await connection.socket.close(code=UNKNOWN_OPCODE)

    def _disconnect(self, connection: Connection) -> None:
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                session.outgoing.clear()
                if connection.socket.close_code in CODES_THAT_END_A_SESSION:
                    del self.sessions[session.id]
        self._world.changed()

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        self._statistics.num_identifies += 1
        refused = self._refused(data)
        if refused is not None:
            await connection.socket.close(code=refused)
            return None
        session = Session(Intent(data["intents"]), data.get("shard") or [0, 1])
        session.connection = connection
        self.sessions[session.id] = session
        guilds = [guild for guild in self._world.guilds.values() if guild.has_bot]
        application = self._world.application
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": application.bot.payload(),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "shard": session.shard,
                "application": {"id": str(application.id), "flags": application.flags},
                "private_channels": [],
            },
        )
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                # The key tells a guild that was there before from one just joined.
                data = {**guild.create_payload(session.intents), "unavailable": False}
                session.dispatch("GUILD_CREATE", data)
        self._pump()
        self._world.changed()
        return session

    def _refused(self, data: dict[str, Any]) -> int | None:
        application = self._world.application
        if data.get("token") != application.token:
            return AUTHENTICATION_FAILED
        asked = data.get("intents")
        if not isinstance(asked, int) or asked < 0 or asked >= HIGHEST_KNOWN_BIT << 1:
            return INVALID_INTENTS
        if Intent(asked) & PRIVILEGED & ~application.privileged_intents:
            return DISALLOWED_INTENTS
        return None

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        self._statistics.num_resumes += 1
        if data.get("token") != self._world.application.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return None
        session = self.sessions.get(data.get("session_id") or "")
        sequence = data.get("seq") or 0
        if session is None or not session.can_resume_from(sequence):
            await connection.send({"op": INVALID_SESSION, "d": False})
            return None
        session.connection = connection
        session.outgoing.clear()
        session.outgoing.extend(session.missed_since(sequence))
        session.dispatch("RESUMED", {"_trace": []})
        self._pump()
        self._world.changed()
        return session

    def _send_members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self._world.guilds.get(int(data["guild_id"]))
        if guild is None or not guild.has_bot:
            return
        wanted = {int(user) for user in data.get("user_ids") or []}
        query = (data.get("query") or "").lower()
        members = [
            member
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.name.lower().startswith(query))
        ]
        if limit := data.get("limit"):
            members = members[:limit]
        chunk = {
            "guild_id": str(guild.id),
            "members": [member.payload() for member in members],
            "chunk_index": 0,
            "chunk_count": 1,
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
        self._pump()
