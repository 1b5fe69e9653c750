"""A person at Discord's own app: everything a test does, it does as one of them."""

from __future__ import annotations

from typing import Any

from tests.discord_server import posting
from tests.discord_server.attachment import Upload
from tests.discord_server.channel import Channel, DirectChannel
from tests.discord_server.command_options import Typed, enter, nest
from tests.discord_server.commands import MESSAGE, SLASH
from tests.discord_server.commands import USER as USER_COMMAND
from tests.discord_server.draft import Draft
from tests.discord_server.event import Event
from tests.discord_server.guild import Guild, Role
from tests.discord_server.intents import Intent
from tests.discord_server.interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.discord_server.message import BUTTON, LINK_STYLE, Message, label_of
from tests.discord_server.modal_rules import fill_modal
from tests.discord_server.permissions import Permission
from tests.discord_server.refusal import NotPossible
from tests.discord_server.rest_messages import react
from tests.discord_server.thread import Thread
from tests.discord_server.user import User
from tests.discord_server.world import World

STRING_SELECT = 3
SELECTS = (3, 5, 6, 7, 8)


class Person(User):
    """An account with hands: it writes, presses, and sees what it may see."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world.snowflakes.next(), name)
        self.world = world
        world.add_user(self)

    @property
    def dm_channel(self) -> DirectChannel:
        """The direct messages with the bot."""
        return self.world.direct_channel(self)

    # Writing

    async def say(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        mention: list[User | Role] | None = None,
        files: list[Upload] | None = None,
    ) -> Message:
        """Write a message; `ping` is the switch beside a reply."""
        words = [target.mention for target in mention or []]
        body: dict[str, Any] = {"content": " ".join([*words, text])}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to.id)}
            kinds = ["users", "roles", "everyone"]
            body["allowed_mentions"] = {"parse": kinds, "replied_user": ping}
        draft = Draft.from_body(body, dict(enumerate(files or [])))
        posting.may_speak(channel, self, draft)
        replied = posting.referenced_message(channel, self, draft)
        return posting.post(self.world, channel, self, draft, referenced=replied)

    async def dm(self, text: str, *, files: list[Upload] | None = None) -> Message:
        """Write to the bot in private."""
        return await self.say(self.dm_channel, text, files=files)

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own message."""
        self._must_be_mine(message)
        return posting.edit(self.world, message, Draft.from_body({"content": text}, {}))

    async def delete(self, message: Message) -> None:
        """Delete one's own message, or with MANAGE_MESSAGES anyone's."""
        if message.author is not self:
            self.world.require(message.channel, self, Permission.MANAGE_MESSAGES)
        posting.delete(message)

    async def start_thread(self, message: Message, name: str) -> Thread:
        """Open a thread on a message."""
        self.world.require(message.channel, self, Permission.CREATE_PUBLIC_THREADS)
        return posting.open_thread(self.world, message.channel, name, self, message, 1440)

    async def react(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        self._must_see(message)
        react(message, self.id, emoji)

    async def type_in(self, channel: Channel) -> None:
        """Let the others see that one is typing."""
        private = channel.guild is None
        intents = Intent.DIRECT_MESSAGE_TYPING if private else Intent.GUILD_MESSAGE_TYPING
        data: dict[str, Any] = {
            "channel_id": str(channel.id),
            "user_id": str(self.id),
            "timestamp": int(self.world.clock.now().timestamp()),
        }
        if channel.guild is not None:
            data["guild_id"] = str(channel.guild.id)
            data["member"] = channel.guild.members[self.id].payload()
        self.world.publish(Event("TYPING_START", data, intents))

    # Commands

    async def slash(self, channel: Channel, command: str, **options: Any) -> Interaction:
        """Use a slash command; sub-commands follow after a space ("model switch")."""
        name, *path = command.removeprefix("/").split()
        found = self._command(channel, name, SLASH)
        typed = Typed(self.world, self, channel)
        values = typed.read(enter(found, path), options)
        data = _command_data(found, typed, nest(found, path, values))
        return self.interact(COMMAND, channel, data)

    async def autocomplete(
        self, channel: Channel, command: str, focused: str, value: Any, **options: Any
    ) -> Interaction:
        """Type into an option that offers suggestions; wait with `suggestions()`."""
        name, *path = command.removeprefix("/").split()
        found = self._command(channel, name, SLASH)
        schema = enter(found, path)
        if not any(o["name"] == focused and o.get("autocomplete") for o in schema):
            raise NotPossible(f"/{command} offers no suggestions for {focused!r}")
        typed = Typed(self.world, self, channel)
        values = typed.read(schema, {**options, focused: value}, focused=focused)
        data = _command_data(found, typed, nest(found, path, values))
        return self.interact(AUTOCOMPLETE, channel, data)

    async def context_menu(
        self, name: str, target: Message | User, channel: Channel | None = None
    ) -> Interaction:
        """Use a command from the menu of a message, or of an account seen in a channel."""
        if isinstance(target, Message):
            self._must_see(target)
            channel = target.channel
            found = self._command(channel, name, MESSAGE)
            resolved = {"messages": {str(target.id): target.payload()}}
        else:
            channel = channel or self.dm_channel
            found = self._command(channel, name, USER_COMMAND)
            typed = Typed(self.world, self, channel)
            typed.resolve_user(target)
            resolved = typed.resolved
        data = {
            "id": found["id"],
            "name": name,
            "type": found["type"],
            "target_id": str(target.id),
            "resolved": resolved,
        }
        return self.interact(COMMAND, channel, data)

    def _command(self, channel: Channel, name: str, kind: int) -> dict[str, Any]:
        guild = channel.guild
        found = self.world.commands.find(name, kind, guild)
        if found is None or (guild is not None and not guild.has_bot):
            raise NotPossible(f"{name!r} is not among the commands {self.world.commands.names}")
        contexts = found.get("contexts")
        if contexts is not None and (1 if guild is None else 0) not in contexts:
            raise NotPossible(f"{name!r} cannot be used here")
        needed = found.get("default_member_permissions")
        may = channel.can(self, Permission.VIEW_CHANNEL | Permission.USE_APPLICATION_COMMANDS)
        if not may or (guild is not None and not _allowed(self, guild, needed)):
            raise NotPossible(f"{self.name} may not use {name!r} in {channel}")
        return found

    # Components and forms

    async def click(self, message: Message, button: str) -> Interaction:
        """Press the button with this label or custom id."""
        component = self._component(message, button, (BUTTON,))
        if component.get("style") == LINK_STYLE:
            raise NotPossible(f"{button!r} is a link to {component['url']}")
        data = _component_data(component)
        return self.interact(COMPONENT, message.channel, data, message)

    async def select(self, message: Message, menu: str, values: list[Any] | str) -> Interaction:
        """Choose in the menu with this placeholder or custom id, by label or value."""
        component = self._component(message, menu, SELECTS)
        chosen = [values] if isinstance(values, str) else list(values)
        typed = Typed(self.world, self, message.channel)
        data = _component_data(component)
        if component["type"] == STRING_SELECT:
            data["values"] = _chosen_values(component, chosen)
        else:
            option = {"name": menu, "type": {5: 6, 6: 8, 7: 9, 8: 7}[component["type"]]}
            data["values"] = [typed.resolve(option, value) for value in chosen]
            data["resolved"] = typed.resolved
        least, most = component.get("min_values", 1), component.get("max_values", 1)
        if not least <= len(chosen) <= most:
            raise NotPossible(f"{menu!r} takes {least} to {most} values")
        return self.interact(COMPONENT, message.channel, data, message)

    async def submit_modal(
        self, opened: Interaction, values: dict[str, Any] | None = None, **fields: Any
    ) -> Interaction:
        """Fill in and send the form an interaction opened; fields by label or custom id."""
        modal = opened.modal
        if modal is None:
            raise NotPossible("no form is open")
        data = {
            "custom_id": modal["custom_id"],
            "components": fill_modal(modal, {**(values or {}), **fields}),
        }
        return self.interact(MODAL, opened.channel, data, opened.message, opened)

    def interact(
        self,
        kind: int,
        channel: Channel,
        data: dict[str, Any],
        message: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction as it is, without any of the app's checks."""
        interaction = Interaction(self.world, kind, self, channel, data, message, opened_by)
        self.world.publish(Event("INTERACTION_CREATE", interaction.payload()))
        return interaction

    def _component(self, message: Message, name: str, kinds: tuple[int, ...]) -> dict[str, Any]:
        self._must_see(message)
        offered = [c for c in message.all_components() if c["type"] in kinds]
        for component in offered:
            names = (component.get("custom_id"), component.get("label"), label_of(component))
            if name in names:
                if component.get("disabled"):
                    raise NotPossible(f"{name!r} is greyed out")
                return component
        labels = [label_of(component) for component in offered]
        raise NotPossible(f"{message!r} has no {name!r}, only {labels}")

    # Seeing

    def sees(self, message: Message) -> bool:
        """Whether the message is on this person's screen."""
        if message.deleted or message.channel.deleted:
            return False
        if message.visible_to is not None and message.visible_to is not self:
            return False
        return message.channel.can(self, Permission.VIEW_CHANNEL)

    def _must_see(self, message: Message) -> None:
        if not self.sees(message):
            raise NotPossible(f"{self.name} does not see {message!r}")

    def _must_be_mine(self, message: Message) -> None:
        if message.author is not self or message.deleted:
            raise NotPossible(f"{self.name} cannot change {message!r}")


def _allowed(person: Person, guild: Guild, needed: str | None) -> bool:
    if needed is None:
        return True
    has = guild.permissions_of(person)
    if has & Permission.ADMINISTRATOR:
        return True
    return bool(int(needed)) and int(has) & int(needed) == int(needed)


def _command_data(
    command: dict[str, Any], typed: Typed, options: list[dict[str, Any]]
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": command["id"],
        "name": command["name"],
        "type": command["type"],
        "options": options,
    }
    if typed.resolved:
        data["resolved"] = typed.resolved
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _component_data(component: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": component["id"],
        "custom_id": component["custom_id"],
        "component_type": component["type"],
    }


def _chosen_values(component: dict[str, Any], chosen: list[str]) -> list[str]:
    by_label = {option["label"]: option["value"] for option in component["options"]}
    values = [by_label.get(one, one) for one in chosen]
    if not set(values) <= set(by_label.values()):
        raise NotPossible(f"{label_of(component)!r} offers {list(by_label)}, not {chosen}")
    return values
