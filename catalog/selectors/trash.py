"""Cards in the trash, for whoever may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Length

from catalog.models import Asset, Container, User
from catalog.selectors.assets import missing

#: A page ends early when the entities of its cards come to more characters than that.
MAX_PAGE_TEXT = 10_000_000


@dataclass(frozen=True)
class TrashPage:
    """Cards of the trash; ``place`` is where the page after them goes on."""

    cards: list[Asset]
    place: list[Any] | None
    has_more: bool
    total: int


def trashed_card(*, user: User, kind: str, container_id: UUID, asset_id: UUID) -> Asset:
    """The card with all that it shows. Raises NotFound."""
    cards = Asset.objects.trashed().in_container(container_id, kind).visible_to(user)
    found = cards.with_card().defer("entity").filter(pk=asset_id).first()
    if found is None:
        raise missing(kind, container_id, asset_id)
    return found


def trashed_cards(
    *,
    user: User,
    container: Container,
    older_than: datetime | None = None,
    newer_than: datetime | None = None,
    after: list[Any] | None = None,
    limit: int,
) -> TrashPage:
    """The cards deleted in a span of time, the last first; ``after`` is the ``place`` of a page."""
    cards = Asset.objects.trashed().filter(container=container).visible_to(user)
    if older_than is not None:
        cards = cards.filter(deleted_at__lt=older_than)
    if newer_than is not None:
        cards = cards.filter(deleted_at__gt=newer_than)
    ordered = _after(cards, after).order_by("-deleted_at", "-pk")
    rows: list[Any] = list(ordered.values_list("pk", "deleted_at")[: limit + 1])
    shown = rows[: _fitting([pk for pk, _ in rows[:limit]])]
    with_card = cards.filter(pk__in=[row[0] for row in shown]).with_card().defer("entity")
    found = {card.pk: card for card in with_card.order_by()}
    return TrashPage(
        cards=[found[pk] for pk, _ in shown if pk in found],
        place=[shown[-1][1].isoformat(), str(shown[-1][0])] if shown else None,
        has_more=len(rows) > len(shown),
        total=cards.count(),
    )


def _fitting(ids: list[UUID]) -> int:
    """How many of these cards, from the first on, one page can hold."""
    # Asked for by ids: in the query that sorts, it would be computed of the whole trash.
    text = Length(Cast("entity", TextField()))
    sizes = dict(Asset.objects.filter(pk__in=ids).order_by().values_list("pk", text))
    sums = accumulate(sizes.get(pk, 0) for pk in ids)
    return max(1, sum(1 for size in sums if size <= MAX_PAGE_TEXT))


def _after(cards: QuerySet[Asset], place: list[Any] | None) -> QuerySet[Asset]:
    if place is None:
        return cards
    deleted_at, pk = datetime.fromisoformat(place[0]), UUID(place[1])
    return cards.filter(Q(deleted_at__lt=deleted_at) | Q(deleted_at=deleted_at, pk__lt=pk))
