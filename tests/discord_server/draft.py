"""A message body on its way in: read from the request and held against Discord's limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.attachment import Upload
from tests.discord_server.component_rules import check_components, stored_components
from tests.discord_server.mentions import AllowedMentions
from tests.discord_server.message import COMPONENTS_V2, EPHEMERAL
from tests.discord_server.refusal import DiscordError, FormErrors, Refusal

MAX_CONTENT, MAX_EMBEDS, MAX_EMBED_TEXT, MAX_FILES, MAX_NONCE = 2000, 10, 6000, 10, 25
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_ATTACHMENT_TEXT = 1024
SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
SETTABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
EMBED_LIMITS = {"title": 256, "description": 4096}


@dataclass
class Draft:
    """A checked message body; `given` names the fields an edit speaks about."""

    given: frozenset[str]
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[tuple[Upload, str | None]] = field(default_factory=list)
    kept_attachment_ids: list[int] = field(default_factory=list)
    flags: int = 0
    allowed: AllowedMentions = field(default_factory=AllowedMentions)
    reference: dict[str, Any] | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False

    @property
    def is_ephemeral(self) -> bool:
        """Whether the body asks for a message that only one person sees."""
        return bool(self.flags & EPHEMERAL)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.content.strip() or self.embeds or self.components or self.uploads)

    @classmethod
    def from_body(
        cls, body: dict[str, Any], files: dict[int, Upload], *, may_be_empty: bool = False
    ) -> Draft:
        """Read and check a body; raises what Discord would answer."""
        errors = FormErrors()
        content = body.get("content") or ""
        if not isinstance(content, str):
            content = str(content)
        errors.check_length("content", content, MAX_CONTENT)
        embeds = body.get("embeds") or []
        _check_embeds(embeds, errors)
        flags = int(body.get("flags") or 0)
        components = body.get("components") or []
        check_components(components, errors, v2=bool(flags & COMPONENTS_V2))
        if flags & COMPONENTS_V2:
            for name in ("content", "embeds"):
                if body.get(name):
                    errors.add(
                        name,
                        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                        f"The '{name}' field cannot be used when using "
                        "MessageFlags.IS_COMPONENTS_V2",
                    )
        allowed = AllowedMentions.from_body(body.get("allowed_mentions"), errors)
        nonce = body.get("nonce")
        if isinstance(nonce, str):
            errors.check_length("nonce", nonce, MAX_NONCE)
        uploads, kept = _read_attachments(body, files, errors)
        errors.raise_if_any()
        draft = cls(
            given=frozenset(body),
            content=content.strip(),
            embeds=[{"type": "rich", **embed} for embed in embeds],
            components=stored_components(components),
            uploads=uploads,
            kept_attachment_ids=kept,
            flags=flags & (SETTABLE_FLAGS | EPHEMERAL),
            allowed=allowed,
            reference=body.get("message_reference"),
            nonce=nonce,
            enforce_nonce=bool(body.get("enforce_nonce", False)),
        )
        if draft.is_empty and not may_be_empty:
            raise DiscordError(Refusal.EMPTY_MESSAGE)
        return draft


def _read_attachments(
    body: dict[str, Any], files: dict[int, Upload], errors: FormErrors
) -> tuple[list[tuple[Upload, str | None]], list[int]]:
    entries = body.get("attachments")
    if len(files) > MAX_FILES:
        errors.add("files", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_FILES} or fewer in length.")
    for index, upload in files.items():
        if len(upload.content) > MAX_FILE_BYTES:
            errors.add(f"files.{index}", "FILE_SIZE_MAXIMUM", "File exceeds the maximum size.")
    if entries is None:
        return [(upload, None) for upload in files.values()], []
    errors.check_length("attachments", entries, MAX_FILES)
    uploads: list[tuple[Upload, str | None]] = []
    kept: list[int] = []
    for index, entry in enumerate(entries):
        path = f"attachments.{index}"
        if not str(entry.get("id", "")).isdecimal():
            errors.add(f"{path}.id", "BASE_TYPE_REQUIRED", "This field is required")
            continue
        errors.check_length(f"{path}.description", entry.get("description"), MAX_ATTACHMENT_TEXT)
        if entry.get("filename") is not None:
            errors.check_length(f"{path}.filename", entry["filename"], MAX_ATTACHMENT_TEXT, 1)
        number = int(entry["id"])
        if number in files:
            name = entry.get("filename") or files[number].filename
            uploads.append((Upload(name, files[number].content), entry.get("description")))
        else:
            kept.append(number)
    return uploads, kept


def _check_embeds(embeds: list[dict[str, Any]], errors: FormErrors) -> None:
    errors.check_length("embeds", embeds, MAX_EMBEDS)
    total = 0
    for index, embed in enumerate(embeds):
        path = f"embeds.{index}"
        for name, limit in EMBED_LIMITS.items():
            errors.check_length(f"{path}.{name}", embed.get(name), limit)
        author = (embed.get("author") or {}).get("name") or ""
        footer = (embed.get("footer") or {}).get("text") or ""
        errors.check_length(f"{path}.author.name", author, 256)
        errors.check_length(f"{path}.footer.text", footer, 2048)
        fields = embed.get("fields") or []
        errors.check_length(f"{path}.fields", fields, 25)
        for number, one in enumerate(fields):
            errors.check_length(f"{path}.fields.{number}.name", one.get("name"), 256, 1)
            errors.check_length(f"{path}.fields.{number}.value", one.get("value"), 1024, 1)
        texts = [embed.get("title") or "", embed.get("description") or "", author, footer]
        texts += [f"{one.get('name') or ''}{one.get('value') or ''}" for one in fields]
        total += sum(map(len, texts))
    if total > MAX_EMBED_TEXT:
        errors.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}",
        )
