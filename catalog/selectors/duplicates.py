"""Cards that are there already. Source: "Duplicate asset handling" of the Watson catalogs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from catalog.models import Asset, Container, User
from catalog.selectors.attachments import CONNECTION


class Rule(NamedTuple):
    """One way of being a duplicate: in ``words`` for people, and by which ``member`` of a card."""

    words: str
    member: str | None
    condition: Q


def copies_of(ids: Collection[str]) -> Q:
    """Cards that were copied from these."""
    return Q(source_asset__isnull=False, source_asset__asset_id__in=list(ids))


def rules_for(columns: dict[str, Any], source: Asset | None) -> list[Rule]:
    """What makes a card of these columns, a copy of ``source`` or of nothing, a duplicate; what
    tells most comes first.
    """
    rules = []
    if source is not None:
        related = copies_of([str(source.pk)])
        if original := (source.source_asset or {}).get("asset_id"):
            related |= Q(pk=original)
        rules.append(Rule("that is a copy or the original of it", None, related))
    if key := columns["resource_key"]:
        rules.append(Rule("of that resource key", "metadata.resource_key", Q(resource_key=key)))
    rules.append(Rule("of that name", "metadata.name", Q(name=columns["name"])))
    return rules


def duplicates(rule: Rule, *, user: User, container: Container, asset_type: str) -> QuerySet[Asset]:
    """The live cards of that type which the rule means and ``user`` sees, the newest first."""
    cards = Asset.objects.live().visible_to(user).filter(container=container)
    found = cards.filter(rule.condition, asset_attributes__0=asset_type)
    return found.order_by("-created_at", "-pk")


def connections_to_copy(
    ids: Collection[UUID], *, user: User, container: Container
) -> dict[UUID, Asset]:
    """Those of these connections in the container that ``user`` sees, by id."""
    cards = Asset.objects.live().visible_to(user).filter(container=container, pk__in=ids)
    return {card.pk: card for card in cards.filter(asset_attributes__0=CONNECTION)}


def connections_there(
    ids: Collection[UUID], copying: dict[UUID, Asset], *, user: User, container: Container
) -> dict[UUID, UUID]:
    """Which connection in the container stands for each of these: the newest copy of it, or the
    one that it is a copy of itself. By id; only what ``user`` sees.
    """
    originals = {
        pk: card.source_asset["asset_id"]
        for pk, card in copying.items()
        if card.source_asset and "asset_id" in card.source_asset
    }
    cards = Asset.objects.live().visible_to(user).filter(container=container)
    found = cards.filter(
        Q(pk__in=originals.values()) | copies_of([str(pk) for pk in ids]),
        asset_attributes__0=CONNECTION,
    )
    rows = list(found.order_by("created_at", "pk").values_list("pk", "source_asset__asset_id"))
    there = {str(pk): pk for pk, _ in rows}
    known = {pk: there[original] for pk, original in originals.items() if original in there}
    return known | {pk: copy for copy, text in rows for pk in ids if str(pk) == text}
