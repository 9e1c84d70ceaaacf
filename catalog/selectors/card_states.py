"""What a version of a card says, and the JSON Patch from one version to another."""

from __future__ import annotations

import json
from typing import Any

import jsonpatch

from catalog.selectors.cards import Card, Document, attachment_item, metadata_document

#: Members of ``metadata`` that count what people did with a card: no part of its state.
NO_STATE = frozenset({"usage", "rating", "total_ratings", "commit_info"})
#: Two values that are longer than this as JSON are not compared inside: the one replaces the other
#: as a whole. Comparing takes time that grows with length and depth together.
MAX_COMPARED = 50_000
#: How far from the root the members of a larger value are still compared one by one: up to
#: ``/metadata/name`` and ``/entity/book``.
LEVELS = 2


def state_document(card: Card) -> Document:
    """The card's state: its document without what counts reading and rating, and without hrefs.

    Patches of history are about this: ``{metadata, entity[, attachments]}``.
    """
    metadata = metadata_document(card)
    state: Document = {
        "metadata": {name: value for name, value in metadata.items() if name not in NO_STATE},
        "entity": json.loads(card.entity_text),
    }
    if card.attachment_list:
        items = [attachment_item(row) for row in card.attachment_list]
        for item in items:
            del item["usage"]
        state["attachments"] = items
    return state


def patch_between(before: Document, after: Document) -> list[Document]:
    """The operations (RFC 6902: add, remove, replace) that make ``after`` of ``before``."""
    return _compared(before, after, "", LEVELS)


def _compared(before: Any, after: Any, path: str, levels: int) -> list[Document]:
    texts = [json.dumps(value) for value in (before, after)]
    if sum(map(len, texts)) <= MAX_COMPARED:
        return _inside(before, after, path)
    if levels and isinstance(before, dict) and isinstance(after, dict):
        return [
            operation
            for name in [*before, *(name for name in after if name not in before)]
            for operation in _member(before, after, name, path, levels)
        ]
    return [] if texts[0] == texts[1] else [_replaced(path, after)]


def _member(before: Document, after: Document, name: str, path: str, levels: int) -> list[Document]:
    at = f"{path}/{pointed(name)}"
    if name not in after:
        return [{"op": "remove", "path": at}]
    if name not in before:
        return [{"op": "add", "path": at, "value": after[name]}]
    return _compared(before[name], after[name], at, levels - 1)


def _inside(before: Any, after: Any, path: str) -> list[Document]:
    try:
        # Without moves: each operation says by itself what is new.
        patch = jsonpatch.JsonPatch.from_diff(before, after, optimization=False)
    except RecursionError:
        return [_replaced(path, after)]
    return [operation | {"path": path + operation["path"]} for operation in patch.patch]


def _replaced(path: str, value: Any) -> Document:
    return {"op": "replace", "path": path, "value": value}


def pointed(name: str) -> str:
    """A name as a step of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")
