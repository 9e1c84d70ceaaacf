"""What of a container is a catalog's own: how it is patched."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Container
from catalog.selectors.catalogs import catalog_document
from catalog.services.containers import hold_container, update_container
from catalog.services.json_patches import apply_patch, refuse_changes
from catalog.services.member_rules import read_description, read_name


@transaction.atomic
def patch_catalog(*, catalog: Container, operations: Any) -> Container:
    """Apply a JSON Patch to a catalog's name and description; paths begin at the document's root.

    Raises BadRequest naming any other member that the patch would change.
    """
    hold_container(catalog, exclusively=True)
    catalog.refresh_from_db()
    before = catalog_document(catalog)
    after = apply_patch(before, operations)
    refuse_changes(before, after, editable=("entity.name", "entity.description"))
    entity = after["entity"]
    changes = {
        "name": read_name(entity.get("name"), "entity.name"),
        "description": read_description(entity.get("description"), "entity.description"),
    }
    return update_container(container=catalog, changes=changes)
