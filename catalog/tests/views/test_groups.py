"""Groups over the API: who may what, what is refused, and that leaving one ends what it gave."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Container, GroupDetails, Membership, User
from catalog.services.groups import add_users, create_group
from catalog.services.users import create_user, delete_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory, CatalogFactory, UserFactory

pytestmark = pytest.mark.django_db
GROUPS = "/usermgmt/v2/groups"


@pytest.fixture
def gardeners(admin: Caller, rosa: Caller) -> Group:
    """A group with rosa in it."""
    assert rosa.user
    group = create_group(actor=admin.user, name="Gardeners", description="Ferns")
    add_users(group=group, uids=[rosa.user.uid])
    return group


def path(group: Group, *rest: Any) -> str:
    return "/".join([GROUPS, str(group.pk), *map(str, rest)])


def uid(caller: Caller) -> str:
    assert caller.user
    return caller.user.uid


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each.get("name") or each["username"] for each in answer.json()["results"]]


def test_an_administrator_makes_a_group_and_is_its_maker(admin: Caller) -> None:
    answer = admin.post(GROUPS, {"name": "Gardeners", "description": "Ferns"})
    assert answer.status_code == 201
    group = Group.objects.get(pk=answer.json()["group_id"])
    assert (group.name, group.details.description) == ("Gardeners", "Ferns")
    assert answer.json()["created_by"] == uid(admin)


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": "a", "description": 5}, "description"),
        ({"name": "a", "description": "x" * 100_001}, "description"),
        ({"name": "a", "role_identifiers": ["zen_administrator_role"]}, "role_identifiers"),
        ({"name": "a", "role_identifiers": ["nonsense"]}, "role_identifiers"),
        ({"name": "a", "role_identifiers": "zen_user_role"}, "role_identifiers"),
        ({"name": "a", "permissions": ["administrator"]}, "permissions"),
        ([], None),
        ("Gardeners", None),
    ],
)
def test_what_is_no_group_is_refused_by_name(admin: Caller, body: Any, target: str | None) -> None:
    answer = admin.post(GROUPS, body)
    assert answer.status_code == 400
    assert not target or targets(answer)[0].startswith(target)
    assert not Group.objects.exists()


def test_a_name_may_be_in_any_script_and_no_two_differ_by_case_alone(admin: Caller) -> None:
    assert admin.post(GROUPS, {"name": "Ärzte 医師 🩺"}).status_code == 201
    refused = admin.post(GROUPS, {"name": "ÄRZTE 医師 🩺"})
    assert (refused.status_code, targets(refused)) == (409, ["name"])
    other = create_group(actor=None, name="Others")
    assert admin.patch(path(other), {"name": "ärzte 医師 🩺"}).status_code == 409
    assert admin.patch(path(other), {"name": "OTHERS"}).status_code == 200  # its own name
    assert Group.objects.get(pk=other.pk).name == "OTHERS"


def test_a_patch_changes_what_it_names_and_the_time(admin: Caller, gardeners: Group) -> None:
    GroupDetails.objects.update(updated_at="2020-01-01T00:00:00Z")
    answer = admin.patch(path(gardeners), {"description": ""})
    assert (answer.json()["name"], answer.json()["description"]) == ("Gardeners", "")
    assert answer.json()["updated_at"] > "2021"
    GroupDetails.objects.update(updated_at="2020-01-01T00:00:00Z")
    assert admin.patch(path(gardeners), {"name": None}).json()["updated_at"] < "2021"
    assert admin.patch(path(gardeners), {"members": []}).status_code == 400


def test_a_group_that_was_not_made_here_has_details_all_the_same(admin: Caller) -> None:
    group = Group.objects.create(name="By a script")
    shown = admin.get(path(group)).json()
    assert (shown["description"], shown["created_by"]) == ("", "")
    assert shown["created_at"] == "1970-01-01T00:00:00Z"
    assert admin.patch(path(group), {"description": "Now"}).json()["description"] == "Now"


def test_who_is_in_a_group_sees_it_and_changes_nothing(rosa: Caller, gardeners: Group) -> None:
    assert rosa.get(path(gardeners)).json()["name"] == "Gardeners"
    member = rosa.get(path(gardeners, "members")).json()["results"][0]
    assert member["username"] == "rosa"
    assert "email" not in member
    assert names(rosa.get(GROUPS)) == ["Gardeners"]
    for answer in (
        rosa.post(GROUPS, {"name": "Mine"}),
        rosa.patch(path(gardeners), {"name": "Mine"}),
        rosa.delete(path(gardeners)),
        rosa.post(path(gardeners, "members"), {"user_identifiers": [uid(rosa)]}),
        rosa.delete(path(gardeners, "members", uid(rosa))),
    ):
        assert answer.status_code == 403


def test_for_everybody_else_a_group_does_not_exist(stranger: Caller, gardeners: Group) -> None:
    group_id = gardeners.pk
    asked: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("GET", "/members", None),
        ("POST", "/members", {"user_identifiers": []}),
        ("DELETE", "/members/1", None),
    ]
    for method, rest, body in asked:
        there = stranger.send(method, f"{GROUPS}/{group_id}{rest}", body)
        absent = stranger.send(method, f"{GROUPS}/{group_id + 1}{rest}", body)
        assert (there.status_code, absent.status_code) == (404, 404)
        assert (
            there.json()["errors"][0]["message"].replace(str(group_id), str(group_id + 1))
            == absent.json()["errors"][0]["message"]
        )
    assert names(stranger.get(GROUPS)) == []
    assert names(stranger.get(f"{GROUPS}?group_identifiers={group_id}")) == []


@pytest.mark.parametrize("group_id", ["0", "-1", "x", "1.0", "9" * 18, "9" * 40, "٣", "%20"])
def test_an_odd_id_is_no_group(admin: Caller, group_id: str) -> None:
    for answer in (
        admin.get(f"{GROUPS}/{group_id}"),
        admin.get(f"{GROUPS}/{group_id}/members"),
        admin.patch(f"{GROUPS}/{group_id}", {}),
        admin.delete(f"{GROUPS}/{group_id}"),
    ):
        assert answer.status_code == 404


def test_users_are_added_by_number_or_text_once_and_twice(admin: Caller, gardeners: Group) -> None:
    users = [UserFactory.create() for _ in range(2)]
    body = {"user_identifiers": [users[0].pk, users[1].uid, users[1].uid]}
    for _ in range(2):
        assert admin.post(path(gardeners, "members"), body).status_code == 200
    assert set(gardeners.user_set.all()) >= set(users)
    assert gardeners.user_set.count() == 3
    assert admin.get(path(gardeners)).json()["members_count"] == 3


@pytest.mark.parametrize(
    "identifiers",
    [None, "1", 1, {}, [None], [True], [1.5], ["x"], [-1], ["9" * 19], [10**30], [[]], [""], ["٣"]],
)
def test_what_is_no_uid_is_refused(admin: Caller, gardeners: Group, identifiers: Any) -> None:
    answer = admin.post(path(gardeners, "members"), {"user_identifiers": identifiers})
    assert answer.status_code == 400
    assert targets(answer)[0].startswith("user_identifiers")


def test_an_unknown_or_deleted_user_is_named_and_nobody_is_added(
    admin: Caller, gardeners: Group
) -> None:
    assert admin.user
    known, gone = UserFactory.create(), UserFactory.create()
    delete_user(actor=admin.user, user=gone)
    for absent in (gone.uid, "999999999999999999"):
        body = {"user_identifiers": [known.uid, absent]}
        answer = admin.post(path(gardeners, "members"), body)
        assert (answer.status_code, targets(answer)) == (400, ["user_identifiers[1]"])
    assert gardeners.user_set.count() == 1
    ldap = {"user_identifiers": [], "ldap_groups": ["cn=gardeners"]}
    assert targets(admin.post(path(gardeners, "members"), ldap)) == ["ldap_groups"]


def test_a_user_is_taken_out_once(admin: Caller, rosa: Caller, gardeners: Group) -> None:
    assert admin.delete(path(gardeners, "members", uid(rosa))).status_code == 200
    assert admin.delete(path(gardeners, "members", uid(rosa))).status_code == 404
    assert admin.delete(path(gardeners, "members", "x" * 500)).status_code == 404
    assert not gardeners.user_set.exists()


def test_a_deleted_user_is_in_no_group(admin: Caller, rosa: Caller, gardeners: Group) -> None:
    assert admin.delete("/usermgmt/v1/user/rosa").status_code == 200
    assert names(admin.get(path(gardeners, "members"))) == []
    assert not gardeners.user_set.exists()


def test_lists_come_in_pages_with_each_row_once(admin: Caller, gardeners: Group) -> None:
    for number in range(4):
        group = create_group(actor=None, name=f"Group {number}")
        add_users(group=gardeners, uids=[UserFactory.create().uid])
        assert group.pk
    for address in (GROUPS, path(gardeners, "members")):
        seen: list[str] = []
        bookmark = ""
        while True:
            page = admin.get(f"{address}?limit=2&bookmark={bookmark}").json()
            assert page["total_results"] == 5
            if not page["results"]:
                break
            seen += [each.get("name") or each["uid"] for each in page["results"]]
            bookmark = page["nextBookmark"]
        assert len(seen) == len(set(seen)) == 5
    assert admin.get(f"{GROUPS}?bookmark=nonsense").status_code == 400
    assert admin.get(f"{GROUPS}?limit=201").status_code == 400
    assert admin.get(f"{GROUPS}?group_identifiers=x").status_code == 400
    assert admin.get(f"{GROUPS}?include_members=perhaps").status_code == 400


def test_a_list_takes_as_many_queries_for_20_groups_and_users_as_for_2(admin: Caller) -> None:
    counts = []
    for number in (2, 18):
        for _ in range(number):
            group = create_group(actor=None, name=f"Group {Group.objects.count()}")
            add_users(group=group, uids=[UserFactory.create().uid for _ in range(number)])
        with CaptureQueriesContext(connection) as captured:
            shown = admin.get(f"{GROUPS}?include_members=true").json()
        assert all(each["members"] for each in shown["results"])
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_group_editor_edits_until_taken_out(
    admin: Caller, rosa: Caller, gardeners: Group
) -> None:
    card = CardFactory.create()
    Membership.objects.create(container=card.container, group=gardeners, role="editor")
    address = f"/v2/assets/{card.pk}?catalog_id={card.container_id}"
    change = [{"op": "replace", "path": "/metadata/name", "value": "Renamed"}]
    assert rosa.patch(address, change).status_code == 200
    assert admin.delete(path(gardeners, "members", uid(rosa))).status_code == 200
    assert rosa.get(address).status_code == 404
    assert rosa.patch(address, change).status_code == 404


def test_deleting_a_group_ends_what_it_gave_at_once(
    admin: Caller, rosa: Caller, gardeners: Group
) -> None:
    container = CatalogFactory.create()
    Membership.objects.create(container=container, group=gardeners, role="admin")
    assert rosa.get(f"/v2/catalogs/{container.pk}").status_code == 200
    assert admin.delete(path(gardeners)).status_code == 200
    assert rosa.get(f"/v2/catalogs/{container.pk}").status_code == 404
    assert rosa.get("/v2/catalogs").status_code == 200
    assert members(container) == {(container.creator, "admin")}


def members(container: Container) -> set[tuple[User | None, str]]:
    return {(each.user, each.role) for each in container.memberships.all()}


def test_a_group_is_not_admin_enough_when_the_last_user_is_deleted(
    admin: Caller, gardeners: Group
) -> None:
    assert admin.user
    container = CatalogFactory.create()
    Membership.objects.create(container=container, group=gardeners, role="admin")
    delete_user(actor=admin.user, user=container.creator)
    assert members(container) == {(None, "admin"), (admin.user, "admin")}


def test_a_service_account_may_be_in_a_group(admin: Caller, gardeners: Group) -> None:
    program = create_user(username="loader", is_service=True)
    body = {"user_identifiers": [program.uid]}
    assert admin.post(path(gardeners, "members"), body).status_code == 200
    assert set(program.groups.all()) == {gardeners}
