"""What of a container is a catalog's own: how it is patched, and its properties."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Container
from catalog.selectors.catalogs import catalog_document, properties_of
from catalog.services.container_details import details_with
from catalog.services.containers import hold_container, update_container
from catalog.services.json_patches import PatchTestFailed, apply_patch, refuse_changes
from catalog.services.member_rules import read_description, read_name
from catalog.shared.errors import BadRequest, Conflict
from catalog.shared.limits import MAX_NAME


@transaction.atomic
def patch_catalog(*, catalog: Container, operations: Any) -> Container:
    """Apply a JSON Patch to a catalog's name and description; paths begin at the document's root.

    Raises BadRequest naming any other member that the patch would change, Conflict for a ``test``
    that fails.
    """
    hold_container(catalog, exclusively=True)
    catalog.refresh_from_db()
    before = catalog_document(catalog)
    after = _patched(before, operations)
    refuse_changes(before, after, editable=("entity.name", "entity.description"))
    entity = after["entity"]
    changes = {
        "name": read_name(entity.get("name"), "entity.name"),
        "description": read_description(entity.get("description"), "entity.description"),
    }
    return update_container(container=catalog, changes=changes)


@transaction.atomic
def patch_properties(*, catalog: Container, operations: Any) -> Container:
    """Apply a JSON Patch to a catalog's properties; paths begin with the property's key.

    Raises BadRequest for a key that is blank or too long, Conflict for a ``test`` that fails.
    """
    hold_container(catalog, exclusively=True)
    catalog.refresh_from_db()
    properties = _patched(properties_of(catalog), operations)
    for key in properties:
        if not key.strip() or len(key) > MAX_NAME:
            words = f"The key of a property has 1 to {MAX_NAME} characters, not just blanks."
            raise BadRequest(words, target=key[:100] or None)
    details = details_with(catalog, {"properties": properties or None})
    return update_container(container=catalog, changes={"details": details})


def _patched(document: dict[str, Any], operations: Any) -> dict[str, Any]:
    try:
        return apply_patch(document, operations)
    except PatchTestFailed as exc:
        raise Conflict(exc.message, target=exc.target) from exc
