"""Ratings of cards: given once by each member, changed, taken back, and counted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import AssetStatistics, Membership, Rating, User
from catalog.selectors.assets import missing, require_visible
from catalog.selectors.containers import visible_container
from catalog.services.containers import hold_container
from catalog.services.duplicates import hold_words
from catalog.services.members import is_uid
from catalog.shared.errors import NotAuthorized, NotFound


@transaction.atomic
def rate_asset(
    *,
    actor: User,
    kind: str,
    container_id: UUID,
    asset_id: UUID,
    rating: int,
    review: str,
) -> tuple[Rating, bool]:
    """Rate a card that ``actor`` sees, or rate it again; whether it was the first time, too.

    Raises NotFound for a card that the actor does not see.
    """
    _kept_card(actor, kind, container_id, asset_id)
    # Locked before there is a row to lock: of a user's first ratings at one moment, one is first.
    hold_words([f"{asset_id} rated by {actor.pk}"])
    given = Rating.objects.select_for_update().filter(asset_id=asset_id, user=actor).first()
    if given is None:
        now = timezone.now()
        given = Rating.objects.create(
            asset_id=asset_id,
            user=actor,
            rating=rating,
            review=review,
            created_at=now,
            updated_at=now,
        )
        _count(asset_id, total=rating, count=1)
        return given, True
    return _change(given, {"rating": rating, "review": review}), False


@transaction.atomic
def change_rating(
    *,
    actor: User,
    kind: str,
    container_id: UUID,
    asset_id: UUID,
    asset_rating_id: str,
    changes: dict[str, Any],
) -> Rating:
    """Change the ``rating`` or ``review`` that ``actor`` gave.

    Raises NotFound, or NotAuthorized for somebody else's.
    """
    _kept_card(actor, kind, container_id, asset_id)
    given = _held_rating(asset_id, asset_rating_id)
    if given.user_id != actor.pk:
        raise NotAuthorized("Only who gave a rating may change it.")
    return _change(given, changes) if changes else given


@transaction.atomic
def delete_rating(
    *,
    actor: User,
    kind: str,
    container_id: UUID,
    asset_id: UUID,
    asset_rating_id: str,
) -> None:
    """Take a rating back: one's own or, for admins of the container, anybody's.

    Raises NotFound, or NotAuthorized for somebody else's.
    """
    role = _kept_card(actor, kind, container_id, asset_id)
    given = _held_rating(asset_id, asset_rating_id)
    is_admin = actor.is_superuser or role == Membership.Role.ADMIN
    if given.user_id != actor.pk and not is_admin:
        raise NotAuthorized(f"Only who gave a rating and admins of the {kind} may delete it.")
    given.delete()
    _count(asset_id, total=-given.rating, count=-1)


def _kept_card(actor: User, kind: str, container_id: UUID, asset_id: UUID) -> str | None:
    """Keep a card that ``actor`` sees from deletion until the transaction ends, side by side with
    others; return what the actor is in its container.
    """
    found = visible_container(user=actor, kind=kind, container_id=container_id)
    if found is None:
        raise missing(kind, container_id, asset_id)
    container, role = found
    hold_container(container)
    sql = "SELECT 1 FROM catalog_asset WHERE id = %s AND container_id = %s FOR KEY SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, [asset_id, container_id])
    require_visible(user=actor, kind=kind, container_id=container_id, asset_id=asset_id)
    return role


def _held_rating(asset_id: UUID, asset_rating_id: str) -> Rating:
    """The rating of that id, ``<asset_id>_<uid>``, its row locked; raises NotFound."""
    rated, _, uid = asset_rating_id.rpartition("_")
    found = None
    if rated.lower() == str(asset_id) and is_uid(uid):
        ratings = Rating.objects.filter(asset_id=asset_id, user_id=uid)
        found = ratings.select_for_update().first()
    if found is None:
        raise NotFound(f"The asset has no rating {asset_rating_id[:100]}.")
    return found


def _change(given: Rating, changes: dict[str, Any]) -> Rating:
    """Set columns of a rating whose row is locked."""
    before = given.rating
    for column, value in changes.items():
        setattr(given, column, value)
    given.updated_at = timezone.now()
    given.save(update_fields=[*changes, "updated_at"])
    _count(given.asset_id, total=given.rating - before)
    return given


def _count(asset_id: UUID, *, total: int, count: int = 0) -> None:
    """Add to what is counted of a card; exact however many do so at once."""
    counted = AssetStatistics.objects.filter(asset_id=asset_id)
    sums = {"rating_total": F("rating_total") + total, "rating_count": F("rating_count") + count}
    if not counted.update(**sums):
        AssetStatistics.objects.bulk_create(
            [AssetStatistics(asset_id=asset_id)], ignore_conflicts=True
        )
        counted.update(**sums)
