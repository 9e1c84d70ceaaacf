"""What single members have to look like: each reader gives a column's value or a refusal.

A reader takes the value and the name that a refusal shall give it. A null counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.shared.errors import BadRequest
from catalog.shared.limits import MAX_KEY, MAX_KEY_BYTES, MAX_NAME, MAX_TAGS, MAX_TEXT

CATEGORIES = ("USER", "SYSTEM")


def read_text(value: Any, target: str, most: int) -> str:
    """Text of at most ``most`` characters."""
    if not isinstance(value, str):
        raise BadRequest("Must be text.", target=target)
    if len(value) > most:
        raise BadRequest(f"At most {most} characters; there are {len(value)}.", target=target)
    return value


def read_name(value: Any, target: str) -> str:
    """Text that says something."""
    if value is None:
        raise BadRequest("A name is required.", target=target)
    if not read_text(value, target, MAX_NAME).strip():
        raise BadRequest("Must not be blank.", target=target)
    return str(value)


def read_description(value: Any, target: str) -> str:
    """Long text, empty when not given."""
    return "" if value is None else read_text(value, target, MAX_TEXT)


def _tags(value: Any, target: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRequest("Must be a list of text.", target=target)
    if len(value) > MAX_TAGS:
        raise BadRequest(f"At most {MAX_TAGS} tags.", target=target)
    return [read_name(tag, f"{target}[{index}]") for index, tag in enumerate(value)]


def _optional_text(value: Any, target: str) -> str | None:
    return None if value is None else read_text(value, target, MAX_NAME)


def _resource_key(value: Any, target: str) -> str | None:
    if value is None:
        return None
    if len(read_text(value, target, MAX_KEY).encode()) > MAX_KEY_BYTES:
        raise BadRequest(f"At most {MAX_KEY_BYTES} bytes in UTF-8.", target=target)
    return str(value)


def read_object(value: Any, target: str) -> dict[str, Any] | None:
    """An object, or None when not given."""
    if value is not None and not isinstance(value, dict):
        raise BadRequest("Must be an object.", target=target)
    return value


def _country(value: Any, target: str) -> str:
    # Lower case first: of some letters it is longer.
    return "us" if value is None else read_text(_lower(value), target, MAX_NAME)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _category(value: Any, target: str) -> str:
    if value not in (None, *CATEGORIES):
        raise BadRequest(f"Must be one of {', '.join(CATEGORIES)}.", target=target)
    return value or "USER"


#: The settable members of a card's metadata.
READERS: dict[str, Callable[[Any, str], Any]] = {
    "name": read_name,
    "description": read_description,
    "tags": _tags,
    "classification": _optional_text,
    "resource_key": _resource_key,
    "source_system": read_object,
    "origin_country": _country,
    "asset_category": _category,
}
