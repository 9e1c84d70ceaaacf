"""A Frictionless Data Package (``datapackage.json``): the members of ``resources``.

Key: the package's ``name`` (or ``id``) and the resource's ``name`` (or ``path``), as
``package/resource``. The card keeps every member of the resource that is not its name or
description in its attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from catalog.card_files.card_bodies import card_body, digest, joined_key, storable
from catalog.card_files.entries import Entry, RefusedEntry
from catalog.card_files.json_elements import elements, top_level_text

MEMBER = "resources"


def read_data_package(file: BinaryIO, *, asset_type: str, limit: int) -> Iterator[Entry]:
    """Each resource as a card of ``asset_type``. Reads twice: a package may end with its name."""
    start = file.tell()
    about = top_level_text(file, ("name", "id"), limit=limit)
    file.seek(start)
    package = about.get("name") or about.get("id") or ""
    for element in elements(file, MEMBER, limit=limit):
        if isinstance(element, RefusedEntry):
            yield element
        elif not isinstance(element.value, dict):
            yield RefusedEntry(element.line, "A resource must be an object.", MEMBER)
        else:
            yield storable(element.line, resource_card(element.value, package, asset_type))


def resource_card(resource: dict[str, Any], package: str, asset_type: str) -> dict[str, Any]:
    """The body of a resource's card; a data asset is a dataset when the resource is a table."""
    extra: dict[str, Any] = {}
    if asset_type == "data_asset":
        extra["dataset"] = resource.get("type") == "table" or isinstance(
            resource.get("schema"), dict
        )
        media_type = resource.get("mediatype")
        if isinstance(media_type, str) and media_type.strip():
            extra["mime_type"] = media_type
    own = [resource.get("name"), resource.get("path")]
    name = next((text for text in own if isinstance(text, str) and text.strip()), None)
    return card_body(
        resource,
        asset_type=asset_type,
        key=joined_key(filter(None, [package, name or f"resource-{digest(resource)}"])),
        name=["title", "name"],
        tags=["keywords"],
        extra=extra,
    )
