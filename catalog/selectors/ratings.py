"""Ratings of a card as the API shows them. Source: Watson Data API, "Assets"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from catalog.models import Rating, User
from catalog.selectors.cards import seconds

#: What ratings can be sorted by; a hyphen before it turns the order around.
SORTS = ("updated_at", "-updated_at", "rating", "-rating")
#: Whose ratings are asked for: everybody's, the caller's, all but the caller's.
USER_FILTERS = ("all", "user", "other")


@dataclass(frozen=True)
class RatingPage:
    """Ratings; ``place`` is where the page after them goes on, None at the end."""

    ratings: list[Rating]
    place: list[Any] | None
    total: int


def rating_document(rating: Rating) -> dict[str, Any]:
    """One rating."""
    return {
        "metadata": {
            "asset_rating_id": f"{rating.asset_id}_{rating.user_id}",
            "asset_id": str(rating.asset_id),
            "creator_id": str(rating.user_id),
            "created_at": seconds(rating.created_at),
            "updated_at": seconds(rating.updated_at),
        },
        "entity": {"rating": rating.rating, "review": rating.review},
    }


def ratings_of(
    asset_id: UUID,
    *,
    user: User,
    user_filter: str = "all",
    sort: str = "-updated_at",
    after: list[Any] | None = None,
    limit: int,
) -> RatingPage:
    """The ratings of a card that ``user`` sees; ``after`` is the ``place`` of a page."""
    found = Rating.objects.filter(asset_id=asset_id)
    if user_filter != "all":
        own = Q(user_id=user.pk)
        found = found.filter(own if user_filter == "user" else ~own)
    column, is_descending = sort.removeprefix("-"), sort.startswith("-")
    rows = list(
        _after(found, column, after, is_descending=is_descending).order_by(
            sort, "-pk" if is_descending else "pk"
        )[: limit + 1]
    )
    shown, place = rows[:limit], None
    if len(rows) > limit:
        value = getattr(shown[-1], column)
        place = [value.isoformat() if isinstance(value, datetime) else value, shown[-1].pk]
    return RatingPage(shown, place, found.count())


def _after(
    found: QuerySet[Rating], column: str, place: list[Any] | None, *, is_descending: bool
) -> QuerySet[Rating]:
    if place is None:
        return found
    value, pk = place
    if column == "updated_at":
        value = datetime.fromisoformat(value)
    side = "lt" if is_descending else "gt"
    return found.filter(Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": pk}))


def rating_counts(asset_id: UUID) -> list[dict[str, int]]:
    """How often each rating was given, the lowest first; those that nobody gave are left out."""
    counts = Rating.objects.filter(asset_id=asset_id).values("rating").annotate(count=Count("pk"))
    return [{"rating": row["rating"], "count": row["count"]} for row in counts.order_by("rating")]
