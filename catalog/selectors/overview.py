"""The first page of the admin: how much there is and what happened lately, for one viewer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef

from catalog.models import Asset, AssetType, Container, Membership, User
from catalog.querysets.assets import AssetQuerySet
from catalog.querysets.counts import capped_count

MOST_CARDS = 10_000
MOST_CARDS_OF_A_CATALOG = 1000
#: How many of the cards changed last are looked at for what is going on.
LATELY = 500


@dataclass(frozen=True)
class Share:
    """How often something occurs among the latest cards; ``percent`` is of the most frequent."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True)
class Overview:
    catalogs: list[Any]
    catalog_count: int
    card_count: int
    type_count: int
    people_count: int
    recent: list[Any]
    types: list[Share]
    tags: list[Share]

    @property
    def has_more_cards(self) -> bool:
        """Whether there are more than ``card_count``."""
        return self.card_count > MOST_CARDS


def overview_for(user: User) -> Overview:
    """Everything is of catalogs and cards that ``user`` may see, the counts too."""
    cards = _cards(user)
    containers = Container.objects.visible_to(user)
    seen = containers.order_by().values("pk")
    lately = list(
        cards.order_by("-updated_at", "-pk").values_list("asset_attributes__0", "tags")[:LATELY]
    )
    members = Membership.objects.filter(container__in=seen)
    by_group = User.groups.through.objects.filter(group__in=members.values("group"))
    people = (
        members.filter(user__is_token=False).values("user_id").union(by_group.values("user_id"))
    )
    return Overview(
        catalogs=list(_with_counts(containers, user)[:6]),
        catalog_count=containers.count(),
        card_count=cards.order_by().values("pk")[: MOST_CARDS + 1].count(),
        type_count=AssetType.objects.known_in_any(seen).count(),
        people_count=people.count(),
        recent=list(_recent(cards)),
        types=_shares([asset_type for asset_type, _ in lately], 8),
        tags=_shares([tag for _, tags in lately for tag in tags], 14),
    )


def _with_counts(containers: Any, user: User) -> Any:
    mine = Asset.objects.live().visible_to(user).filter(container_id=OuterRef("pk"))
    counted = containers.with_role_of(user).annotate(
        card_count=capped_count(mine, MOST_CARDS_OF_A_CATALOG)
    )
    return counted.order_by("-is_default", "-updated_at", "pk")


def _cards(user: User) -> AssetQuerySet:
    cards = Asset.objects.live().visible_to(user)
    if user.is_superuser:
        return cards
    # No more than visible_to says; but from ids the planner knows how few cards they hold.
    mine = Container.memberships_of(user).values_list("container_id", flat=True)
    return cards.filter(container_id__in=list(mine))


def _recent(cards: AssetQuerySet) -> Any:
    shown = cards.select_related("container", "last_updater").defer("entity", "description")
    return shown.order_by("-updated_at", "-pk")[:10]


def _shares(names: list[str], most: int) -> list[Share]:
    counted = Counter(names).most_common()
    # Of equal counts the first by name: a page that is drawn again stays as it is.
    ranked = sorted(counted, key=lambda pair: (-pair[1], pair[0]))[:most]
    top = ranked[0][1] if ranked else 1
    return [Share(name, count, round(100 * count / top)) for name, count in ranked]
