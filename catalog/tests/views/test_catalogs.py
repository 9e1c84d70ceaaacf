"""Catalogs and their members over REST."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Asset, AssetType, Container, Membership
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": 5}, "name"),
        ({"name": ["x"]}, "name"),
        ({"name": "n" * 300}, "name"),
        ({"name": "x", "description": 5}, "description"),
        ({"name": "x", "is_governed": "true"}, "is_governed"),
        ({"name": "x", "capacity_limit": -1}, "capacity_limit"),
        ({"name": "x", "capacity_limit": "5"}, "capacity_limit"),
        ({"name": "x", "capacity_limit": 10**30}, "capacity_limit"),
        ({"name": "x", "bss_account_id": ""}, "bss_account_id"),
        ({"name": "x", "bss_account_id": 999}, "bss_account_id"),
        ({"name": "x", "bucket": []}, "bucket"),
        ({"name": "x", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_catalog_is_refused_by_the_member(rosa: Caller, body: Any, target: str) -> None:
    answer = rosa.post("/v2/catalogs", body)
    assert (answer.status_code, targets(answer)) == (400, [target])
    assert not Container.objects.exists()


def test_pages_show_every_catalog_once_and_in_order(rosa: Caller) -> None:
    made = [
        rosa.post("/v2/catalogs", {"name": f"C{n}"}).json()["metadata"]["guid"] for n in range(7)
    ]
    shown: list[str] = []
    bookmark = ""
    while True:
        page = rosa.get(f"/v2/catalogs?limit=3&bookmark={bookmark}").json()
        shown += [catalog["metadata"]["guid"] for catalog in page["catalogs"]]
        if not (bookmark := page["nextBookmark"]):
            break
    assert shown == made
    followed, skip = [], 0
    while True:
        page = rosa.get(f"/v2/catalogs?limit=3&skip={skip}").json()
        followed += [catalog["metadata"]["guid"] for catalog in page["catalogs"]]
        if not (skip := page["nextSkip"]):
            break
    assert followed == made
    by_skip = rosa.get("/v2/catalogs?limit=2&skip=4").json()
    assert [catalog["metadata"]["guid"] for catalog in by_skip["catalogs"]] == made[4:6]
    assert by_skip["nextSkip"] == 6
    assert rosa.get("/v2/catalogs?limit=3&skip=4").json()["nextSkip"] == 0


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=--5", "limit"),
        ("limit=-", "limit"),
        ("limit=٥", "limit"),
        ("limit=" + "9" * 50, "limit"),
        ("skip=-1", "skip"),
        ("skip=1.5", "skip"),
        ("bookmark=forged", "bookmark"),
        ("bookmark=a:b", "bookmark"),
        ("include=everything", "include"),
    ],
)
def test_a_bad_parameter_of_the_list_is_refused_by_name(
    rosa: Caller, query: str, target: str
) -> None:
    answer = rosa.get(f"/v2/catalogs?{query}")
    assert (answer.status_code, targets(answer)) == (400, [target])


def test_a_bookmark_of_another_list_is_refused(rosa: Caller, catalog: Container) -> None:
    bookmark = rosa.get("/v2/catalogs").json()["nextBookmark"]
    answer = rosa.get(f"/v2/catalogs/{catalog.pk}/members?bookmark={bookmark}")
    assert (answer.status_code, targets(answer)) == (400, ["bookmark"])


def test_the_list_has_the_kinds_that_include_names_and_counts_on_request(
    rosa: Caller, stranger: Caller, catalog: Container
) -> None:
    assert rosa.user
    project = Container.objects.create(
        kind="project", name="P", creator=rosa.user, account_id="999"
    )
    Membership.objects.create(container=project, user=rosa.user, role="admin")

    def names(query: str) -> list[str]:
        shown = rosa.get(f"/v2/catalogs{query}").json()["catalogs"]
        return [catalog["entity"]["name"] for catalog in shown]

    assert names("") == ["Library"]
    assert names("?include=projects") == ["P"]
    assert names("?include=catalogs,projects") == ["Library", "P"]
    for shown in rosa.get("/v2/catalogs?include=catalogs,projects,spaces").json()["catalogs"]:
        assert rosa.get(shown["href"]).status_code == 200
        assert shown["metadata"]["url"] == shown["href"]
    assert names("?bss_account_id=999") == ["Library"]
    assert names("?bss_account_id=1000") == []
    rosa.post("/v2/catalogs", {"name": "Theirs", "bss_account_id": "1000"})
    assert names("?bss_account_id=1000") == ["Theirs"]
    assert rosa.get("/v2/catalogs?include=total_count").json()["total_count"] == 2
    assert stranger.get("/v2/catalogs?include=total_count").json() == {
        "catalogs": [],
        "nextBookmark": "",
        "nextSkip": 0,
        "total_count": 0,
    }


def test_the_list_takes_as_many_queries_for_two_catalogs_as_for_twenty(
    rosa: Caller, django_assert_num_queries: Any
) -> None:
    for count in (2, 20):
        while Container.objects.count() < count:
            rosa.post("/v2/catalogs", {"name": "C"})
        with django_assert_num_queries(2):  # the caller, and the catalogs
            assert len(rosa.get("/v2/catalogs").json()["catalogs"]) == count


@pytest.mark.parametrize(
    ("operations", "target"),
    [
        ([{"op": "replace", "path": "/metadata/guid", "value": "x"}], "metadata.guid"),
        ([{"op": "replace", "path": "/entity/is_governed", "value": True}], "entity.is_governed"),
        ([{"op": "replace", "path": "/entity/name", "value": ""}], "entity.name"),
        ([{"op": "remove", "path": "/entity/name"}], "entity.name"),
        ([{"op": "replace", "path": "/entity", "value": []}], "entity"),
        ([{"op": "add", "path": "/entity/colour", "value": "red"}], "entity.colour"),
        ([{"op": "replace", "path": "/href", "value": "x"}], "href"),
    ],
)
def test_only_name_and_description_of_a_catalog_can_be_patched(
    rosa: Caller, catalog: Container, operations: Any, target: str
) -> None:
    answer = rosa.patch(f"/v2/catalogs/{catalog.pk}", operations)
    assert (answer.status_code, targets(answer)) == (400, [target])


def test_deleting_a_catalog_deletes_all_that_it_holds_and_nothing_else(
    rosa: Caller, catalog: Container
) -> None:
    other = rosa.post("/v2/catalogs", {"name": "Other"}).json()["metadata"]["guid"]
    for guid in (str(catalog.pk), other):
        query = f"?catalog_id={guid}"
        fields = [{"key": "a", "type": "string"}]
        rosa.post(f"/v2/asset_types{query}", {"name": "book", "fields": fields})
        connection = {
            "metadata": {"name": "C", "asset_type": "connection"},
            "entity": {"connection": {}},
        }
        asset_id = rosa.post(f"/v2/assets{query}", connection).json()["asset_id"]
        assert rosa.user
        book = {
            "metadata": {
                "name": "B",
                "asset_type": "book",
                "rov": {"mode": 8, "collaborator_ids": {rosa.user.uid: {}}},
            },
            "entity": {"book": {}},
            "attachments": [
                {"asset_type": "book", "connection_id": asset_id, "connection_path": "/b"}
            ],
        }
        assert rosa.post(f"/v2/assets{query}", book).status_code == 201
    assert rosa.delete(f"/v2/catalogs/{catalog.pk}").status_code == 204
    assert [str(container.pk) for container in Container.objects.all()] == [other]
    assert {str(asset.container_id) for asset in Asset.objects.all()} == {other}
    assert AssetType.objects.filter(name="book").count() == 1


def test_the_default_catalog_is_not_deleted(admin: Caller) -> None:
    default = admin.post("/v2/catalogs/default", {"name": "Default"}).json()["href"]
    assert admin.delete(default).status_code == 400
    assert admin.get("/v2/catalogs/default").status_code == 200


class TestMembers:
    @pytest.fixture
    def where(self, catalog: Container) -> str:
        return f"/v2/catalogs/{catalog.pk}/members"

    @pytest.fixture
    def ida(self, db: None) -> Caller:
        return Caller(create_user(username="ida", password="a long password"))

    def add(self, rosa: Caller, where: str, uid: str, role: str = "editor") -> Any:
        return rosa.post(where, {"members": [{"user_iam_id": uid, "role": role}]})

    def test_the_last_admin_can_neither_leave_nor_be_made_less(
        self, rosa: Caller, ida: Caller, where: str
    ) -> None:
        assert rosa.user
        assert ida.user
        own = f"{where}/{rosa.user.uid}"
        assert rosa.patch(own, {"role": "viewer"}).status_code == 409
        assert rosa.delete(own).status_code == 409
        self.add(rosa, where, ida.user.uid, "admin")
        assert rosa.delete(own).status_code == 204
        assert ida.delete(f"{where}/{ida.user.uid}").status_code == 409

    def test_a_member_may_leave_without_being_an_admin(
        self, rosa: Caller, ida: Caller, where: str
    ) -> None:
        assert ida.user
        assert rosa.user
        self.add(rosa, where, ida.user.uid, "viewer")
        assert ida.delete(f"{where}/{rosa.user.uid}").status_code == 403
        assert ida.delete(f"{where}/{ida.user.uid}").status_code == 204
        assert ida.get(where).status_code == 404

    def test_who_is_no_admin_changes_no_members(
        self, rosa: Caller, ida: Caller, where: str
    ) -> None:
        assert ida.user
        assert rosa.user
        self.add(rosa, where, ida.user.uid, "editor")
        assert self.add(ida, where, rosa.user.uid).status_code == 403
        assert ida.patch(f"{where}/{ida.user.uid}", {"role": "admin"}).status_code == 403
        assert ida.get(where).json()["total_results"] == 2

    def test_a_groups_id_makes_no_user_a_member(
        self, rosa: Caller, ida: Caller, where: str
    ) -> None:
        assert ida.user
        body = {"members": [{"access_group_id": ida.user.uid, "role": "admin"}]}
        answer = rosa.post(where, body).json()
        assert answer["members"] == []
        assert [failure["access_group_id"] for failure in answer["failures"]] == [ida.user.uid]
        assert ida.get(where).status_code == 404

    def test_unknown_users_and_members_already_are_failures_beside_the_added(
        self, rosa: Caller, ida: Caller, where: str
    ) -> None:
        assert ida.user
        assert rosa.user
        uids = [ida.user.uid, rosa.user.uid, "0", "nobody", "9" * 40, ida.user.uid, "٣"]
        members = [{"user_iam_id": uid, "role": "viewer"} for uid in uids]
        answer = rosa.post(where, {"members": members})
        assert answer.status_code == 201
        assert [member["user_iam_id"] for member in answer.json()["members"]] == [ida.user.uid]
        assert [failure["user_iam_id"] for failure in answer.json()["failures"]] == uids[1:]

    @pytest.mark.parametrize(
        ("body", "target"),
        [
            ({}, "members"),
            ({"members": []}, "members"),
            ({"members": {}}, "members"),
            ({"members": [5]}, "members[0]"),
            ({"members": [{"role": "viewer"}]}, "members[0].user_iam_id"),
            ({"members": [{"user_iam_id": "1"}]}, "members[0].role"),
            ({"members": [{"user_iam_id": "1", "role": "king"}]}, "members[0].role"),
            ({"members": [{"user_iam_id": 1, "role": "viewer"}]}, "members[0].user_iam_id"),
        ],
    )
    def test_a_bad_list_of_members_is_refused_by_the_member(
        self, rosa: Caller, where: str, body: Any, target: str
    ) -> None:
        answer = rosa.post(where, body)
        assert (answer.status_code, targets(answer)) == (400, [target])

    @pytest.mark.parametrize("uid", ["0", "x", "9" * 40, "٣", "%F0%9F%8C%BF"])
    def test_an_unknown_member_answers_404(self, rosa: Caller, where: str, uid: str) -> None:
        assert rosa.get(f"{where}/{uid}").status_code == 404
        assert rosa.patch(f"{where}/{uid}", {"role": "viewer"}).status_code == 404
        assert rosa.delete(f"{where}/{uid}").status_code == 404

    def test_pages_of_members_go_on_at_the_bookmark(self, rosa: Caller, where: str) -> None:
        for n in range(4):
            user = create_user(username=f"user{n}", password="a long password")
            self.add(rosa, where, user.uid)
        first = rosa.get(f"{where}?limit=3").json()
        second = rosa.get(f"{where}?limit=3&bookmark={first['nextBookmark']}").json()
        shown = [member["user_iam_id"] for page in (first, second) for member in page["members"]]
        assert len(shown) == len(set(shown)) == first["total_results"] == 5
        assert rosa.get(f"{where}?member_type=group").json()["members"] == []
        assert targets(rosa.get(f"{where}?member_type=x")) == ["member_type"]
