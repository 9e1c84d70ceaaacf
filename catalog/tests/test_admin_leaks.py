"""Filters, suggestions, autocompletes and counts of the admin tell of nothing out of sight."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import User
from catalog.tests.admin_pages import (
    address,
    administrator,
    browser,
    options_of,
    queries_of,
    steward,
    text_of,
)
from catalog.tests.factories import (
    AssetTypeFactory,
    CardFactory,
    CatalogFactory,
    MembershipFactory,
    UserFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/asset/"
BUILT_IN = 33


@pytest.fixture
def two_worlds(db: None) -> dict[str, Any]:
    """A steward's catalog, and one of somebody else's; the same things in both."""
    user = steward()
    ours = MembershipFactory.create(user=user, container__name="Ours").container
    theirs = CatalogFactory.create(name="Theirs")
    for container, name in ((ours, "ours"), (theirs, "theirs")):
        kind = AssetTypeFactory.create(container=container, name=f"type_{name}")
        owner = UserFactory.create(username=f"owner_{name}")
        CardFactory.create(container=container, asset_type=kind, tags=[f"tag_{name}"], owner=owner)
    CardFactory.create(container=ours, rov_mode=8, tags=["secret"], owner__username="hidden")
    return {"user": user, "ours": ours, "theirs": theirs}


def test_filters_offer_what_is_visible_only(two_worlds: dict[str, Any]) -> None:
    response = browser(two_worlds["user"]).get(LIST)
    assert options_of(response, "catalog") == ["all catalogs", "Ours"]
    types = options_of(response, "type")
    assert "type_ours" in types
    assert "type_theirs" not in types
    assert options_of(response, "tag") == ["tag_ours"]
    assert options_of(response, "owner") == ["owner_ours"]
    everything = browser(administrator()).get(LIST)
    assert options_of(everything, "catalog") == ["all catalogs", "Ours", "Theirs"]
    assert options_of(everything, "tag") == ["secret", "tag_ours", "tag_theirs"]


@pytest.mark.parametrize(
    "query",
    ["type=type_theirs", "tag=tag_theirs", "tag=secret", "owner=owner_theirs", "owner=hidden"],
)
def test_a_filter_by_something_hidden_finds_nothing(query: str, two_worlds: dict[str, Any]) -> None:
    client = browser(two_worlds["user"])
    assert "0 cards" in text_of(client.get(f"{LIST}?{query}"))
    assert "0 cards" in text_of(client.get(f"{LIST}?catalog={two_worlds['theirs'].pk}"))


def test_dates_to_go_back_to_are_those_of_visible_cards(two_worlds: dict[str, Any]) -> None:
    old = CardFactory.create(container=two_worlds["theirs"])
    type(old).objects.filter(pk=old.pk).update(created_at=old.created_at.replace(year=2001))
    assert "created_at__year=2001" not in text_of(browser(two_worlds["user"]).get(LIST))
    assert "created_at__year=2001" in text_of(browser(administrator()).get(LIST))


def test_the_overview_counts_and_shows_what_is_visible(two_worlds: dict[str, Any]) -> None:
    overview = browser(two_worlds["user"]).get(reverse("admin:index")).context["overview"]
    assert (overview.card_count, overview.catalog_count, overview.people_count) == (1, 1, 2)
    assert overview.type_count == BUILT_IN + 1
    assert [catalog.card_count for catalog in overview.catalogs] == [1]
    assert [tag.name for tag in overview.tags] == ["tag_ours"]
    assert [share.name for share in overview.types] == ["type_ours"]
    text = text_of(browser(two_worlds["user"]).get(reverse("admin:index")))
    for hidden in ("theirs", "Theirs", "secret"):
        assert hidden not in text


def test_the_overview_of_a_newcomer_is_empty_and_says_what_to_do() -> None:
    CardFactory.create(name="Somebody's")
    text = text_of(browser(steward()).get(reverse("admin:index")))
    assert "No cards yet" in text
    assert "You are a member of no catalog" in text
    assert "Somebody" not in text


def test_the_overview_takes_as_many_queries_for_20_cards_as_for_2() -> None:
    user = steward()
    counts = []
    for number in (2, 18):
        catalog = MembershipFactory.create(user=user).container
        for _ in range(number):
            CardFactory.create(container=catalog, owner=UserFactory.create())
        counts.append([queries_of(browser(each), "/admin/") for each in (user, administrator())])
    assert counts[0] == counts[1]


def test_lists_of_catalogs_and_types_show_and_count_what_is_visible(
    two_worlds: dict[str, Any],
) -> None:
    client = browser(two_worlds["user"])
    for model in ("container", "assettype"):
        text = text_of(client.get(address(model) + "?q=s"))
        assert "theirs" not in text.lower()
    row = client.get(address("container")).context["cl"].result_list[0]
    assert (row.name, row.card_count, row.member_count, row.role) == ("Ours", 1, 2, "viewer")
    assert "34 asset types" in text_of(client.get(address("assettype")))
    for path in (
        address("container", "change", two_worlds["theirs"].pk),
        address("assettype", "change", two_worlds["theirs"].asset_types.get().pk),
    ):
        assert client.get(path).headers["Location"] == "/admin/"


def found(user: User, field: str, term: str, model: str = "membership") -> list[str]:
    """What an autocomplete offers ``user``."""
    query = {"app_label": "catalog", "model_name": model, "field_name": field, "term": term}
    response = browser(user).get(reverse("admin:autocomplete"), query)
    assert response.status_code == 200
    return sorted(row["text"] for row in response.json()["results"])


def test_autocompletes_find_what_is_visible_only(two_worlds: dict[str, Any]) -> None:
    user = two_worlds["user"]
    assert found(user, "container", "") == ["Ours"]
    assert found(user, "container", "", "asset") == ["Ours"]
    types = found(user, "asset_type", "type_", "asset")
    assert types == ["type_ours"]
    names = {card.name for card in two_worlds["ours"].assets.exclude(rov_mode=8)}
    assert set(found(user, "asset", "", "attachment")) == names
    assert found(administrator(), "container", "") == ["Ours", "Theirs"]


def test_users_are_offered_when_they_share_a_catalog(two_worlds: dict[str, Any]) -> None:
    user, ours = two_worlds["user"], two_worlds["ours"]
    beside = user_of(MembershipFactory.create(container=ours, user__username="beside"))
    UserFactory.create(username="beside_others")
    assert found(user, "user", "beside") == [beside.username]
    assert user.username in found(user, "user", "")
    assert "owner_theirs" not in found(user, "user", "")


def test_admins_of_a_catalog_find_a_newcomer_by_the_whole_name_only() -> None:
    boss = user_of(MembershipFactory.create(user=steward(), role="admin"))
    UserFactory.create(username="newcomer")
    UserFactory.create(username="gone", deleted_at="2024-01-01T00:00:00Z")
    assert found(boss, "user", "newcome") == []
    assert found(boss, "user", "Newcomer") == ["newcomer"]
    assert found(boss, "user", "gone") == []
    viewer = user_of(MembershipFactory.create(user=steward()))
    assert found(viewer, "user", "newcomer") == []


def test_who_is_not_of_the_staff_has_no_autocomplete() -> None:
    path = reverse("admin:autocomplete")
    query = {"app_label": "catalog", "model_name": "membership", "field_name": "user"}
    assert browser(UserFactory.create()).get(path, query).status_code == 302
