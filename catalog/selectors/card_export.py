"""Every card of a container as lines that an import reads back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Func, QuerySet, Value, When

from catalog.models import Asset, Container, User
from catalog.selectors.attachments import CONNECTION
from catalog.selectors.cards import CONTAINER_PARAMETERS, Document, card_document
from catalog.shared.json import dump

#: Cards in memory at a time, of whatever size they are.
CHUNK = 250
#: What is the container's, or counts what people did here: it would differ wherever the card goes.
LEFT_OUT = frozenset({*CONTAINER_PARAMETERS.values(), "sandbox_id", "usage"})


def exported_cards(
    container: Container, *, asset_type: str | None = None, user: User | None = None
) -> QuerySet[Asset]:
    """The live cards to export: of one type, if any, and those that ``user`` sees, if any."""
    cards = Asset.objects.live().filter(container=container)
    if asset_type is not None:
        cards = cards.filter(asset_attributes__0=asset_type)
    return cards if user is None else cards.visible_to(user)


def export_lines(cards: QuerySet[Asset]) -> Iterator[bytes]:
    """One line of JSON a card, all as they were at one moment, in bounded memory.

    Connections come first, because attachments name them; then the oldest, by the milliseconds
    that a card shows, then by id. So a copy that kept its ids is exported in the same order.
    """
    created = Func(
        Value("milliseconds"), F("created_at"), function="date_trunc", output_field=DateTimeField()
    )
    rank = Case(When(asset_attributes__0=CONNECTION, then=Value(0)), default=Value(1))
    # Ids are sorted, and cards fetched by them: sorting whole cards would take their size on disk.
    ids = cards.order_by(rank, created, "pk").values_list("pk", flat=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        chunk: list[UUID] = []
        for pk in ids.iterator(chunk_size=CHUNK):
            chunk.append(pk)
            if len(chunk) == CHUNK:
                yield from _lines(chunk)
                chunk = []
        yield from _lines(chunk)


def _lines(ids: Sequence[UUID]) -> Iterator[bytes]:
    rows = Asset.objects.filter(pk__in=ids).with_card().defer("entity").order_by()
    cards = {asset.pk: asset for asset in rows}
    for pk in ids:
        yield dump(exported_document(cards[pk])) + b"\n"


def exported_document(asset: Asset) -> Document:
    """The card as the API gives it, without what is left out."""
    document = card_document(asset)
    del document["href"]
    for part in (document["metadata"], *document.get("attachments", ())):
        for member in LEFT_OUT & part.keys():
            del part[member]
    return document
