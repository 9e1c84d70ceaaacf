"""From what a source says about one asset to the body of a card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.card_files.entries import CardEntry, Entry, RefusedEntry
from catalog.shared.errors import BadRequest
from catalog.shared.json import check_text
from catalog.shared.limits import MAX_NAME, MAX_TAGS, MAX_TEXT

#: A key is indexed: longer ones end in a digest of the whole.
LONGEST_KEY_BYTES = 1000


def shortened(text: str, most: int) -> str:
    """``text``, or its beginning with an ellipsis where it has more than ``most`` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def digest(value: Any) -> str:
    """The same 32 characters for equal JSON values, whatever the order of members."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def joined_key(parts: Iterable[str]) -> str:
    """A path such as ``hive/gold/orders``; slashes in parts are escaped, so other parts differ."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def bounded_key(key: str) -> str:
    """A key as the card keeps it: as it is, or cut and made unique by a digest."""
    raw = key.encode("utf-8", "replace")
    if len(raw) <= LONGEST_KEY_BYTES:
        return key
    return raw[: LONGEST_KEY_BYTES - 40].decode("utf-8", "ignore") + "-" + digest(key)


def card_body(
    members: Mapping[str, Any],
    *,
    asset_type: str,
    key: str,
    name: Iterable[str],
    otherwise: Iterable[str] = (),
    description: Iterable[str] = ("description",),
    tags: Iterable[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The card of what ``members`` say; ``name``, ``description`` and ``tags`` tell which to use.

    The first of those that has a value becomes the card's own, and is left out of the attribute
    unless it had to be shortened; every other member is kept there. Without any of ``name`` the
    first of ``otherwise`` names the card, and without these its key does.
    """
    rest = {member: value for member, value in members.items() if value is not None}
    key = bounded_key(key)
    metadata: dict[str, Any] = {
        "name": _take_text(rest, name, MAX_NAME)
        or _take_text(dict(rest), otherwise, MAX_NAME)
        or shortened(key, MAX_NAME),
        "asset_type": asset_type,
        "resource_key": key,
    }
    text = _take_text(rest, description, MAX_TEXT)
    if text is not None:
        metadata["description"] = text
    found = _take_tags(rest, tags)
    if found is not None:
        metadata["tags"] = found
    return {"metadata": metadata, "entity": {asset_type: rest | dict(extra or {})}}


def _take_text(rest: dict[str, Any], names: Iterable[str], most: int) -> str | None:
    for name in names:
        value = rest.get(name)
        if isinstance(value, str) and value.strip():
            text = shortened(value, most)
            if text == value:
                del rest[name]
            return text
    return None


def _take_tags(rest: dict[str, Any], names: Iterable[str]) -> list[str] | None:
    for name in names:
        value = rest.get(name)
        if isinstance(value, str):
            value = value.replace(";", ",").split(",")
        if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
            continue
        cleaned = [tag.strip() for tag in value if tag.strip()]
        found = list(dict.fromkeys(shortened(tag, MAX_NAME) for tag in cleaned))[:MAX_TAGS]
        if set(found) == set(cleaned):
            del rest[name]
        return found
    return None


def storable(line: int, body: Any) -> Entry:
    """The entry of a card body, refused when it has text that the database can't hold."""
    try:
        check_text(body)
    except BadRequest as exc:
        return RefusedEntry(line, exc.message, exc.target.name if exc.target else None)
    return CardEntry(line, body)
