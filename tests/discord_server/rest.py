"""The REST side: what every request goes through before and after its route."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.discord_server.faults import Fault, Faults
from tests.discord_server.rate_limits import RateLimits, Verdict
from tests.discord_server.refusal import DiscordError, Refusal
from tests.discord_server.statistics import RequestRecord, Statistics
from tests.discord_server.world import World

API_PREFIX = "/api/v10"
WITHOUT_BOT_TOKEN = re.compile(r"/(interactions/\d+/|webhooks/\d+/[^/]+|attachments/)|/gateway$")
FAULT_MESSAGE = {500: "500: Internal Server Error", 502: "502: Bad Gateway"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rest:
    """Offline, faults, latency, token, rate limits, errors and counting, in this order."""

    def __init__(
        self, world: World, limits: RateLimits, faults: Faults, statistics: Statistics
    ) -> None:
        self._world = world
        self._limits = limits
        self._faults = faults
        self._statistics = statistics
        self.bugs: list[str] = []

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Serve one request as Discord would."""
        if not request.path.startswith(API_PREFIX):
            return await handler(request)
        path = request.path.removeprefix(API_PREFIX)
        if self._faults.is_offline:
            return self._hang_up(request)
        slow = self._faults.meet(request.method, path, slow=True)
        delay = self._faults.latency_seconds + (slow.delay_seconds if slow else 0.0)
        if delay:
            await asyncio.sleep(delay)
        fault = self._faults.meet(request.method, path, slow=False)
        if fault is not None and not fault.after_effect:
            return self._fail(request, path, fault)
        response = await self._answer(request, path, handler)
        if self._faults.is_offline:
            return self._hang_up(request)
        if fault is not None and response.status < 400:
            return self._fail(request, path, fault)
        self._record(request, path, response.status)
        return response

    async def _answer(self, request: web.Request, path: str, handler: Handler) -> web.Response:
        verdict = Verdict({})
        try:
            self._check_token(request, path)
            route = self._route_of(request)
            verdict = self._limits.take(request.method, route, dict(request.match_info))
            if verdict.retry_after is not None:
                response = web.json_response(verdict.body(), status=429)
            else:
                response = await self._call(request, handler)
        except DiscordError as refused:
            response = web.json_response(refused.body(), status=refused.status)
        if response.content_type == "application/json":
            response.charset = None  # Discord sends none, and clients compare the whole header
        response.headers.update(verdict.headers)
        response.headers["Via"] = "1.1 google"
        return response

    async def _call(self, request: web.Request, handler: Handler) -> web.Response:
        try:
            response = await handler(request)
        except DiscordError:
            raise
        except web.HTTPMethodNotAllowed as wrong:
            raise DiscordError(Refusal.METHOD_NOT_ALLOWED) from wrong
        except web.HTTPNotFound as missing:
            raise DiscordError(Refusal.NOT_FOUND) from missing
        except ConnectionResetError:  # the client has gone in the middle of its request
            return web.Response(status=400)
        except Exception:  # noqa: BLE001 - a fault of this server, shown by the fixture
            self.bugs.append(f"{request.method} {request.path}\n{traceback.format_exc()}")
            return web.json_response({"message": FAULT_MESSAGE[500], "code": 0}, status=500)
        assert isinstance(response, web.Response)
        return response

    def _check_token(self, request: web.Request, path: str) -> None:
        if WITHOUT_BOT_TOKEN.match(path):
            return
        if request.headers.get("Authorization") != f"Bot {self._world.application.token}":
            raise DiscordError(Refusal.UNAUTHORIZED)

    @staticmethod
    def _route_of(request: web.Request) -> str:
        resource = request.match_info.route.resource
        return "unknown" if resource is None else resource.canonical.removeprefix(API_PREFIX)

    def _fail(self, request: web.Request, path: str, fault: Fault) -> web.Response:
        if fault.status is None:
            return self._hang_up(request)
        self._record(request, path, fault.status)
        message = FAULT_MESSAGE.get(fault.status, f"{fault.status}: Error")
        body = json.dumps({"message": message, "code": 0}).encode()
        return web.Response(body=body, status=fault.status, content_type="application/json")

    def _hang_up(self, request: web.Request) -> web.Response:
        self._statistics.num_aborted += 1
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)

    def _record(self, request: web.Request, path: str, status: int) -> None:
        at = self._world.clock.monotonic()
        record = RequestRecord(at, request.method, path, self._route_of(request), status)
        self._statistics.requests.append(record)
        self._world.changed()


def path_id(request: web.Request, name: str) -> int:
    """A snowflake from the address."""
    value = request.match_info[name]
    if not value.isdigit():
        errors = {
            name: {
                "_errors": [
                    {
                        "code": "NUMBER_TYPE_COERCE",
                        "message": f'Value "{value}" is not snowflake.',
                    }
                ]
            }
        }
        raise DiscordError(Refusal.INVALID_FORM, errors)
    return int(value)
