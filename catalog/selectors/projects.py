"""Projects and their members as the API shows them. Source: Watson Data API, "Projects"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.models import Container, Membership, ProjectToken
from catalog.selectors.members import member_id, member_type

Document = dict[str, Any]

#: What ``include`` may ask for besides the fields, which are always shown.
SECTIONS = ("members", "settings", "integrations")
#: Words of ``include`` for what is among the fields anyway.
FIELDS = ("fields", "name", "tags", "storage")
#: Members of ``details`` that are shown as they were given; not at all when they were not.
KEPT = ("tools", "compute", "context")
#: The type of projects and spaces that name none.
DEFAULT_TYPE = "cpd"


def precise(moment: datetime) -> str:
    """``2020-07-21T13:01:44.095Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def project_document(
    project: Container, sections: Collection[str] = (), members: Sequence[Membership] = ()
) -> Document:
    """One project, with these of SECTIONS."""
    details = project.details
    entity: Document = {
        "name": project.name,
        "generator": project.generator,
        "description": project.description,
        "public": project.is_public,
        "storage": storage_document(project),
        "scope": {"bss_account_id": project.account_id, "enforce_members": project.enforce_members},
        "creator": project.creator.username,
        "creator_iam_id": str(project.creator_id),
        "catalog": {"guid": str(Container.hidden_catalog_of(project.pk)), "public": False},
        "tags": project.tags,
        "type": details.get("type", DEFAULT_TYPE),
        **{name: details[name] for name in KEPT if details.get(name)},
    }
    if "members" in sections:
        entity["members"] = [project_member_document(member) for member in members]
    if "settings" in sections:
        entity["settings"] = settings_document(project)
    if "integrations" in sections:
        entity["integrations"] = details.get("integrations", {})
    metadata = {
        "guid": str(project.pk),
        "url": f"/v2/projects/{project.pk}",
        "created_at": precise(project.created_at),
        "updated_at": precise(project.updated_at),
    }
    return {"metadata": metadata, "entity": entity}


def storage_document(container: Container) -> Document:
    """Where the files are: with the installation, whatever a client asked for."""
    return {"type": "assetfiles", "guid": str(Container.storage_of(container.pk))}


#: The groups of settings and what each says while nobody has said otherwise.
SETTINGS: dict[str, Document] = {
    "access_restrictions": {"data": False},
    "audit_events": {"enabled": False},
}


def settings_document(project: Container) -> Document:
    """All groups of settings."""
    return SETTINGS | project.details.get("settings", {})


def project_member_document(member: Membership) -> Document:
    """One member of a project."""
    return {
        "id": member_id(member),
        "user_name": member.user.username if member.user else member_id(member),
        "role": member.role,
        "state": "ACTIVE",
        "type": member_type(member),
    }


def members_of_each(containers: Sequence[Container]) -> dict[UUID, list[Membership]]:
    """The members of each of these containers, oldest first, in one query."""
    found: dict[UUID, list[Membership]] = defaultdict(list)
    ids = [container.pk for container in containers]
    for member in Membership.objects.filter(container__in=ids).listed().in_order():
        found[member.container_id].append(member)
    return found


def token_document(token: ProjectToken, key: str = "") -> Document:
    """One token of a project; the token itself, ``key``, only in the answer that issues it."""
    document: Document = {
        "token": key or f"p-{token.api_key.prefix}-****",
        "guid": str(token.pk),
        "name": token.api_key.name,
        "scopes": [{"audience": "project", "guid": str(token.container_id), "role": token.role}],
        "created_at": precise(token.created_at),
    }
    if token.last_used_at is not None:
        document["last_used_at"] = precise(token.last_used_at)
    return document
