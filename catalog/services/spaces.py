"""Spaces: created and patched. Source: recorded answers of Cloud Pak for Data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from catalog.models import Container, User
from catalog.selectors.projects import DEFAULT_TYPE
from catalog.selectors.spaces import space_document
from catalog.services.container_details import details_with
from catalog.services.containers import create_container, hold_container, update_container
from catalog.services.json_patches import apply_patch, refuse_changes
from catalog.shared.json import is_same_json

DETAILS = ("type", "stage", "compute", "settings", "generator")
#: What a patch may change of the entity.
EDITABLE = ("name", "description", "tags", *DETAILS)


def create_space(*, actor: User, given: dict[str, Any]) -> Container:
    """Create a space whose first admin is ``actor``, from what ``NewSpaceSerializer`` read.

    Raises NotAuthorized for a project token.
    """
    fields = _columns({"type": DEFAULT_TYPE} | given, Container(kind=Container.Kind.SPACE))
    return create_container(actor=actor, kind=Container.Kind.SPACE, **fields)


@transaction.atomic
def patch_space(
    *, space: Container, operations: Any, read: Callable[[dict[str, Any]], dict[str, Any]]
) -> Container:
    """Apply a JSON Patch to a space; paths begin at its entity.

    ``read`` checks the EDITABLE members that come of it. Raises BadRequest naming any other member
    that the patch would change.
    """
    hold_container(space, exclusively=True)
    space.refresh_from_db()
    before = space_document(space)["entity"]
    after = apply_patch(before, operations)
    refuse_changes(before, after, editable=EDITABLE)
    given = read({name: after.get(name) for name in EDITABLE})
    changed = {
        column: value
        for column, value in _columns(given, space).items()
        if not is_same_json(getattr(space, column), value)
    }
    return update_container(container=space, changes=changed)


def _columns(given: dict[str, Any], space: Container) -> dict[str, Any]:
    """The columns that members of the entity set; a null counts as not given."""
    columns = {"name": given["name"]}
    columns["description"] = given.get("description") or ""
    columns["tags"] = given.get("tags") or []
    details = {name: given.get(name) or None for name in DETAILS}
    return columns | {"details": details_with(space, details)}
