"""What a remote attachment has to look like. No queries."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from catalog.services.member_rules import (
    read_description,
    read_name,
    read_object,
    read_text,
)
from catalog.shared.errors import BadRequest
from catalog.shared.json import is_same_json
from catalog.shared.limits import MAX_NAME

MAX_PATH = 10_000
#: Members of an attachment that say what is so of every remote one.
REMOTE_FLAGS = {
    "is_remote": True,
    "is_partitioned": False,
    "is_referenced": False,
    "is_managed": False,
    "object_key_is_read_only": False,
    "private_url": False,
    "test_doc": 0,
}


def read_attachment(item: Any, at: str = "") -> dict[str, Any]:
    """Columns of a remote attachment; ``at`` goes before the names of its members in a refusal."""
    if not isinstance(item, dict):
        raise BadRequest("An attachment must be an object.", target=at.rstrip(".") or None)
    given = {name: value for name, value in item.items() if value is not None}
    for name, value in given.items():
        if name in REMOTE_FLAGS and not is_same_json(value, REMOTE_FLAGS[name]):
            raise BadRequest(
                f"Must be {json.dumps(REMOTE_FLAGS[name])} for a remote attachment.",
                target=at + name,
            )
        if name not in (*REMOTE_FLAGS, *ATTACHMENT_READERS):
            raise BadRequest("Unknown member of a remote attachment.", target=(at + name)[:200])
    if "connection_id" not in given or "connection_path" not in given:
        missing = "connection_id" if "connection_id" not in given else "connection_path"
        raise BadRequest(
            "An attachment needs connection_id and connection_path, which say where it is.",
            target=at + missing,
        )
    return {name: read(given.get(name), at + name) for name, read in ATTACHMENT_READERS.items()}


def _connection_id(value: Any, target: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as exc:
        raise BadRequest("Must be the id of a connection.", target=target) from exc


def _path(value: Any, target: str) -> str:
    if not read_text(value, target, MAX_PATH).strip():
        raise BadRequest("Must not be blank.", target=target)
    return str(value)


def _user_data(value: Any, target: str) -> dict[str, Any]:
    return read_object(value, target) or {}


def _short_text(value: Any, target: str) -> str:
    return "" if value is None else read_text(value, target, MAX_NAME)


ATTACHMENT_READERS = {
    "asset_type": read_name,
    "name": _short_text,
    "description": read_description,
    "mime": _short_text,
    "connection_id": _connection_id,
    "connection_path": _path,
    "user_data": _user_data,
}
