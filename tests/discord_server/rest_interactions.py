"""REST routes that an interaction's token opens: the callback, the response, follow-ups."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.discord_server import posting
from tests.discord_server.body import Body, read_body
from tests.discord_server.draft import Draft
from tests.discord_server.interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.discord_server.message import EPHEMERAL, LOADING, Message
from tests.discord_server.modal_rules import check_choices, check_modal
from tests.discord_server.refusal import DiscordError, Refusal, invalid_form
from tests.discord_server.rest import path_id
from tests.discord_server.world import World

PONG, SEND, DEFER, DEFER_UPDATE, UPDATE, SUGGEST, OPEN_MODAL = 1, 4, 5, 6, 7, 8, 9
ALLOWED_RESPONSES = {
    COMMAND: (SEND, DEFER, OPEN_MODAL),
    COMPONENT: (SEND, DEFER, DEFER_UPDATE, UPDATE, OPEN_MODAL),
    AUTOCOMPLETE: (SUGGEST,),
    MODAL: (SEND, DEFER, DEFER_UPDATE, UPDATE),
}


class InteractionRoutes:
    """Everything about answering one interaction."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The routes, relative to the API's address."""
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        original = webhook + "/messages/@original"
        message = webhook + "/messages/{message_id}"
        return [
            web.post("/interactions/{interaction_id}/{interaction_token}/callback", self.callback),
            web.post(webhook, self.follow_up),
            web.get(original, self.get_message),
            web.patch(original, self.edit_message),
            web.delete(original, self.delete_message),
            web.get(message, self.get_message),
            web.patch(message, self.edit_message),
            web.delete(message, self.delete_message),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        """The first answer, which counts only within three seconds and only once."""
        body = await read_body(request)
        interaction = self._world.interactions.get(request.match_info["interaction_token"])
        if interaction is None or interaction.id != path_id(request, "interaction_id"):
            raise DiscordError(Refusal.UNKNOWN_INTERACTION)
        if interaction.is_acknowledged:
            raise DiscordError(Refusal.ALREADY_ACKNOWLEDGED)
        if interaction.failed:
            raise DiscordError(Refusal.UNKNOWN_INTERACTION)
        kind = body.fields.get("type")
        allowed = ALLOWED_RESPONSES[interaction.kind]
        if interaction.kind == MODAL and interaction.message is None:
            allowed = (SEND, DEFER)
        if kind not in allowed:
            values = ", ".join(map(str, allowed))
            raise invalid_form("type", "BASE_TYPE_CHOICES", f"Value must be one of {{{values}}}.")
        message = self._respond(interaction, kind, body)
        interaction.acknowledged_at = self._world.clock.monotonic()
        interaction.response_type = kind
        self._world.changed()
        if request.query.get("with_response", "").lower() not in ("1", "true"):
            return web.Response(status=204)
        return web.json_response(_callback_payload(interaction, kind, message))

    def _respond(self, interaction: Interaction, kind: int, body: Body) -> Message | None:
        data: dict[str, Any] = body.fields.get("data") or {}
        if kind == SUGGEST:
            interaction.choices = check_choices(data.get("choices"))
            return None
        if kind == OPEN_MODAL:
            interaction.modal = check_modal(data)
            return None
        if kind == DEFER_UPDATE:
            interaction.response_message = interaction.message
            return None
        if kind == UPDATE:
            assert interaction.message is not None
            draft = Draft.from_body(data, body.files, may_be_empty=True)
            interaction.response_message = interaction.message
            return posting.edit(self._world, interaction.message, draft)
        if kind == DEFER:
            draft = Draft(frozenset(), flags=int(data.get("flags") or 0) & EPHEMERAL)
            return self._post(interaction, draft, first=True, flags=LOADING)
        return self._post(interaction, Draft.from_body(data, body.files), first=True)

    def _post(
        self, interaction: Interaction, draft: Draft, *, first: bool, flags: int = 0
    ) -> Message:
        original = interaction.response_message
        message = posting.post(
            self._world,
            interaction.channel,
            self._world.bot,
            draft,
            kind=interaction.message_type if first else 0,
            flags=flags,
            interaction=interaction,
            visible_to=interaction.person if draft.is_ephemeral else None,
            referenced=None if first else original,
        )
        if first:
            interaction.response_message = message
        else:
            interaction.followups.append(message)
        self._world.changed()
        return message

    def _interaction(self, request: web.Request) -> Interaction:
        interaction = self._world.interactions.get(request.match_info["webhook_token"])
        if interaction is None or interaction.token_expired:
            raise DiscordError(Refusal.INVALID_WEBHOOK_TOKEN)
        if path_id(request, "webhook_id") != self._world.application.id:
            raise DiscordError(Refusal.UNKNOWN_WEBHOOK)
        if not interaction.is_acknowledged:
            raise DiscordError(Refusal.UNKNOWN_WEBHOOK)
        if interaction.channel.deleted:
            raise DiscordError(Refusal.UNKNOWN_CHANNEL)
        return interaction

    def _find(self, request: web.Request) -> tuple[Interaction, Message]:
        interaction = self._interaction(request)
        name = request.match_info.get("message_id", "@original")
        if name == "@original":
            message = interaction.response_message
        else:
            number = path_id(request, "message_id")
            own = [interaction.response_message, *interaction.followups]
            message = next((m for m in own if m is not None and m.id == number), None)
        if message is None or message.deleted:
            raise DiscordError(Refusal.UNKNOWN_MESSAGE)
        return interaction, message

    async def follow_up(self, request: web.Request) -> web.Response:
        """One more message; the first after a deferral fills the waiting response."""
        interaction = self._interaction(request)
        body = await read_body(request)
        draft = Draft.from_body(body.fields, body.files)
        waiting = interaction.response_message
        if waiting is not None and waiting.is_loading and not waiting.deleted:
            message = posting.edit(self._world, waiting, draft)
        else:
            message = self._post(interaction, draft, first=False)
        return web.json_response(message.payload())

    async def get_message(self, request: web.Request) -> web.Response:
        """The response, or a follow-up by its id."""
        return web.json_response(self._find(request)[1].payload())

    async def edit_message(self, request: web.Request) -> web.Response:
        """Change the response, or a follow-up by its id."""
        _, message = self._find(request)
        body = await read_body(request)
        draft = Draft.from_body(body.fields, body.files, may_be_empty=True)
        return web.json_response(posting.edit(self._world, message, draft).payload())

    async def delete_message(self, request: web.Request) -> web.Response:
        """Delete the response, or a follow-up by its id."""
        posting.delete(self._find(request)[1])
        return web.Response(status=204)


def _callback_payload(
    interaction: Interaction, kind: int, message: Message | None
) -> dict[str, Any]:
    about: dict[str, Any] = {"id": str(interaction.id), "type": interaction.kind}
    shown = interaction.response_message
    if shown is not None:
        about["response_message_id"] = str(shown.id)
        about["response_message_loading"] = shown.is_loading
        about["response_message_ephemeral"] = shown.is_ephemeral
    payload: dict[str, Any] = {"interaction": about}
    if message is not None and kind in (SEND, UPDATE):
        payload["resource"] = {"type": kind, "message": message.payload()}
    return payload
