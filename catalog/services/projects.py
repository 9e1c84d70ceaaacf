"""Projects: created and changed, with their settings and integrations.

Source: Watson Data API, "Projects".
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Container, User
from catalog.selectors.projects import (
    DEFAULT_TYPE,
    SECTIONS,
    members_of_each,
    project_document,
    settings_document,
)
from catalog.services.container_details import details_with
from catalog.services.containers import create_container, hold_container, update_container
from catalog.shared.errors import BadRequest, NotFound, below
from catalog.shared.json import is_same_json

#: What a client may send back as it is, and nothing else.
RESERVED = (
    "generator",
    "storage",
    "scope",
    "creator",
    "creator_iam_id",
    "catalog",
    "members",
    "integrations",
)
#: The columns that members of the contract stand for, and what they are when there is no value.
COLUMNS: dict[str, tuple[str, Any]] = {
    "name": ("name", None),
    "description": ("description", ""),
    "public": ("is_public", False),
    "tags": ("tags", []),
}
DETAILS = ("tools", "compute", "type", "context", "settings")


def create_project(*, actor: User, given: dict[str, Any]) -> Container:
    """Create a project whose first admin is ``actor``, from what ``NewProjectSerializer`` read.

    Names need not be unique. Raises NotAuthorized for a project token.
    """
    scope = given.get("scope") or {}
    enforce = given.get("enforce_members")
    fields = _columns({"type": DEFAULT_TYPE} | given, Container(kind=Container.Kind.PROJECT))
    if scope.get("bss_account_id"):
        fields["account_id"] = scope["bss_account_id"]
    return create_container(
        actor=actor,
        kind=Container.Kind.PROJECT,
        generator=given["generator"],
        enforce_members=bool(scope.get("enforce_members") if enforce is None else enforce),
        **fields,
    )


@transaction.atomic
def patch_project(*, project: Container, changes: dict[str, Any]) -> Container:
    """Merge what ``ProjectChangesSerializer`` read into a project; a null takes a value away.

    Raises BadRequest naming a member that the server sets, unless it is as it is already.
    """
    hold_container(project, exclusively=True)
    project.refresh_from_db()
    members = members_of_each([project])[project.pk] if "members" in changes else []
    entity = project_document(project, SECTIONS, members)["entity"]
    for name in RESERVED:
        if name in changes:
            _refuse_change(entity[name], changes[name], name)
    columns = _columns(changes, project)
    changed = {
        column: value
        for column, value in columns.items()
        if not is_same_json(getattr(project, column), value)
    }
    return update_container(container=project, changes=changed)


def _columns(given: dict[str, Any], project: Container) -> dict[str, Any]:
    """The columns that members of the contract set."""
    columns = {
        column: default if given[name] is None else given[name]
        for name, (column, default) in COLUMNS.items()
        if name in given
    }
    details = {name: _plain(given[name]) for name in DETAILS if name in given}
    if details.get("settings") is not None:  # a group of settings that is not given stays
        details["settings"] = settings_document(project) | details["settings"]
        if details["settings"] == settings_document(project):
            del details["settings"]
    if details:
        columns["details"] = details_with(project, details)
    return columns


def _plain(value: Any) -> Any:
    """What a serializer read, as plain objects and lists."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list) else value


def _refuse_change(present: Any, given: Any, at: str) -> None:
    """Raise BadRequest unless all that is given is so already; objects may be given in part."""
    if isinstance(present, dict) and isinstance(given, dict):
        for name, value in given.items():
            _refuse_change(present.get(name), value, below(at, name[:100]))
    elif not is_same_json(present, given):
        raise BadRequest("Reserved: it can't be changed here.", target=at)


@transaction.atomic
def put_setting(*, project: Container, group: str, value: dict[str, Any]) -> Container:
    """Replace one group of a project's settings."""
    return patch_project(project=project, changes={"settings": {group: value}})


@transaction.atomic
def put_integration(*, project: Container, name: str, value: dict[str, Any]) -> Container:
    """Keep what a project is integrated with under that name."""
    return _change_integrations(project, name, value)


@transaction.atomic
def remove_integration(*, project: Container, name: str) -> Container:
    """Forget it; raises NotFound when there is none."""
    return _change_integrations(project, name, None)


def _change_integrations(project: Container, name: str, value: dict[str, Any] | None) -> Container:
    hold_container(project, exclusively=True)
    project.refresh_from_db()
    present = project.details.get("integrations", {})
    if value is None and name not in present:
        raise NotFound(f"The project is not integrated with {name}.")
    others = {other: kept for other, kept in present.items() if other != name}
    integrations = others if value is None else others | {name: _plain(value)}
    details = details_with(project, {"integrations": integrations or None})
    return update_container(container=project, changes={"details": details})
