"""The limits of message components: rows, buttons, selects and the newer layout kind."""

from __future__ import annotations

import copy
from typing import Any

from tests.discord_server.message import BUTTON, LINK_STYLE, walk_components
from tests.discord_server.refusal import FormErrors

ROW, STRING_SELECT, TEXT_DISPLAY = 1, 3, 10
SELECTS = (3, 5, 6, 7, 8)
MAX_ROWS, MAX_IN_ROW, MAX_OPTIONS, MAX_V2_COMPONENTS, MAX_V2_TEXT = 5, 5, 25, 40, 4000
MAX_CUSTOM_ID, MAX_LABEL, MAX_PLACEHOLDER, MAX_OPTION_TEXT = 100, 80, 150, 100


def check_components(components: list[dict[str, Any]], errors: FormErrors, *, v2: bool) -> None:
    """Note every component Discord would refuse."""
    if v2:
        _check_v2_totals(components, errors)
    else:
        errors.check_length("components", components, MAX_ROWS)
        for index, component in enumerate(components):
            if component.get("type") != ROW:
                errors.add(
                    f"components.{index}.type",
                    "UNION_TYPE_CHOICES",
                    'Value of field "type" must be one of (1,).',
                )
    seen: set[str] = set()
    for index, component in enumerate(components):
        _check_one(component, f"components.{index}", errors, seen)


def _check_v2_totals(components: list[dict[str, Any]], errors: FormErrors) -> None:
    everything = list(walk_components(components))
    if len(everything) > MAX_V2_COMPONENTS:
        errors.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The maximum number of components is {MAX_V2_COMPONENTS}",
        )
    text = sum(len(c.get("content") or "") for c in everything if c["type"] == TEXT_DISPLAY)
    if text > MAX_V2_TEXT:
        errors.add(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Component displayable text size exceeds maximum size of {MAX_V2_TEXT}",
        )


def _check_one(component: dict[str, Any], path: str, errors: FormErrors, seen: set[str]) -> None:
    kind = component.get("type")
    if kind == ROW:
        row = component.get("components") or []
        errors.check_length(f"{path}.components", row, MAX_IN_ROW, 1)
        if any(one.get("type") in SELECTS for one in row) and len(row) > 1:
            errors.add(
                f"{path}.components",
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            )
    elif kind == BUTTON:
        _check_button(component, path, errors)
    elif kind in SELECTS:
        _check_select(component, path, errors)
    custom_id = component.get("custom_id")
    if custom_id is not None:
        errors.check_length(f"{path}.custom_id", custom_id, MAX_CUSTOM_ID, 1)
        if custom_id in seen:
            errors.add(
                f"{path}.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)
    for index, child in enumerate(component.get("components") or []):
        _check_one(child, f"{path}.components.{index}", errors, seen)
    if accessory := component.get("accessory"):
        _check_one(accessory, f"{path}.accessory", errors, seen)


def _check_button(button: dict[str, Any], path: str, errors: FormErrors) -> None:
    errors.check_length(f"{path}.label", button.get("label"), MAX_LABEL)
    if not button.get("label") and not button.get("emoji"):
        errors.add(path, "BUTTON_COMPONENT_EMPTY", "A button must have a label or an emoji")
    if button.get("style") == LINK_STYLE:
        if button.get("custom_id"):
            errors.add(
                path,
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
        errors.check_length(f"{path}.url", button.get("url"), 512, 1)
    elif not button.get("custom_id"):
        errors.add(
            path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required for this button"
        )


def _check_select(select: dict[str, Any], path: str, errors: FormErrors) -> None:
    errors.check_length(f"{path}.placeholder", select.get("placeholder"), MAX_PLACEHOLDER)
    if select["type"] != STRING_SELECT:
        return
    options = select.get("options")
    errors.check_length(f"{path}.options", options, MAX_OPTIONS, 1)
    values: set[str] = set()
    for index, option in enumerate(options or []):
        where = f"{path}.options.{index}"
        errors.check_length(f"{where}.label", option.get("label"), MAX_OPTION_TEXT, 1)
        errors.check_length(f"{where}.value", option.get("value"), MAX_OPTION_TEXT, 1)
        errors.check_length(f"{where}.description", option.get("description"), MAX_OPTION_TEXT)
        if option.get("value") in values:
            errors.add(
                f"{where}.value",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        values.add(option.get("value"))


def stored_components(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy as Discord stores and returns it: numbered, and with defaults filled in."""
    stored = copy.deepcopy(components)
    taken = {c["id"] for c in walk_components(stored) if c.get("id")}
    number = 0
    for component in walk_components(stored):
        if not component.get("id"):
            number += 1
            while number in taken:
                number += 1
            component["id"] = number
        if component["type"] in SELECTS:
            component["min_values"] = component.get("min_values", 1)
            component["max_values"] = component.get("max_values", 1)
        for holder in (component, *(component.get("options") or [])):
            emoji = holder.get("emoji")
            if isinstance(emoji, dict) and emoji.get("id") is None:
                emoji.pop("id", None)
    return stored
