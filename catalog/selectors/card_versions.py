"""The versions of one card, newest first, each with what it changed of the one before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction

from catalog.models import AssetEvent, User
from catalog.selectors.card_parts import PartsInTime
from catalog.selectors.card_states import state_document
from catalog.selectors.cards import Card, Document

T = TypeVar("T")
#: A page ends before its limit once its versions come to this many characters of JSON.
MAX_PAGE_TEXT = 1_000_000
#: Rows that the server sends at a time: a page of large versions is not read past its end.
CHUNK = 4
FAR = datetime.max.replace(tzinfo=UTC)
#: What of a card is not in its own row, or does not belong to its state.
BESIDE: dict[str, Any] = {
    "container_kind": "",
    "collaborator_list": [],
    "attachment_list": [],
    "access_count": None,
    "last_accessed_at": None,
    "last_accessor_id": None,
    "rating_total": None,
    "rating_count": None,
    "last_revision": None,
}
OWN = [name for name in Card._fields if name not in BESIDE]


class Place(NamedTuple):
    """Where a page ended: the time and the event of its last version."""

    changed_at: datetime
    pgh_id: int


@dataclass(frozen=True)
class Version(Generic[T]):
    """One change of a card: who, when, through what; ``changes`` as the caller describes them.

    ``user_id`` is None when nobody knows, ``user_name`` also for a user who was deleted.
    """

    number: int
    changed_at: datetime
    user_id: int | None
    user_name: str | None
    route: str | None
    trace: str | None
    action: str
    changes: T


@dataclass(frozen=True)
class Page(Generic[T]):
    """``next`` is where the next page begins, None on the last."""

    versions: list[Version[T]]
    next: Place | None


class _Row(NamedTuple):
    pgh_id: int
    changed_at: datetime
    context: Document
    card: Card


def versions_page(
    *,
    asset_id: UUID,
    kind: str,
    limit: int,
    place: Place | None,
    describe: Callable[[Document, Document], T],
) -> Page[T]:
    """Up to ``limit`` versions after ``place``, newest first, fewer when they are large.

    ``describe`` gives the changes from one state of the card to the next, as ``state_document``
    makes them; the first begins at ``{}``. Whoever asks has made sure that the card may be seen.
    The number of queries does not depend on the card, nor on the length of its history.
    """
    with transaction.atomic():
        rows, is_complete = _rows(asset_id, kind, limit, place)
        before = None if is_complete else rows.pop()
        newest_first = [
            _version(row, older, changes)
            for row, older, changes in reversed(
                list(_described(asset_id, rows, before, place, describe))
            )
        ]
        named = _named(newest_first)
    last = rows[-1] if before is not None else None
    return Page(named, None if last is None else Place(last.changed_at, last.pgh_id))


def _rows(asset_id: UUID, kind: str, limit: int, place: Place | None) -> tuple[list[_Row], bool]:
    """The page's versions and the one before them; whether there is none before."""
    events = AssetEvent.objects.of_card(asset_id)
    if place is not None:
        events = events.before(*place)
    found = (
        events.newest_first()
        .with_entity_text()
        .values_list("pgh_id", "pgh_created_at", "pgh_context__metadata", "id", *OWN[1:])
    )
    rows: list[_Row] = []
    length = 0
    for pgh_id, changed_at, context, *columns in found[: limit + 1].iterator(chunk_size=CHUNK):
        own = dict(zip(OWN, columns, strict=True))
        card = Card(**BESIDE | own | {"container_kind": kind})
        rows.append(_Row(pgh_id, changed_at, _read(context), card))
        length += len(card.entity_text)
        if len(rows) > limit or (length > MAX_PAGE_TEXT and len(rows) > 1):
            return rows, False
    return rows, True


def _read(context: Any) -> Document:
    """The metadata of a change's context, which is JSON of whoever made the change."""
    value = json.loads(context) if isinstance(context, str) else context
    return value if isinstance(value, dict) else {}


def _described(
    asset_id: UUID,
    rows: list[_Row],
    before: _Row | None,
    place: Place | None,
    describe: Callable[[Document, Document], T],
) -> Iterator[tuple[_Row, Card | None, T]]:
    """Each version, oldest first, with the card before it and what changed."""
    older: Card | None = None
    state: Document = {}
    parts = PartsInTime(
        asset_id,
        begin_with=before.pgh_id if before else None,
        since=rows[-1].changed_at if before else None,
        until=place.changed_at if place else None,
    )
    if before is not None:
        older = parts.completed(before.card, until=rows[-1].changed_at)
        state = state_document(older)
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        until = rows[index - 1].changed_at if index else FAR
        card = parts.completed(row.card, until=until)
        after = state_document(card)
        yield row, older, describe(state, after)
        older, state = card, after


def _version(row: _Row, older: Card | None, changes: T) -> Version[T]:
    user_id, route, trace = (row.context.get(name) for name in ("user", "route", "trace"))
    # Without a context the row itself says who changed it, if it was changed as services do.
    if user_id is None and (older is None or older.version != row.card.version):
        user_id = row.card.last_updater_id
    return Version(
        number=row.card.version,
        changed_at=row.changed_at,
        user_id=user_id if isinstance(user_id, int) else None,
        user_name=None,
        route=route if isinstance(route, str) else None,
        trace=trace if isinstance(trace, str) else None,
        action=_action(older, row.card),
        changes=changes,
    )


def _action(older: Card | None, card: Card) -> str:
    if older is None:
        return "created"
    if (older.deleted_at is None) == (card.deleted_at is None):
        return "changed"
    return "restored" if card.deleted_at is None else "deleted"


def _named(versions: Iterable[Version[T]]) -> list[Version[T]]:
    """The versions with the names of their users, in one query."""
    found = list(versions)
    ids = {version.user_id for version in found} - {None}
    names = dict(User.objects.existing().filter(pk__in=ids).values_list("pk", "username"))
    return [replace(version, user_name=names.get(version.user_id)) for version in found]
