"""Refusals: the errors of Discord's REST API with their real codes, messages and bodies."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Refusal(Enum):
    """Status, JSON error code and message, as Discord words them."""

    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NOT_FOUND = (404, 0, "404: Not Found")
    METHOD_NOT_ALLOWED = (405, 0, "405: Method Not Allowed")
    UNKNOWN_APPLICATION = (404, 10002, "Unknown Application")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
    ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_YOUR_MESSAGE = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
    CANNOT_REACH_USER = (403, 50007, "Cannot send messages to this user")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    SYSTEM_MESSAGE = (403, 50021, "Cannot execute action on a system message")
    WRONG_CHANNEL_TYPE = (400, 50024, "Cannot execute action on this channel type")
    INVALID_WEBHOOK_TOKEN = (401, 50027, "Invalid Webhook Token")
    INVALID_FORM = (400, 50035, "Invalid Form Body")
    THREAD_ARCHIVED = (400, 50083, "Thread is archived")
    INVALID_JSON = (400, 50109, "The request body contains invalid JSON.")
    NO_HISTORY_NO_REPLY = (
        400,
        160002,
        "Cannot reply without permission to read message history",
    )
    THREAD_EXISTS = (400, 160004, "A thread has already been created for this message")
    THREAD_LOCKED = (400, 160005, "Thread is locked")


class DiscordError(Exception):
    """A request that Discord refuses; becomes the answer's status and JSON body."""

    def __init__(self, refusal: Refusal, errors: dict[str, Any] | None = None) -> None:
        self.status, self.code, self.message = refusal.value
        self.errors = errors
        super().__init__(f"{self.status} {self.code}: {self.message} {errors or ''}".strip())

    def body(self) -> dict[str, Any]:
        """The JSON body; form errors are nested by field as Discord nests them."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class FormErrors:
    """Collects the errors of one request body and raises them together."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Note that the field at `path` (dotted, "" for the body itself) is wrong."""
        node = self._tree
        for part in filter(None, path.split(".")):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def check_length(
        self, path: str, value: object, maximum: int, minimum: int = 0, *, count: bool = False
    ) -> None:
        """Note a text (or, with `count`, a list) whose length Discord would not take."""
        if value is None or not isinstance(value, str | list):
            if minimum:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return
        size = len(value) if count or isinstance(value, list) else len(str(value))
        if minimum and not minimum <= size <= maximum:
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                f"Must be between {minimum} and {maximum} in length.",
            )
        elif size > maximum:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")

    def raise_if_any(self) -> None:
        """Refuse the body when anything was noted."""
        if self._tree:
            raise DiscordError(Refusal.INVALID_FORM, self._tree)


def invalid_form(path: str, code: str, message: str) -> DiscordError:
    """The refusal of a body with one wrong field."""
    errors = FormErrors()
    errors.add(path, code, message)
    return DiscordError(Refusal.INVALID_FORM, errors._tree)


class NotPossible(AssertionError):
    """Something a person tried that Discord's own app would not let them do."""
