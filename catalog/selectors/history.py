"""A card as it was: at a time, or in one of its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db.models import QuerySet

from catalog.models import Asset, AssetEvent, User
from catalog.querysets.history import AssetEventQuerySet
from catalog.selectors.assets import require_visible
from catalog.selectors.cards import Card, Document, asset_href, card_document
from catalog.shared.errors import NotFound, Target
from catalog.shared.prepared import PreparedRead

#: A row of ``Card`` and when that version was made.
COLUMNS = ["id", *Card._fields[1:], "pgh_created_at"]


@dataclass(frozen=True)
class Point:
    """A point in a card's history: a time, or the number of a version."""

    moment: datetime | None = None
    version: int | None = None

    def __str__(self) -> str:
        if self.moment is None:
            return f"version {self.version}"
        return self.moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class PastCard(NamedTuple):
    """A card as it was in a version that ``changed_at`` began."""

    card: Card
    changed_at: datetime


def _at(events: AssetEventQuerySet, point: Point) -> AssetEventQuerySet:
    if point.moment is not None:
        return events.filter(pgh_created_at__lte=point.moment)
    return events.filter(version=point.version)


def _rows(
    *,
    is_superuser: bool,
    kind: str,
    container_id: UUID,
    asset_id: UUID,
    user_id: int = 0,
    **point: Any,
) -> QuerySet[AssetEvent, Any]:
    user = User(pk=user_id, is_superuser=is_superuser)
    visible = Asset.objects.live().in_container(container_id, kind).visible_to(user)
    seen = visible.filter(pk=asset_id).order_by().values("pk")
    events = _at(AssetEvent.objects.of_card(asset_id), Point(**point)).filter(pgh_obj__in=seen)
    return events.newest_first().with_card().values_list(*COLUMNS)[:1]


_SAMPLES = {
    "kind": "a kind",
    "container_id": uuid4(),
    "asset_id": uuid4(),
    "moment": datetime(1900, 4, 4, tzinfo=UTC),
}
_READS = {
    False: PreparedRead(lambda **v: _rows(is_superuser=False, **v), user_id=-404, **_SAMPLES),
    True: PreparedRead(lambda **v: _rows(is_superuser=True, **v), **_SAMPLES),
}


def visible_past(
    *,
    user: User,
    kind: str,
    container_id: UUID,
    asset_id: UUID,
    point: Point,
    target: Target,
) -> PastCard:
    """The card as it was at ``point``, for somebody who sees it now; in one query.

    What is counted of a card (reads, ratings, revisions) is as it is now. Raises NotFound, naming
    ``target`` when the card was not there yet.
    """
    where: dict[str, Any] = {"kind": kind, "container_id": container_id, "asset_id": asset_id}
    row: Any
    if point.moment is not None:
        row = _READS[user.is_superuser].first(user_id=user.pk, moment=point.moment, **where)
    else:
        found = _rows(
            is_superuser=user.is_superuser, user_id=user.pk, version=point.version, **where
        )
        row = found.first()
    if row is None:
        require_visible(user=user, **where)
        raise _not_there(point, target)
    return PastCard(Card._make(row[:-1]), row[-1])


def past_of(asset_id: UUID, *, point: Point, target: Target) -> PastCard:
    """The same for whoever may see the card anyway: the caller has made sure of that."""
    events = _at(AssetEvent.objects.of_card(asset_id), point)
    row = events.newest_first().with_card().values_list(*COLUMNS).first()
    if row is None:
        raise _not_there(point, target)
    return PastCard(Card._make(row[:-1]), row[-1])


def _not_there(point: Point, target: Target) -> NotFound:
    if point.moment is None:
        return NotFound(f"The card has no {point}.", target=target)
    return NotFound(f"There was no such card at {point}.", target=target)


def past_document(past: Card) -> Document:
    """The document of a card as it was. The address is that of the card, which is live now."""
    return card_document(past) | {"href": asset_href(past._replace(deleted_at=None))}
