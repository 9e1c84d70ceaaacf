"""Catalogs and members in the admin: changed through the services, by their admins."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Container, Membership
from catalog.tests.admin_pages import (
    address,
    administrator,
    browser,
    queries_of,
    steward,
    submit,
    text_of,
)
from catalog.tests.factories import (
    CardFactory,
    CatalogFactory,
    MembershipFactory,
    UserFactory,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Membership:
    """The only admin of a catalog, and of the staff."""
    user = steward()
    catalog = CatalogFactory.create(name="Library", creator=user)
    return catalog.memberships.get()


def page(membership: Membership) -> str:
    return address("container", "change", membership.container_id)


def roles(container: Container) -> dict[str, str]:
    return dict(container.memberships.values_list("user__username", "role"))


def row(index: int, **values: Any) -> dict[str, Any]:
    return {f"memberships-{index}-{name}": value for name, value in values.items()}


def test_a_steward_makes_a_catalog_and_is_its_admin() -> None:
    user = steward()
    path = address("container", "add")
    assert submit(browser(user), path, name="New", description="For us").status_code == 302
    catalog = Container.objects.get(name="New")
    assert (catalog.kind, catalog.creator, catalog.description) == ("catalog", user, "For us")
    assert roles(catalog) == {user.username: "admin"}
    assert "Must not be blank" in text_of(submit(browser(user), path, name="  "))


def test_an_admin_renames_a_catalog(boss: Membership) -> None:
    assert submit(browser(user_of(boss)), page(boss), name="Archive").status_code == 302
    boss.container.refresh_from_db()
    assert boss.container.name == "Archive"


def test_an_admin_adds_changes_and_removes_members(boss: Membership) -> None:
    going = user_of(MembershipFactory.create(container=boss.container, user__username="a_going"))
    staying = user_of(
        MembershipFactory.create(container=boss.container, user__username="b_staying")
    )
    new = UserFactory.create()
    response = submit(
        browser(user_of(boss)), page(boss), **row(0, DELETE="on"), **row(1, role="editor"),
        **{"memberships-TOTAL_FORMS": "4"}, **row(3, user=str(new.pk), role="viewer", id=""),
    )  # fmt: skip
    assert response.status_code == 302
    assert roles(boss.container) == {
        user_of(boss).username: "admin", staying.username: "editor", new.username: "viewer",
    }  # fmt: skip
    assert not going.memberships.exists()


@pytest.mark.parametrize("change", [row(0, DELETE="on"), row(0, role="viewer")])
def test_the_last_admin_stays_and_the_form_says_so(
    boss: Membership, change: dict[str, Any]
) -> None:
    response = submit(browser(user_of(boss)), page(boss), name="Renamed", **change)
    assert "The last admin of the catalog can&#x27;t leave" in text_of(response)
    assert roles(boss.container) == {user_of(boss).username: "admin"}
    boss.container.refresh_from_db()
    assert boss.container.name == "Library"


def test_an_admin_hands_over_in_one_step(boss: Membership) -> None:
    heir = user_of(MembershipFactory.create(container=boss.container, user__username="zz_heir"))
    submit(browser(user_of(boss)), page(boss), **row(0, role="viewer"), **row(1, role="admin"))
    assert roles(boss.container) == {user_of(boss).username: "viewer", heir.username: "admin"}


def test_who_is_a_member_already_is_refused_in_the_form(boss: Membership) -> None:
    other = user_of(MembershipFactory.create(container=boss.container))
    fields = row(2, user=str(other.pk), role="editor", id="")
    response = submit(
        browser(user_of(boss)), page(boss), **{"memberships-TOTAL_FORMS": "3"}, **fields
    )
    assert response.status_code == 200
    assert roles(boss.container)[other.username] == "viewer"


def test_a_deleted_user_is_not_added(boss: Membership) -> None:
    gone = UserFactory.create(deleted_at="2024-01-01T00:00:00Z")
    fields = row(1, user=str(gone.pk), role="viewer", id="")
    response = submit(
        browser(user_of(boss)), page(boss), **{"memberships-TOTAL_FORMS": "2"}, **fields
    )
    assert "There is no user" in text_of(response)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_other_members_read_the_page_only(boss: Membership, role: str) -> None:
    user = user_of(MembershipFactory.create(container=boss.container, user=steward(), role=role))
    client = browser(user)
    text = text_of(client.get(page(boss)))
    assert user_of(boss).username in text
    assert 'name="name"' not in text
    assert client.post(page(boss), {"name": "Mine"}).status_code == 403
    path = address("container", "delete", boss.container_id)
    assert client.post(path, {"post": "yes"}).status_code == 403


def test_a_catalog_is_deleted_with_what_is_in_it(boss: Membership) -> None:
    CardFactory.create(container=boss.container)
    path = address("container", "delete", boss.container_id)
    assert "“Library” with 1 cards, 1 members" in text_of(browser(user_of(boss)).get(path))
    assert browser(user_of(boss)).post(path, {"post": "yes"}).status_code == 302
    assert not Container.objects.filter(pk=boss.container_id).exists()


def test_the_default_catalog_stays_and_the_page_says_why() -> None:
    catalog = CatalogFactory.create(is_default=True)
    client = browser(administrator())
    response = client.post(address("container", "delete", catalog.pk), {"post": "yes"}, follow=True)
    assert "The default catalog can&#x27;t be deleted." in text_of(response)
    assert Container.objects.filter(pk=catalog.pk).exists()


def test_lists_take_as_many_queries_for_20_catalogs_as_for_2() -> None:
    user = steward()
    counts = []
    for number in (2, 18):
        for _ in range(number):
            CardFactory.create(container=MembershipFactory.create(user=user).container)
        counts.append(queries_of(browser(user), address("container")))
    assert counts[0] == counts[1]


def test_members_take_as_many_queries_for_20_as_for_2(boss: Membership) -> None:
    counts = []
    for number in (1, 18):
        for _ in range(number):
            MembershipFactory.create(container=boss.container)
        counts.append(queries_of(browser(user_of(boss)), page(boss)))
    assert counts[0] == counts[1]
