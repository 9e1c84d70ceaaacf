"""What an import asks the database about a batch: one query a question, never one a card."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from catalog.models import Asset, Attachment, Container, User

#: The first key of the advisory locks of imports: any number that nothing else here uses.
LOCKS_OF_IMPORTS = 0x0CA2D
CHUNK = 100


class Place(NamedTuple):
    """Where the card of an id is."""

    container_id: UUID
    asset_type: str


def take_turn(container: Container) -> None:
    """Keep other imports into the container waiting until the transaction ends."""
    key = int.from_bytes(container.pk.bytes[-4:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS_OF_IMPORTS, key])


def places_of(ids: Collection[UUID]) -> dict[UUID, Place]:
    """Where the cards of these ids are, those in the trash too; nothing for an id that is free."""
    if not ids:
        return {}
    rows = Asset.objects.filter(pk__in=ids).order_by()
    return {
        pk: Place(container_id, asset_type)
        for pk, container_id, asset_type in rows.values_list(
            "pk", "container_id", "asset_attributes__0"
        )
    }


def live_by(
    column: str, values: Collection[str], container: Container
) -> dict[tuple[str, str], list[UUID]]:
    """The container's live cards by type and by ``column``, which is resource_key or name."""
    found: dict[tuple[str, str], list[UUID]] = {}
    if values:
        rows = (
            Asset.objects.live().filter(container=container, **{f"{column}__in": values}).order_by()
        )
        for asset_type, value, pk in rows.values_list("asset_attributes__0", column, "pk"):
            found.setdefault((asset_type, value), []).append(pk)
    return found


def stored_cards(ids: Collection[UUID], *, locked: bool = False) -> Iterator[Asset]:
    """These cards with all that they show; ``entity`` is deferred, ``entity_text`` has it.

    Few are in memory at a time: a small line may be about a large card. Needs a transaction.
    """
    if not ids:
        return iter(())
    if locked:
        # In one order, so that nobody who does the same waits in a circle; and before the reading:
        # a statement that waits for a row reads what is beside it as it was before the wait.
        locking = Asset.objects.filter(pk__in=ids).select_for_update(no_key=True)
        list(locking.order_by("pk").values_list("pk"))
    rows = Asset.objects.filter(pk__in=ids).with_card().defer("entity").order_by()
    return rows.iterator(chunk_size=CHUNK)


def taken_attachments(ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids attachments have, wherever."""
    if not ids:
        return set()
    return set(Attachment.objects.filter(pk__in=ids).values_list("pk", flat=True))


def existing_users(ids: Iterable[int]) -> set[int]:
    """Which of these ids are those of users who were not deleted."""
    return set(User.objects.existing().filter(pk__in=ids).values_list("pk", flat=True))
