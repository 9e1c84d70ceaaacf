"""Groups in the admin, and what being in one shows there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from catalog.models import Container, ExternalIdentity, Membership, User
from catalog.services.groups import add_users, create_group
from catalog.services.identities import link_identity
from catalog.services.users import create_user, delete_user
from catalog.shared.openid import OpenIDConfiguration
from catalog.tests.admin_pages import (
    address,
    administrator,
    browser,
    queries_of,
    steward,
    submit,
    text_of,
)
from catalog.tests.conftest import Caller
from catalog.tests.factories import CardFactory, CatalogFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/auth/group/", "/admin/auth/group/add/"
OPENID = OpenIDConfiguration(
    issuer="https://id.example.com",
    client_id="cardwright",
    client_secret="secret",
    groups=(("/gardeners", "GARDENERS"),),
)


def page(group: Group, which: str = "change") -> str:
    return f"{LIST}{group.pk}/{which}/"


def group_of(*users: User, name: str = "Gardeners") -> Group:
    group = create_group(actor=None, name=name, description="Ferns")
    add_users(group=group, uids=[user.uid for user in users])
    return group


def new_user(path: str, number: int, user: User) -> dict[str, Any]:
    """The fields of one more row of users on a group's page."""
    prefix = "User_groups"
    return {
        f"{prefix}-TOTAL_FORMS": str(number + 1),
        f"{prefix}-{number}-user": str(user.pk),
    }


def test_a_group_is_made_changed_and_deleted() -> None:
    boss = administrator()
    client = browser(boss)
    assert submit(client, ADD, name="Gardeners", description="Ferns\nand mosses").status_code == 302
    group = Group.objects.get()
    assert (group.details.description, group.details.creator) == ("Ferns\nand mosses", boss)
    text = text_of(client.get(page(group)))
    assert "Ferns\nand mosses" in text
    assert "permissions" not in text.lower()
    assert submit(client, page(group), name="Botanists").status_code == 302
    group.refresh_from_db()
    assert (group.name, group.details.description) == ("Botanists", "Ferns\nand mosses")
    MembershipFactory.create(user=None, group=group)
    assert "1 catalogs" in text_of(client.get(page(group, "delete")))
    assert client.post(page(group, "delete"), {"post": "yes"}).status_code == 302
    assert not Group.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 151, "gardeners", "Gardeners"])
def test_a_refusal_appears_in_the_form(name: str) -> None:
    group_of()
    response = submit(browser(administrator()), ADD, name=name)
    assert response.status_code == 200
    assert "errornote" in response.content.decode()
    assert Group.objects.count() == 1


def test_users_are_put_in_by_name_and_taken_out_by_a_tick() -> None:
    rosa, vera = UserFactory.create(username="rosa"), UserFactory.create(username="vera")
    group = group_of(rosa)
    client = browser(administrator())
    response = submit(client, page(group), **new_user(page(group), 1, vera))
    assert response.status_code == 302
    assert set(group.user_set.all()) == {rosa, vera}
    response = submit(client, page(group), **{"User_groups-0-DELETE": "on"})
    assert response.status_code == 302
    assert set(group.user_set.all()) == {vera}


def test_a_user_who_is_gone_is_not_put_in() -> None:
    boss, gone = administrator(), UserFactory.create()
    delete_user(actor=boss, user=gone)
    group = group_of()
    response = submit(browser(boss), page(group), **new_user(page(group), 0, gone))
    assert response.status_code == 200
    assert not group.user_set.exists()


def test_only_administrators_open_the_pages() -> None:
    group = group_of()
    for path in (LIST, ADD, page(group), page(group, "delete"), page(group, "history")):
        assert browser(administrator()).get(path).status_code == 200, path
        assert browser(steward()).get(path).status_code in (302, 403), path
        assert browser(UserFactory.create()).get(path).status_code == 302, path
    assert browser(steward()).post(page(group, "delete"), {"post": "yes"}).status_code == 403


def test_the_page_says_where_the_group_is_a_member_and_who_decides_about_it(settings: Any) -> None:
    group = group_of()
    library = CatalogFactory.create(name="Library")
    Membership.objects.create(container=library, group=group, role="editor")
    text = text_of(browser(administrator()).get(page(group)))
    assert "Library" in text
    assert "the sign-in service" not in text
    settings.OPENID = OPENID
    assert "the sign-in service" in text_of(browser(administrator()).get(page(group)))


def test_lists_and_pages_take_as_many_queries_for_20_as_for_2() -> None:
    client = browser(administrator())
    group, counts = group_of(), []
    for number in (2, 18):
        for _ in range(number):
            user = UserFactory.create()
            add_users(group=group, uids=[user.uid])
            MembershipFactory.create(user=None, group=group_of(user, name=f"of {user.pk}"))
            MembershipFactory.create(user=None, group=group)
        paths = [LIST, page(group), address("user")]
        counts.append([queries_of(client, path) for path in paths])
    assert counts[0] == counts[1]


def test_the_users_list_counts_each_catalog_once_by_membership_or_group() -> None:
    user = UserFactory.create(username="rosa")
    both = MembershipFactory.create(user=user).container
    for group in (group_of(user), group_of(user, name="Others")):
        Membership.objects.create(container=both, group=group, role="editor")
        MembershipFactory.create(user=None, group=group)
    client = browser(administrator())
    shown = client.get(address("user"), {"q": "rosa", "o": "5"}).context["cl"].result_list
    assert [(each.username, each.catalog_count) for each in shown] == [("rosa", 3)]
    text = text_of(client.get(address("user", "change", user.pk)))
    assert "by the group Gardeners" in text
    assert page(Group.objects.get(name="Others")) in text


def suggested(user: User, field: str, term: str = "") -> list[str]:
    """What an autocomplete of a container's members offers ``user``."""
    query = {"app_label": "catalog", "model_name": "membership", "field_name": field, "term": term}
    rows = browser(user).get(reverse("admin:autocomplete"), query).json()["results"]
    return sorted(row["text"] for row in rows)


def test_who_shares_a_catalog_by_a_group_sees_the_others_as_by_a_membership() -> None:
    rosa, vera = steward(), UserFactory.create(username="vera")
    UserFactory.create(username="stranger")
    library = CatalogFactory.create(creator__username="boss")
    ours, theirs = group_of(rosa, name="Ours"), group_of(vera, name="Theirs")
    group_of(name="Elsewhere")
    assert suggested(rosa, "user") == [rosa.username]
    assert suggested(rosa, "group") == ["Ours"]
    for group in (ours, theirs):
        Membership.objects.create(container=library, group=group, role="viewer")
    assert suggested(rosa, "user") == sorted(["boss", rosa.username, "vera"])
    assert suggested(rosa, "group") == ["Ours", "Theirs"]
    overview = browser(rosa).get(reverse("admin:index")).context["overview"]
    assert overview.people_count == 3


def test_admins_of_a_catalog_find_a_group_by_the_whole_name_only() -> None:
    boss, viewer = steward(), steward()
    MembershipFactory.create(user=boss, role="admin")
    MembershipFactory.create(user=viewer)
    group_of(name="Newcomers")
    assert suggested(boss, "group", "Newcomer") == []
    assert suggested(boss, "group", "newcomers") == ["Newcomers"]
    assert suggested(viewer, "group", "newcomers") == []


@pytest.fixture
def library() -> Container:
    """A catalog of a steward's."""
    return MembershipFactory.create(user=steward(), role="admin").container


def new_member(number: int, **fields: Any) -> dict[str, Any]:
    given = {f"memberships-{number}-{name}": value for name, value in fields.items()}
    return {"memberships-TOTAL_FORMS": str(number + 1), **given}


def test_a_group_becomes_a_member_gets_another_role_and_goes(library: Container) -> None:
    group = group_of()
    client, path = browser(administrator()), address("container", "change", library.pk)
    response = submit(client, path, **new_member(2, group=str(group.pk), role="viewer"))
    assert response.status_code == 302, text_of(response)
    assert library.memberships.get(group=group).role == "viewer"
    text = text_of(client.get(path))
    assert "Gardeners" in text
    rows = client.get(path).context["inline_admin_formsets"][0].formset.forms
    number = next(n for n, form in enumerate(rows) if form.instance.group_id == group.pk)
    assert submit(client, path, **{f"memberships-{number}-role": "editor"}).status_code == 302
    assert library.memberships.get(group=group).role == "editor"
    assert submit(client, path, **{f"memberships-{number}-DELETE": "on"}).status_code == 302
    assert not library.memberships.filter(group=group).exists()


@pytest.mark.parametrize("both", [True, False])
def test_a_member_is_either_a_user_or_a_group(library: Container, both: bool) -> None:
    given = {"user": str(UserFactory.create().pk), "group": str(group_of().pk)} if both else {}
    path = address("container", "change", library.pk)
    response = submit(browser(administrator()), path, **new_member(2, role="viewer", **given))
    assert "Choose either a user or a group." in text_of(response)
    assert library.memberships.count() == 2


def test_a_group_twice_is_refused_by_name(library: Container) -> None:
    group = group_of()
    Membership.objects.create(container=library, group=group, role="viewer")
    path = address("container", "change", library.pk)
    fields = new_member(3, group=str(group.pk), role="viewer")
    assert "duplicate data for group" in text_of(submit(browser(administrator()), path, **fields))
    assert library.memberships.filter(group=group).count() == 1


def test_an_editor_by_group_edits_in_the_admin_and_by_api_until_taken_out() -> None:
    rosa = steward()
    group = group_of(rosa)
    card = CardFactory.create(name="Ferns")
    Membership.objects.create(container=card.container, group=group, role="editor")
    client, caller = browser(rosa), Caller(rosa)
    path = address("asset", "change", card.pk)
    assert submit(client, f"{path}?edit=1", name="Mosses").status_code == 302
    card.refresh_from_db()
    assert card.name == "Mosses"
    by_api = f"/v2/assets/{card.pk}?catalog_id={card.container_id}"
    rename = [{"op": "replace", "path": "/metadata/name", "value": "Lichens"}]
    assert caller.patch(by_api, rename).status_code == 200
    admin = Caller(administrator())
    assert admin.delete(f"/usermgmt/v2/groups/{group.pk}/members/{rosa.uid}").status_code == 200
    assert caller.get(by_api).status_code == 404
    assert client.get(path).headers["Location"] == "/admin/"
    assert "Lichens" not in text_of(client.get(address("asset")))


def test_an_administrator_links_a_user_to_somebody_at_the_sign_in_service(settings: Any) -> None:
    user, client = create_user(username="rosa"), browser(administrator())
    path = address("user", "change", user.pk)
    assert "openid_subject" not in text_of(client.get(path))
    settings.OPENID = OPENID
    assert submit(client, path, openid_subject=" 248289761001 ").status_code == 302
    identity = user.identities.get()
    assert (identity.issuer, identity.subject) == (OPENID.issuer, "248289761001")
    assert "248289761001" in text_of(client.get(path))
    assert submit(client, path, display_name="Rosa").status_code == 302  # and it stays
    assert user.identities.get() == identity
    other = create_user(username="vera")
    taken = submit(client, address("user", "change", other.pk), openid_subject="248289761001")
    assert "rosa" in text_of(taken)
    assert not other.identities.exists()
    assert submit(client, path, openid_subject="").status_code == 302
    assert not ExternalIdentity.objects.exists()


def test_the_identity_of_a_deleted_user_is_free_and_a_service_account_has_none(
    settings: Any,
) -> None:
    settings.OPENID = OPENID
    boss, gone, program = administrator(), UserFactory.create(), UserFactory.create(is_service=True)
    link_identity(user=gone, issuer=OPENID.issuer, subject="1")
    delete_user(actor=boss, user=gone)
    heir = UserFactory.create()
    client = browser(boss)
    assert submit(client, address("user", "change", heir.pk), openid_subject="1").status_code == 302
    assert heir.identities.get().subject == "1"
    refused = submit(client, address("user", "change", program.pk), openid_subject="2")
    assert "API keys only" in text_of(refused)


def test_a_new_user_can_be_linked_at_once(settings: Any) -> None:
    settings.OPENID = OPENID
    response = submit(
        browser(administrator()), address("user", "add"), username="rosa", openid_subject="7"
    )
    assert response.status_code == 302
    assert User.objects.get(username="rosa").identities.get().subject == "7"
