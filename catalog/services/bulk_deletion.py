"""Many cards of a container deleted by one request."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import Asset, Container, User
from catalog.services.containers import hold_container


@transaction.atomic
def delete_assets(
    *, actor: User, container: Container, ids: Collection[UUID], purge: bool = False
) -> set[UUID]:
    """Move those of these live cards that ``actor`` sees to the trash; return their ids.

    ``purge`` deletes them for good. The caller saw to it that the actor is an editor.
    """
    hold_container(container)
    seen = Asset.objects.live().filter(container=container, pk__in=ids).visible_to(actor)
    # In the order of ids: who else deletes some of them waits, and nobody waits in a circle.
    list(seen.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    found = set(seen.order_by().values_list("pk", flat=True))
    cards = Asset.objects.filter(pk__in=found)
    if purge:
        cards.only("pk").delete()
    else:
        now = timezone.now()
        cards.update(deleted_at=now, updated_at=now, last_updater=actor, version=F("version") + 1)
    return found
