"""REST routes of the application itself: login, gateway address, commands, files."""

from __future__ import annotations

from aiohttp import web

from tests.discord_server.body import read_body
from tests.discord_server.gateway import Gateway
from tests.discord_server.refusal import DiscordError, FormErrors, Refusal
from tests.discord_server.rest import path_id
from tests.discord_server.world import World


class ApplicationRoutes:
    """Who the bot is and which commands it has."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        """The routes, relative to the API's address."""
        commands = "/applications/{application_id}/commands"
        guild_commands = "/applications/{application_id}/guilds/{guild_id}/commands"
        return [
            web.get("/users/@me", self.me),
            web.get("/users/{user_id}", self.user),
            web.post("/users/@me/channels", self.open_direct_channel),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/applications/@me", self.application),
            web.get("/gateway", self.gateway),
            web.get("/gateway/bot", self.gateway_bot),
            web.get(commands, self.list_commands),
            web.put(commands, self.overwrite_commands),
            web.get(commands + "/{command_id}", self.get_command),
            web.get(guild_commands, self.list_commands),
            web.put(guild_commands, self.overwrite_commands),
            web.get(guild_commands + "/{command_id}", self.get_command),
            web.get("/attachments/{attachment_id}/{filename}", self.attachment),
        ]

    async def me(self, request: web.Request) -> web.Response:
        """The bot's account."""
        return web.json_response(self._own_payload())

    def _own_payload(self) -> dict[str, object]:
        own = {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}
        return {**self._world.bot.payload(), **own}

    async def user(self, request: web.Request) -> web.Response:
        """Any account."""
        user = self._world.users.get(path_id(request, "user_id"))
        if user is None:
            raise DiscordError(Refusal.UNKNOWN_USER)
        return web.json_response(user.payload())

    async def open_direct_channel(self, request: web.Request) -> web.Response:
        """The direct messages with a person."""
        body = await read_body(request)
        user = self._world.users.get(int(body.fields.get("recipient_id") or 0))
        if user is None or user is self._world.bot:
            raise DiscordError(Refusal.UNKNOWN_USER)
        return web.json_response(self._world.direct_channel(user).payload())

    async def application(self, request: web.Request) -> web.Response:
        """The application with its owner and flags."""
        return web.json_response(self._world.application.payload())

    async def gateway(self, request: web.Request) -> web.Response:
        """Where the gateway is."""
        return web.json_response({"url": self._gateway.url})

    async def gateway_bot(self, request: web.Request) -> web.Response:
        """Where the gateway is and how often the bot may still identify."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        url = self._gateway.url
        return web.json_response({"url": url, "shards": 1, "session_start_limit": limit})

    def _scope(self, request: web.Request) -> int | None:
        if path_id(request, "application_id") != self._world.application.id:
            raise DiscordError(Refusal.UNKNOWN_APPLICATION)
        if "guild_id" not in request.match_info:
            return None
        return self._world.guild(path_id(request, "guild_id")).id

    async def list_commands(self, request: web.Request) -> web.Response:
        """The commands of a guild, or the global ones."""
        return web.json_response(self._world.commands.registered(self._scope(request)))

    async def get_command(self, request: web.Request) -> web.Response:
        """One command."""
        wanted = str(path_id(request, "command_id"))
        for command in self._world.commands.registered(self._scope(request)):
            if command["id"] == wanted:
                return web.json_response(command)
        raise DiscordError(Refusal.UNKNOWN_COMMAND)

    async def overwrite_commands(self, request: web.Request) -> web.Response:
        """Replace all commands of a guild, or the global ones."""
        scope = self._scope(request)
        body = await read_body(request)
        if not isinstance(body.json, list):
            errors = FormErrors()
            errors.add("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            errors.raise_if_any()
        return web.json_response(self._world.commands.overwrite(body.json, scope))

    async def attachment(self, request: web.Request) -> web.Response:
        """The bytes of a file."""
        attachment = self._world.attachments.get(path_id(request, "attachment_id"))
        if attachment is None:
            raise DiscordError(Refusal.NOT_FOUND)
        return web.Response(body=attachment.content, content_type="application/octet-stream")
