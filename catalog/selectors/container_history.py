"""What changed of a container and of who its members are, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from catalog.models import ContainerEvent, MembershipEvent, User

Row = dict[str, Any]
#: What a reader is told of a container; the rest never changes, or follows.
CONTAINER_COLUMNS = [
    field.attname
    for field in ContainerEvent._meta.concrete_fields
    if not field.attname.startswith("pgh_")
    and field.attname not in ("id", "kind", "created_at", "updated_at", "creator_id")
]
MEMBER_COLUMNS = ["role", "user_id", "group_id"]
ACTIONS = {"insert": "created", "update": "changed", "delete": "deleted"}


class Place(NamedTuple):
    """Where a page ended: the last event of either table that was shown."""

    container: int
    member: int


@dataclass(frozen=True)
class ContainerChange:
    """One change; ``member`` names the user or group that it is about, None for the container
    itself. ``before`` and ``after`` are columns, empty where there was or is no such row.
    """

    changed_at: datetime
    user_id: int | None
    user_name: str | None
    route: str | None
    action: str
    member: str | None
    before: Row
    after: Row


class _Event(NamedTuple):
    changed_at: datetime
    is_member: bool
    pgh_id: int
    label: str
    context: Any
    row: Row
    before: Row | None


def container_changes(
    container_id: UUID, *, limit: int, place: Place | None
) -> tuple[list[ContainerChange], Place | None]:
    """Up to ``limit`` changes after ``place``, and where to go on; None after the last."""
    own = ContainerEvent.objects.filter(pgh_obj_id=container_id)
    members = MembershipEvent.objects.filter(container_id=container_id)
    if place is not None:
        own, members = own.filter(pgh_id__lt=place[0]), members.filter(pgh_id__lt=place[1])
    found = [
        *_events(own, CONTAINER_COLUMNS, limit, is_member=False),
        *_events(members, MEMBER_COLUMNS, limit, is_member=True),
    ]
    found.sort(key=lambda event: event[:3], reverse=True)
    shown = found[:limit]
    return _changes(shown), _place(shown, place) if len(found) > limit else None


def _events(
    events: models.QuerySet[Any], columns: list[str], limit: int, *, is_member: bool
) -> list[_Event]:
    row = JSONObject(**{name: name for name in columns})
    earlier = events.model.objects.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
    )
    before = Subquery(earlier.order_by("-pgh_id").values(row=row)[:1])
    rows = events.order_by("-pgh_id").values_list(
        "pgh_created_at", "pgh_id", "pgh_label", "pgh_context__metadata", row, before
    )
    return [_Event(each[0], is_member, *each[1:]) for each in rows[: limit + 1]]


def _place(shown: list[_Event], place: Place | None) -> Place:
    last = list(place or Place(2**63 - 1, 2**63 - 1))
    for event in shown:
        last[event.is_member] = event.pgh_id
    return Place(*last)


def _changes(events: list[_Event]) -> list[ContainerChange]:
    contexts = [event.context if isinstance(event.context, dict) else {} for event in events]
    users = {context.get("user") for context in contexts}
    users |= {event.row["user_id"] for event in events if event.is_member}
    people = User.objects.existing().filter(pk__in=users - {None})
    names = dict(people.values_list("pk", "username"))
    groups = {event.row["group_id"] for event in events if event.is_member} - {None}
    group_names = dict(Group.objects.filter(pk__in=groups).values_list("pk", "name"))
    return [
        ContainerChange(
            changed_at=event.changed_at,
            user_id=context.get("user"),
            user_name=names.get(context.get("user")),
            route=context.get("route"),
            action=ACTIONS[event.label],
            member=_member(event.row, names, group_names) if event.is_member else None,
            before={} if event.label == "insert" else event.before or event.row,
            after={} if event.label == "delete" else event.row,
        )
        for event, context in zip(events, contexts, strict=True)
    ]


def _member(row: Row, names: dict[int, str], groups: dict[int, str]) -> str:
    if row["user_id"] is not None:
        return names.get(row["user_id"], f"user {row['user_id']}")
    return f"the group {groups.get(row['group_id'], row['group_id'])}"
