"""Catalogs and members as the API shows them. Source: Watson Data API, "Catalogs"."""

from __future__ import annotations

from typing import Any

from catalog.models import Container, Membership
from catalog.selectors.cards import seconds
from catalog.selectors.members import member_id


def catalog_document(catalog: Container) -> dict[str, Any]:
    """One catalog; or a project or a space in a list of catalogs that was asked for those, too."""
    href = f"/v2/{catalog.kind}s/{catalog.pk}"
    return {
        "metadata": {
            "guid": str(catalog.pk),
            "url": href,
            "creator_id": str(catalog.creator_id),
            "create_time": seconds(catalog.created_at),
        },
        "entity": {
            "name": catalog.name,
            "description": catalog.description,
            "generator": catalog.generator,
            "bss_account_id": catalog.account_id,
            "capacity_limit": catalog.capacity_limit,
            "is_governed": catalog.is_governed,
            "auto_profiling": catalog.auto_profiling,
            "saml_instance_name": catalog.saml_instance_name,
        },
        "href": href,
    }


def properties_of(catalog: Container) -> dict[str, Any]:
    """What clients keep with a catalog, by key."""
    properties: dict[str, Any] = catalog.details.get("properties", {})
    return properties


def _who(member: Membership) -> dict[str, str]:
    if member.user_id is None:
        return {"access_group_id": str(member.group_id)}
    return {"user_iam_id": str(member.user_id)}


def member_document(member: Membership) -> dict[str, Any]:
    """One member of a catalog: a user or a group."""
    return {
        **_who(member),
        "role": member.role,
        "href": f"/v2/catalogs/{member.container_id}/members/{member_id(member)}",
        "create_time": seconds(member.created_at),
        "memberUniqueId": str(member.pk),
    }


def added_member_document(member: Membership) -> dict[str, Any]:
    """A member just added."""
    return {
        **_who(member),
        "role": member.role,
        "memberUniqueId": str(member.pk),
        "memberId": str(member.pk),
    }
