"""What changed from one state of a card to another, as a reader would tell it: field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Document = dict[str, Any]

#: What a card's action tells, what follows from other fields, and what never changes.
HIDDEN = frozenset(
    [
        "asset_state",
        "delete_processing_state",
        "delete_reason",
        "asset_attributes",
        "asset_id",
        "version",
        "created",
        "created_at",
        "catalog_id",
        "project_id",
        "sandbox_id",
        "space_id",
    ]
)
#: What tells a reader something of an attachment.
OF_ATTACHMENTS = (
    "name",
    "description",
    "asset_type",
    "connection_id",
    "connection_path",
    "mime",
    "size",
    "user_data",
)
LABELS = {
    "rov.mode": "visibility",
    "rov.collaborator_ids": "shared with",
    "owner_id": "owner",
    "asset_type": "type",
    "origin_country": "country",
    "asset_category": "category",
    "resource_key": "resource key",
    "source_system": "source",
    "source_asset": "copied from",
}
#: Members by which the objects of a list are known again, the first that all of them have.
KEYS = ("id", "name", "key", "term_id", "asset_id")
#: Longer lists are compared by place, and lists of more JSON as a whole.
MAX_ALIGNED = 1000
MAX_COMPARED = 200_000
#: Lists within so many lists are compared as a whole.
MAX_NESTED = 6
ABSENT: Any = object()


@dataclass(frozen=True)
class Change:
    """A field whose value was ``old`` and is ``new``; ABSENT where there was or is none."""

    label: str
    old: Any
    new: Any


def card_changes(before: Document, after: Document) -> list[Change]:
    """The fields that differ between two states, in the order of a card's page."""
    return [
        *_metadata(before.get("metadata", {}), after.get("metadata", {})),
        *_differing(before.get("entity", {}), after.get("entity", {}), ""),
        *_attachments(before.get("attachments", []), after.get("attachments", [])),
    ]


def _metadata(before: Document, after: Document) -> Iterator[Change]:
    old, new = _flat(before), _flat(after)
    for name in [*new, *(name for name in old if name not in new)]:
        one, other = old.get(name, ABSENT), new.get(name, ABSENT)
        # A card begins with many empty fields, which nobody set.
        if is_same(one, other) or (not before and other in ("", [], {}, None, 0)):
            continue
        yield Change(LABELS.get(name, name), one, other)


def _flat(metadata: Document) -> Document:
    """The fields that are shown; who may see the card as two of them."""
    rov = metadata.get("rov", {})
    flat = {name: value for name, value in metadata.items() if name not in {*HIDDEN, "rov"}}
    if rov:
        flat |= {"rov.mode": rov["mode"], "rov.collaborator_ids": sorted(rov["collaborator_ids"])}
    return flat


def _attachments(before: Sequence[Document], after: Sequence[Document]) -> Iterator[Change]:
    old, new = ({item["id"]: item for item in items} for items in (before, after))
    for pk in [*new, *(pk for pk in old if pk not in new)]:
        one, other = old.get(pk), new.get(pk)
        shown = other or one or {}
        label = f"attachment {shown.get('name') or shown.get('connection_path') or pk}"
        if one is None or other is None:
            yield Change(label, _shown(one), _shown(other))
        else:
            yield from _differing(_shown(one), _shown(other), label)


def _shown(item: Document | None) -> Any:
    if item is None:
        return ABSENT
    return {name: item[name] for name in OF_ATTACHMENTS if item.get(name)}


def _differing(old: Any, new: Any, label: str) -> Iterator[Change]:
    """The places below ``label`` where two values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*new, *(name for name in old if name not in new)]:
            inner = f"{label} › {name}" if label else name
            yield from _differing(old.get(name, ABSENT), new.get(name, ABSENT), inner)
    elif not is_same(old, new):
        if label.count("[") < MAX_NESTED and all(map(_is_told_by_items, (old, new))):
            yield from _items(old, new, label)
        else:
            yield Change(label, old, new)


def _is_told_by_items(value: Any) -> bool:
    """Whether it is a list of more than plain values, and not too large to look into."""
    if not isinstance(value, list) or (is_plain(value) and value):
        return False
    return len(json.dumps(value)) <= MAX_COMPARED


def _items(old: list[Any], new: list[Any], label: str) -> Iterator[Change]:
    key = next((key for key in KEYS if _is_key(key, old) and _is_key(key, new)), None)
    if key is not None:
        before, after = ({item[key]: item for item in items} for items in (old, new))
        for name in [*after, *(name for name in before if name not in after)]:
            inner = f"{label}[{name}]"
            yield from _differing(before.get(name, ABSENT), after.get(name, ABSENT), inner)
        if [name for name in before if name in after] != [name for name in after if name in before]:
            yield Change(f"{label}, order", list(before), list(after))
        return
    for one, other in _paired(old, new):
        place = other if other is not None else one
        yield from _differing(
            ABSENT if one is None else old[one],
            ABSENT if other is None else new[other],
            f"{label}[{place}]",
        )


def _is_key(key: str, items: Sequence[Any]) -> bool:
    """Whether the items are objects that this member tells apart."""
    found = [item.get(key) if isinstance(item, dict) else None for item in items]
    return all(isinstance(value, str) for value in found) and len({*found}) == len(found)


def _paired(old: list[Any], new: list[Any]) -> Iterator[tuple[int | None, int | None]]:
    """Which item became which, by their places; those that are equal are left out."""
    if max(len(old), len(new)) > MAX_ALIGNED:
        runs = [(0, len(old), 0, len(new))]
    else:
        one, other = ([json.dumps(item) for item in items] for items in (old, new))
        matcher = SequenceMatcher(None, one, other)
        runs = [(i, k, j, n) for tag, i, k, j, n in matcher.get_opcodes() if tag != "equal"]
    for i, i_end, j, j_end in runs:
        for step in range(max(i_end - i, j_end - j)):
            yield (
                i + step if i + step < i_end else None,
                j + step if j + step < j_end else None,
            )


def is_plain(values: list[Any]) -> bool:
    """Whether no element is a list or an object."""
    return not any(isinstance(value, dict | list) for value in values)


def is_same(one: Any, other: Any) -> bool:
    """Whether a reader would see the same: 1 is neither true nor 1.0."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
