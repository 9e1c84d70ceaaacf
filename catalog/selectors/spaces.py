"""Spaces and their members as the API shows them. Source: answers of Cloud Pak for Data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.models import Container, Membership
from catalog.selectors.members import member_id, member_type
from catalog.selectors.projects import DEFAULT_TYPE, precise, storage_document

Document = dict[str, Any]

#: Members of ``details`` that are shown as they were given; not at all when they were not.
KEPT = ("compute", "stage", "settings", "generator")


def space_document(space: Container, members: Sequence[Membership] | None = None) -> Document:
    """One space, with its members if they are given."""
    entity: Document = {
        "name": space.name,
        "description": space.description,
        "scope": {"bss_account_id": space.account_id},
        "status": {"state": "active"},
        "storage": storage_document(space),
        "tags": space.tags,
        "type": space.details.get("type", DEFAULT_TYPE),
        **{name: space.details[name] for name in KEPT if space.details.get(name)},
    }
    if members is not None:
        entity["members"] = [space_member_document(member) for member in members]
    metadata = {
        "id": str(space.pk),
        "url": f"/v2/spaces/{space.pk}",
        "creator_id": str(space.creator_id),
        "created_at": precise(space.created_at),
        "updated_at": precise(space.updated_at),
    }
    return {"entity": entity, "metadata": metadata}


def space_member_document(member: Membership) -> Document:
    """One member of a space."""
    return {
        "id": member_id(member),
        "role": member.role,
        "state": "active",
        "type": member_type(member),
    }
