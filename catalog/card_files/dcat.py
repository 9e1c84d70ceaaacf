"""A DCAT-US catalog (``data.json``): the members of ``dataset``.

Key: ``identifier``, else ``@id``, else the title. The card keeps every member of the dataset that
is not its name, description or tags in its attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from catalog.card_files.card_bodies import card_body, digest, storable
from catalog.card_files.entries import Entry, RefusedEntry
from catalog.card_files.json_elements import elements

MEMBER = "dataset"


def read_dcat(file: BinaryIO, *, asset_type: str, limit: int) -> Iterator[Entry]:
    """Each dataset as a card of ``asset_type``."""
    for element in elements(file, MEMBER, limit=limit):
        if isinstance(element, RefusedEntry):
            yield element
        elif not isinstance(element.value, dict):
            yield RefusedEntry(element.line, "A dataset must be an object.", MEMBER)
        else:
            yield storable(element.line, dataset_card(element.value, asset_type))


def dataset_card(dataset: dict[str, Any], asset_type: str) -> dict[str, Any]:
    """The body of a dataset's card; a data asset gets the first media type that is known."""
    extra: dict[str, Any] = {}
    if asset_type == "data_asset":
        extra["dataset"] = True
        if media_type := _media_type(dataset.get("distribution")):
            extra["mime_type"] = media_type
    return card_body(
        dataset,
        asset_type=asset_type,
        key=_key(dataset),
        name=["title"],
        tags=["keyword"],
        extra=extra,
    )


def _key(dataset: dict[str, Any]) -> str:
    for member in ("identifier", "@id", "title"):
        value = dataset.get(member)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return f"dataset-{digest(dataset)}"


def _media_type(distributions: Any) -> str | None:
    for distribution in distributions if isinstance(distributions, list) else [distributions]:
        if isinstance(distribution, dict):
            media_type = distribution.get("mediaType")
            if isinstance(media_type, str) and media_type.strip():
                return media_type
    return None
