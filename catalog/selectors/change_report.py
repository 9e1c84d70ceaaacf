"""Who changed what when, over all that history follows, in time order: for an audit.

Which columns changed, never their values: those are in the history, for who may see it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models, transaction
from psycopg import sql

from catalog.models import (
    AssetEvent,
    AttachmentEvent,
    CollaboratorEvent,
    ContainerEvent,
    MembershipEvent,
)

#: Rows that the server sends at a time, of each kind.
CHUNK = 500
#: Columns that change with any other: they tell nothing.
BOOKKEEPING = frozenset({"version", "updated_at", "last_updater_id"})


class ReportedChange(NamedTuple):
    """A line of the report.

    ``user`` is the name of a user, or the id of one who is unknown. ``id`` is that of the changed
    object; of a collaborator or member it is the user's, or ``group:`` and the group's. ``name`` is
    that of the card, or of the container.
    """

    time: datetime
    user: str | None
    route: str | None
    trace: str | None
    kind: str
    id: str
    container: str | None
    name: str | None
    action: str
    columns: list[str]


@dataclass(frozen=True)
class Selection:
    """Which changes: from a time on, before another, of one user, in one container."""

    since: datetime | None = None
    until: datetime | None = None
    user_id: int | None = None
    container_id: UUID | None = None


@dataclass(frozen=True)
class _Kind:
    """How the changes of one table are told; the pieces of SQL name its row ``event``.

    ``card`` joins the row of the card that a part belonged to, ``beside``.
    """

    name: str
    model: type[models.Model]
    id: str
    container: str
    title: str
    card: bool = False
    action: str = ""


_USER_OR_GROUP = "COALESCE(event.user_id::text, 'group:' || event.group_id)"
KINDS = [
    _Kind("container", ContainerEvent, "event.id::text", "event.id", "event.name"),
    _Kind("member", MembershipEvent, _USER_OR_GROUP, "event.container_id", "NULL"),
    _Kind(
        "asset",
        AssetEvent,
        "event.id::text",
        "event.container_id",
        "event.name",
        action="""
            WHEN event.pgh_label = 'delete' THEN 'purged'
            WHEN before.deleted_at IS NULL AND event.deleted_at IS NOT NULL THEN 'deleted'
            WHEN before.deleted_at IS NOT NULL AND event.deleted_at IS NULL THEN 'restored'
        """,
    ),
    _Kind("attachment", AttachmentEvent, "event.id::text", "card.container_id", "card.name", True),
    _Kind(
        "collaborator",
        CollaboratorEvent,
        "event.user_id::text",
        "card.container_id",
        "card.name",
        True,
    ),
]
_FROM = """
FROM {table} event
LEFT JOIN pghistory_context context ON context.id = event.pgh_context_id
"""
#: The card of a part as it was then; of a purged one, as it was last.
_CARD = """
LEFT JOIN LATERAL (
    SELECT asset.container_id, asset.name FROM catalog_assetevent asset
    WHERE asset.pgh_obj_id = event.asset_id AND asset.pgh_created_at <= event.pgh_created_at
    ORDER BY asset.pgh_created_at DESC, asset.pgh_id DESC LIMIT 1
) card ON true
"""
_COLUMNS = """
SELECT event.pgh_created_at, COALESCE(someone.username, context.metadata->>'user'),
    context.metadata->>'route', context.metadata->>'trace', {kind}, {id}, {container}::text,
    {title}, CASE {action}
        WHEN event.pgh_label = 'insert' THEN 'created'
        WHEN event.pgh_label = 'delete' THEN 'deleted'
        ELSE 'changed'
    END,
    CASE WHEN event.pgh_label = 'update' THEN array_remove(ARRAY[{changed}], NULL)
        ELSE ARRAY[]::text[] END,
    event.pgh_id
"""
_BEFORE = """
LEFT JOIN catalog_user someone ON someone.id::text = context.metadata->>'user'
LEFT JOIN LATERAL (
    SELECT * FROM {table} earlier
    WHERE event.pgh_label = 'update' AND earlier.pgh_obj_id = event.pgh_obj_id {same_card}
        AND (earlier.{order}, earlier.pgh_id) < (event.{order}, event.pgh_id)
    ORDER BY earlier.{order} DESC, earlier.pgh_id DESC LIMIT 1
) before ON true
"""


def changes(selection: Selection) -> Iterator[ReportedChange]:
    """The changes, oldest first, as they were at one moment, in bounded memory."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # Each kind in time order from a cursor of its own; equal times in the order of KINDS.
        streams = [_stream(kind, place, selection) for place, kind in enumerate(KINDS)]
        for _, _, _, change in heapq.merge(*streams, key=lambda row: row[:3]):
            yield change


def count_changes(selection: Selection) -> int:
    """How many there are, in one query."""
    counts: list[sql.Composable] = []
    parameters: list[Any] = []
    for kind in KINDS:
        condition, values = _condition(kind, selection)
        counts.append(sql.SQL("SELECT count(*) AS number") + _from(kind) + condition)
        parameters += values
    query = sql.SQL("SELECT sum(number) FROM ({}) counts").format(
        sql.SQL(" UNION ALL ").join(counts)
    )
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(None), parameters)
        return int(cursor.fetchone()[0])


def _stream(
    kind: _Kind, place: int, selection: Selection
) -> Iterator[tuple[datetime, int, int, ReportedChange]]:
    condition, parameters = _condition(kind, selection)
    query = (
        _select(kind)
        + _from(kind)
        + sql.SQL(_BEFORE).format(**_words(kind))
        + condition
        + sql.SQL(" ORDER BY event.pgh_created_at, event.pgh_id")
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(query.as_string(None), parameters)
        while rows := cursor.fetchmany(CHUNK):
            for *row, pgh_id in rows:
                yield row[0], place, pgh_id, ReportedChange(*row)


def _select(kind: _Kind) -> sql.Composed:
    columns = [
        field.attname
        for field in kind.model._meta.concrete_fields
        if not field.attname.startswith("pgh_") and field.attname not in BOOKKEEPING
    ]
    compared: list[sql.Composable] = [
        sql.SQL("CASE WHEN event.{} IS DISTINCT FROM before.{} THEN {} END").format(
            sql.Identifier(column), sql.Identifier(column), sql.Literal(column)
        )
        for column in columns
    ]
    changed = sql.SQL(", ").join(compared)
    return sql.SQL(_COLUMNS).format(
        kind=sql.Literal(kind.name),
        id=sql.SQL(kind.id),
        container=sql.SQL(kind.container),
        title=sql.SQL(kind.title),
        action=sql.SQL(kind.action),
        changed=changed,
    )


def _words(kind: _Kind) -> dict[str, sql.Composable]:
    """By which index the row before is found."""
    in_time = kind.name in ("asset", "attachment", "collaborator")
    return {
        "table": sql.Identifier(kind.model._meta.db_table),
        "order": sql.Identifier("pgh_created_at" if in_time else "pgh_id"),
        "same_card": sql.SQL("AND earlier.asset_id = event.asset_id" if kind.card else ""),
    }


def _from(kind: _Kind) -> sql.Composed:
    table = sql.Identifier(kind.model._meta.db_table)
    return sql.SQL(_FROM).format(table=table) + sql.SQL(_CARD if kind.card else "")


def _condition(kind: _Kind, selection: Selection) -> tuple[sql.Composed, list[Any]]:
    conditions = {
        "event.pgh_created_at >= %s": selection.since,
        "event.pgh_created_at < %s": selection.until,
        "context.metadata->>'user' = %s": selection.user_id and str(selection.user_id),
        f"{kind.container} = %s": selection.container_id,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    if not given:
        return sql.Composed([]), []
    pieces: list[sql.Composable] = [sql.SQL(text) for text in given]
    return sql.SQL(" WHERE ") + sql.SQL(" AND ").join(pieces), list(given.values())
