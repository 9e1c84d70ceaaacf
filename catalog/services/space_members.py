"""A member of a space, changed by JSON Patch."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Container, Membership
from catalog.selectors.spaces import space_member_document
from catalog.services.json_patches import apply_patch, refuse_changes
from catalog.services.members import change_roles
from catalog.shared.errors import BadRequest


@transaction.atomic
def patch_member(*, space: Container, member: Membership, operations: Any) -> Membership:
    """Apply a JSON Patch to a member; paths begin at the member, and only ``/role`` changes.

    Raises BadRequest, or as ``change_roles`` does.
    """
    before = space_member_document(member)
    after = apply_patch(before, operations)
    refuse_changes(before, after, editable=("role",))
    role = after.get("role")
    if not isinstance(role, str) or role not in Membership.Role.values:
        raise BadRequest(f"Must be one of {', '.join(Membership.Role.values)}.", target="role")
    [changed] = change_roles(container=space, roles={member.pk: role})
    return changed
