"""The limits of forms (modals) and of autocompletion choices, and how a filled form looks."""

from __future__ import annotations

from typing import Any

from tests.discord_server.component_rules import stored_components
from tests.discord_server.message import walk_components
from tests.discord_server.refusal import FormErrors, NotPossible

ROW, STRING_SELECT, TEXT_INPUT, LABEL = 1, 3, 4, 18
MAX_TITLE, MAX_CUSTOM_ID, MAX_COMPONENTS, MAX_LABEL, MAX_INPUT, MAX_CHOICES = (
    45,
    100,
    5,
    45,
    4000,
    25,
)


def check_choices(choices: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The choices of an autocompletion, if Discord would show them."""
    errors = FormErrors()
    errors.check_length("data.choices", choices or [], MAX_CHOICES)
    for index, choice in enumerate(choices or []):
        errors.check_length(f"data.choices.{index}.name", choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            errors.check_length(f"data.choices.{index}.value", choice["value"], 100)
    errors.raise_if_any()
    return choices or []


def check_modal(data: dict[str, Any]) -> dict[str, Any]:
    """A form, if Discord would open it."""
    errors = FormErrors()
    errors.check_length("data.title", data.get("title"), MAX_TITLE, 1)
    errors.check_length("data.custom_id", data.get("custom_id"), MAX_CUSTOM_ID, 1)
    components = data.get("components") or []
    errors.check_length("data.components", components, MAX_COMPONENTS, 1)
    for index, component in enumerate(components):
        path = f"data.components.{index}"
        if component.get("type") == LABEL:
            errors.check_length(f"{path}.label", component.get("label"), MAX_LABEL, 1)
            errors.check_length(f"{path}.description", component.get("description"), 100)
        for one in walk_components([component]):
            if one.get("type") == TEXT_INPUT:
                errors.check_length(f"{path}.custom_id", one.get("custom_id"), MAX_CUSTOM_ID, 1)
                errors.check_length(f"{path}.placeholder", one.get("placeholder"), 100)
                errors.check_length(f"{path}.value", one.get("value"), MAX_INPUT)
                if component.get("type") == ROW:
                    errors.check_length(f"{path}.label", one.get("label"), MAX_LABEL, 1)
    errors.raise_if_any()
    return {**data, "components": stored_components(components)}


def fill_modal(modal: dict[str, Any], values: dict[str, str]) -> list[dict[str, Any]]:
    """The components of a submitted form; `values` names inputs by label or custom id."""
    left = dict(values)
    filled = [_fill(component, left, "") for component in modal["components"]]
    if left:
        raise NotPossible(f"the form {modal['title']!r} has no field {', '.join(left)}")
    return filled


def _fill(component: dict[str, Any], left: dict[str, str], label: str) -> dict[str, Any]:
    kind = component["type"]
    base = {"type": kind, "id": component["id"]}
    if kind == ROW:
        return {**base, "components": [_fill(c, left, label) for c in component["components"]]}
    if kind == LABEL:
        return {**base, "component": _fill(component["component"], left, component["label"])}
    if "custom_id" not in component:
        return base
    names = (component["custom_id"], component.get("label") or label)
    given = next((left.pop(name) for name in names if name in left), None)
    base["custom_id"] = component["custom_id"]
    if kind == TEXT_INPUT:
        text = component.get("value", "") if given is None else given
        _check_text(component, text, names[1])
        return {**base, "value": text}
    chosen = [given] if isinstance(given, str) else list(given or [])
    if kind == STRING_SELECT:
        by_label = {option["label"]: option["value"] for option in component["options"]}
        chosen = [by_label.get(one, one) for one in chosen]
        if not set(chosen) <= set(by_label.values()):
            raise NotPossible(f"{names[1]!r} offers {list(by_label)}, not {chosen}")
    if component.get("required", True) and not chosen:
        raise NotPossible(f"the field {names[1]!r} is required")
    return {**base, "values": chosen}


def _check_text(component: dict[str, Any], text: str, name: str) -> None:
    longest = component.get("max_length") or MAX_INPUT
    shortest = component.get("min_length") or 0
    if not text and component.get("required", True):
        raise NotPossible(f"the field {name!r} is required")
    if text and not shortest <= len(text) <= longest:
        raise NotPossible(f"the field {name!r} takes {shortest} to {longest} characters")
