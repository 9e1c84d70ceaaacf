"""What the definition of an asset type has to look like. Pure rules, no database."""

from __future__ import annotations

import re
from typing import Any

from catalog.shared.errors import BadRequest

NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}\Z")
KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\Z")
#: One step of a search path: a name, any name, or one of these followed by an array's elements.
STEP = re.compile(r"(\*|[^.\[\]*\s]+)(\[\d*\])?\Z")
#: ``object`` is kept as it was recorded; such a field can't be indexed.
FIELD_TYPES = ("string", "number", "boolean", "date", "object")
FLAGS = ("facet", "is_array", "is_searchable_across_types")
#: ``asset`` stands for all types in the URL of a search.
RESERVED_NAMES = frozenset({"asset"})
MAX_FIELDS = 500


def check_name(name: Any) -> str:
    """The name of a new type, or BadRequest."""
    if not isinstance(name, str) or not NAME.match(name):
        raise BadRequest(
            "A type's name is lowercase letters, digits, '_' and '-', begins with a letter, and "
            "has at most 100 characters.",
            target="name",
        )
    if name in RESERVED_NAMES:
        raise BadRequest(
            f"'{name}' is reserved: it stands for all types in a search.", target="name"
        )
    return name


def check_fields(fields: Any) -> list[dict[str, Any]]:
    """The fields of a definition with their defaults filled in, or BadRequest naming the field.

    Each is ``{key, type, facet, is_array, is_searchable_across_types[, search_path]}``; ``facets``
    is read as ``facet``. Without a search path the key is the path.
    """
    if not isinstance(fields, list) or not fields:
        raise BadRequest("A list with at least one field is required.", target="fields")
    if len(fields) > MAX_FIELDS:
        raise BadRequest(f"At most {MAX_FIELDS} fields.", target="fields")
    checked: list[dict[str, Any]] = []
    keys: set[str] = set()
    for index, field in enumerate(fields):
        at = f"fields[{index}]"
        if not isinstance(field, dict):
            raise BadRequest("A field must be an object.", target=at)
        checked.append(_check_field(field, at))
        key = checked[-1]["key"]
        if key in keys:
            raise BadRequest(f"The key '{key}' is used twice.", target=f"{at}.key")
        keys.add(key)
    return checked


def _check_field(field: dict[str, Any], at: str) -> dict[str, Any]:
    given = {("facet" if name == "facets" else name): value for name, value in field.items()}
    unknown = given.keys() - {"key", "type", "search_path", *FLAGS}
    if unknown:
        raise BadRequest("Unknown member of a field.", target=f"{at}.{min(unknown)}")
    key, kind, path = given.get("key"), given.get("type"), given.get("search_path")
    if not isinstance(key, str) or not KEY.match(key) or len(key) > 255:
        raise BadRequest(
            "A key is names of letters, digits, '_' and '-', joined by dots.", target=f"{at}.key"
        )
    if kind not in FIELD_TYPES:
        raise BadRequest(f"The type must be one of {', '.join(FIELD_TYPES)}.", target=f"{at}.type")
    checked: dict[str, Any] = {"key": key, "type": kind}
    for flag in FLAGS:
        value = given.get(flag)
        if value is not None and not isinstance(value, bool):
            raise BadRequest("Must be true or false.", target=f"{at}.{flag}")
        checked[flag] = bool(value)
    if path is not None:
        check_search_path(path, f"{at}.search_path")
        # Kept where the documents show it: before the last flag.
        across = checked.pop("is_searchable_across_types")
        checked |= {"search_path": path, "is_searchable_across_types": across}
    return checked


def check_search_path(path: Any, target: str) -> None:
    """Raise BadRequest unless ``path`` is one of the forms of "Search Path Examples"."""
    if (
        not isinstance(path, str)
        or len(path) > 1000
        or not all(STEP.match(step) for step in path.split("."))
    ):
        raise BadRequest(
            "A search path is names joined by dots; '*' is any name, 'name[]' all elements of an "
            "array, 'name[0]' one of them.",
            target=target,
        )
