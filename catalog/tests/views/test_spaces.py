"""Spaces over REST."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Asset, Container, Membership
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import UserFactory
from catalog.tests.places import created, member, user_of

ENTITY = {"name", "description", "scope", "status", "storage", "tags", "type"}


def made(caller: Caller, name: str = "Ferns", **more: Any) -> str:
    """The address of a new space."""
    answer = caller.post("/v2/spaces", {"name": name} | more)
    assert answer.status_code == 202, answer.content
    return str(answer.json()["metadata"]["url"])


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [space["entity"]["name"] for space in answer.json()["resources"]]


class TestCreating:
    def test_it_is_there_at_once_and_its_creator_is_its_admin(self, rosa: Caller) -> None:
        answer = rosa.post("/v2/spaces", {"name": "Ferns"})
        assert answer.status_code == 202
        space = Container.objects.get()
        entity, metadata = answer.json()["entity"], answer.json()["metadata"]
        assert set(entity) == ENTITY | {"members"}
        assert entity["status"] == {"state": "active"}
        assert entity["storage"]["guid"] == str(Container.storage_of(space.pk))
        uid = user_of(rosa).uid
        assert entity["members"] == [
            {"id": uid, "role": "admin", "state": "active", "type": "user"}
        ]
        assert (metadata["id"], metadata["creator_id"]) == (str(space.pk), uid)
        shown = rosa.get(metadata["url"]).json()
        del entity["members"]
        assert shown == {"entity": entity, "metadata": metadata}

    def test_every_member_is_kept_and_given_back(self, rosa: Caller) -> None:
        given: dict[str, Any] = {
            "description": "Übersicht\n🌿",
            "tags": ["a", "b"],
            "type": "wx",
            "stage": {"production": True, "name": "live"},
            "settings": {"folders": {"enabled": True}},
            "generator": "tests",
            "compute": [{"name": "WML", "type": "machine_learning", "crn": "c", "guid": "g"}],
        }
        where = made(rosa, **given, storage={"resource_crn": "x"})
        entity = rosa.get(where).json()["entity"]
        given["compute"][0]["credentials"] = {}
        assert {name: entity[name] for name in given} == given

    @pytest.mark.parametrize(
        ("body", "target"),
        [
            ({}, "name"),
            ({"name": None}, "name"),
            ({"name": "\t"}, "name"),
            ({"name": 5}, "name"),
            ({"name": "n" * 256}, "name"),
            ({"name": "x", "description": []}, "description"),
            ({"name": "x", "tags": [1]}, "tags[0]"),
            ({"name": "x", "stage": "live"}, "stage"),
            ({"name": "x", "stage": {"production": "yes"}}, "stage.production"),
            ({"name": "x", "compute": [5]}, "compute[0]"),
            ({"name": "x", "settings": []}, "settings"),
            ({"name": "x", "members": []}, "members"),
            ({"name": "x", "colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_space_is_refused_by_the_member(
        self, rosa: Caller, body: Any, target: str
    ) -> None:
        answer = rosa.post("/v2/spaces", body)
        assert (answer.status_code, targets(answer)) == (400, [target])
        assert not Container.objects.exists()


class TestListing:
    def test_filters(self, rosa: Caller, stranger: Caller, project: Container) -> None:
        made(rosa, "A", tags=["x"], type="wx")
        made(rosa, "B")
        made(stranger, "C")
        ida = member("ida", editor=Container.objects.get(name="B"))
        shown = {
            "": ["A", "B"],
            "?name=A": ["A"],
            "?tags=x": ["A"],
            "?type=cpd": ["B"],
            "?member=ida&roles=editor": ["B"],
            "?roles=viewer": [],
            f"?guids={Container.objects.get(name='A').pk}": ["A"],
        }
        for query, expected in shown.items():
            assert names(rosa.get(f"/v2/spaces{query}")) == expected, query
        assert names(ida.get("/v2/spaces")) == ["B"]

    def test_pages_follow_each_other(self, rosa: Caller) -> None:
        for number in range(5):
            made(rosa, f"S{number}", tags=["x y"])
        made(rosa, "other")
        href, shown = "/v2/spaces?limit=2&tags=x y&include=members", []
        while href:
            page = rosa.get(href).json()
            assert (page["limit"], page["total_count"]) == (2, 5)
            assert page["first"]["href"] == "/v2/spaces?limit=2&tags=x+y&include=members"
            shown += [space["entity"]["name"] for space in page["resources"]]
            assert all("members" in space["entity"] for space in page["resources"])
            href = page.get("next", {}).get("href")
        assert shown == [f"S{number}" for number in range(5)]
        assert rosa.get("/v2/spaces").json()["first"] == {"href": "/v2/spaces"}

    @pytest.mark.parametrize(
        ("query", "target"),
        [
            ("limit=0", "limit"),
            ("limit=x", "limit"),
            ("start=forged", "start"),
            ("include=all", "include"),
            ("roles=king", "roles"),
            ("guids=x", "guids"),
        ],
    )
    def test_a_bad_parameter_is_refused_by_name(
        self, rosa: Caller, query: str, target: str
    ) -> None:
        answer = rosa.get(f"/v2/spaces?{query}")
        assert (answer.status_code, targets(answer)) == (400, [target])

    def test_the_list_takes_as_many_queries_for_two_as_for_twenty(
        self, rosa: Caller, django_assert_num_queries: Any
    ) -> None:
        for count in (2, 20):
            while Container.objects.count() < count:
                made(rosa)
            # the caller, the spaces, their members, how many there are
            with django_assert_num_queries(4):
                assert len(names(rosa.get("/v2/spaces?include=members"))) == count


class TestPatching:
    def test_paths_begin_at_the_entity(self, rosa: Caller) -> None:
        where = made(rosa, tags=["x"])
        operations = [
            {"op": "replace", "path": "/name", "value": "Mosses"},
            {"op": "replace", "path": "/description", "value": "d"},
            {"op": "add", "path": "/tags/-", "value": "y"},
            {"op": "add", "path": "/stage", "value": {"production": True}},
        ]
        answer = rosa.patch(where, operations)
        assert answer.status_code == 200
        entity = answer.json()["entity"]
        assert (entity["name"], entity["description"]) == ("Mosses", "d")
        assert (entity["tags"], entity["stage"]) == (["x", "y"], {"production": True})
        assert "members" in entity
        assert rosa.get(f"{where}?include=members").json() == answer.json()

    def test_what_is_taken_away_is_as_at_first(self, rosa: Caller) -> None:
        where = made(rosa, description="d", tags=["x"], stage={"name": "live"}, type="wx")
        names = ("description", "tags", "stage", "type")
        operations = [{"op": "remove", "path": f"/{name}"} for name in names]
        entity = rosa.patch(where, operations).json()["entity"]
        assert (entity["description"], entity["tags"], entity["type"]) == ("", [], "cpd")
        assert "stage" not in entity

    def test_a_patch_of_nothing_changes_nothing(self, rosa: Caller) -> None:
        where = made(rosa, tags=["x"], stage={"name": "live"}, compute=[{"name": "c"}])
        before = rosa.get(where).json()
        assert rosa.patch(where, []).status_code == 200
        same = [{"op": "replace", "path": "/name", "value": "Ferns"}]
        assert rosa.patch(where, same).status_code == 200
        assert rosa.get(where).json() == before

    @pytest.mark.parametrize(
        ("operations", "target"),
        [
            ([{"op": "replace", "path": "/name", "value": ""}], "name"),
            ([{"op": "remove", "path": "/name"}], "name"),
            ([{"op": "replace", "path": "/tags", "value": "x"}], "tags"),
            ([{"op": "add", "path": "/stage", "value": {"x": 1}}], "stage.x"),
            (
                [{"op": "replace", "path": "/scope/bss_account_id", "value": "1"}],
                "scope.bss_account_id",
            ),
            ([{"op": "replace", "path": "/status/state", "value": "x"}], "status.state"),
            ([{"op": "remove", "path": "/storage"}], "storage"),
            ([{"op": "add", "path": "/members", "value": []}], "members"),
            ([{"op": "add", "path": "/colour", "value": "red"}], "colour"),
            ([{"op": "replace", "path": "/nothing", "value": 1}], "[0].path"),
            ([{"op": "test", "path": "/name", "value": "x"}], "[0].value"),
            ([5], "[0]"),
        ],
    )
    def test_a_bad_patch_is_refused_by_the_member(
        self, rosa: Caller, operations: Any, target: str
    ) -> None:
        where = made(rosa)
        before = rosa.get(where).json()
        answer = rosa.patch(where, operations)
        assert (answer.status_code, targets(answer)) == (400, [target])
        assert rosa.get(where).json() == before

    @pytest.mark.parametrize("body", [{"name": "x"}, "x", 5])
    def test_an_object_is_no_patch_of_a_space(self, rosa: Caller, body: Any) -> None:
        assert rosa.patch(made(rosa), body).status_code == 400


def test_each_role_may_do_its_part(
    rosa: Caller, stranger: Caller, nobody: Caller, space: Container
) -> None:
    address = f"/v2/spaces/{space.pk}"
    viewer, editor = member("vera", viewer=space), member("edda", editor=space)
    rename = [{"op": "replace", "path": "/name", "value": "x"}]
    calls = [
        ("GET", address, None, (200, 200, 200)),
        ("PATCH", address, rename, (403, 403, 200)),
        ("DELETE", address, None, (403, 403, 202)),
    ]
    for method, path, body, expected in calls:
        assert nobody.send(method, path, body).status_code == 401
        assert stranger.send(method, path, body).status_code == 404
        for caller, status in zip((viewer, editor, rosa), expected, strict=True):
            assert caller.send(method, path, body).status_code == status, (method, caller.user)
    assert rosa.get(address).status_code == 404
    assert rosa.delete(address).status_code == 404
    assert nobody.get("/v2/spaces").status_code == 401
    assert nobody.post("/v2/spaces", {"name": "x"}).status_code == 401
    assert nobody.get("/v2/spaces").json()["errors"][0]["message"]


def test_deleting_a_space_deletes_all_that_it_holds(rosa: Caller, space: Container) -> None:
    created(rosa, space)
    Membership.objects.create(container=space, user=UserFactory.create(), role="viewer")
    answer = rosa.delete(f"/v2/spaces/{space.pk}")
    assert (answer.status_code, answer.content) == (202, b"")
    assert not Container.objects.exists()
    assert not Asset.objects.exists()
    assert not Membership.objects.exists()


class TestMembers:
    @pytest.fixture
    def where(self, space: Container) -> str:
        return f"/v2/spaces/{space.pk}/members"

    def test_members_are_added_changed_and_removed(
        self, rosa: Caller, where: str, space: Container
    ) -> None:
        ida, ben = UserFactory.create(), UserFactory.create(is_service=True)
        body = [
            {"id": ida.uid, "role": "viewer", "type": "user"},
            {"id": ben.uid, "role": "editor"},
        ]
        answer = rosa.post(where, {"members": body})
        assert answer.status_code == 200
        shown = [
            {"id": ida.uid, "role": "viewer", "state": "active", "type": "user"},
            {"id": ben.uid, "role": "editor", "state": "active", "type": "service"},
        ]
        assert answer.json() == {"resources": shown}
        assert rosa.get(where).json()["resources"][1:] == shown
        assert rosa.get(f"{where}/{ida.uid}").json() == shown[0]
        change = [{"op": "replace", "path": "/role", "value": "admin"}]
        answer = rosa.patch(f"{where}/{ida.uid}", change)
        assert (answer.status_code, answer.json()) == (200, shown[0] | {"role": "admin"})
        assert rosa.delete(f"{where}/{ida.uid}").status_code == 204
        assert rosa.get(f"{where}/{ida.uid}").status_code == 404
        assert rosa.delete(f"{where}/{ida.uid}").status_code == 404
        assert space.memberships.count() == 2

    @pytest.mark.parametrize(
        ("body", "target"),
        [
            ({}, "members"),
            ({"members": []}, "members"),
            ({"members": [{"role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": 1, "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "0", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "x", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "9" * 40, "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "7", "type": "group", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "group:7", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "1", "role": "king"}]}, "members[0].role"),
            ({"members": [{"id": "1", "role": "viewer", "state": "ACTIVE"}]}, "members[0].state"),
            ({"members": [{"id": "1", "role": "viewer", "x": 1}]}, "members[0].x"),
        ],
    )
    def test_a_bad_member_is_refused_by_name_and_nobody_is_added(
        self, rosa: Caller, where: str, body: Any, target: str, space: Container
    ) -> None:
        if body.get("members"):
            good = {"id": UserFactory.create().uid, "role": "viewer"}
            body = {"members": [*body["members"], good]}
        answer = rosa.post(where, body)
        assert (answer.status_code, targets(answer)) == (400, [target])
        assert space.memberships.count() == 1

    def test_one_who_is_a_member_already_is_refused(self, rosa: Caller, where: str) -> None:
        body = {"members": [{"id": user_of(rosa).uid, "role": "viewer"}]}
        answer = rosa.post(where, body)
        assert (answer.status_code, targets(answer)) == (400, ["members[0].id"])

    @pytest.mark.parametrize(
        ("operations", "target"),
        [
            ([{"op": "replace", "path": "/role", "value": "king"}], "role"),
            ([{"op": "replace", "path": "/role", "value": None}], "role"),
            ([{"op": "replace", "path": "/role", "value": ["viewer"]}], "role"),
            ([{"op": "remove", "path": "/role"}], "role"),
            ([{"op": "replace", "path": "/state", "value": "inactive"}], "state"),
            ([{"op": "replace", "path": "/id", "value": "1"}], "id"),
            ([{"op": "add", "path": "/colour", "value": "red"}], "colour"),
            ([{"op": "replace", "path": "/x/y", "value": "red"}], "[0].path"),
        ],
    )
    def test_only_the_role_is_patched(
        self, rosa: Caller, where: str, operations: Any, target: str, space: Container
    ) -> None:
        ida = member("ida", viewer=space)
        answer = rosa.patch(f"{where}/{user_of(ida).uid}", operations)
        assert (answer.status_code, targets(answer)) == (400, [target])
        assert rosa.patch(f"{where}/{user_of(ida).uid}", {"role": "editor"}).status_code == 400
        assert space.memberships.get(user=ida.user).role == "viewer"

    def test_the_last_admin_stays(self, rosa: Caller, where: str, space: Container) -> None:
        own = f"{where}/{user_of(rosa).uid}"
        less = [{"op": "replace", "path": "/role", "value": "viewer"}]
        assert rosa.patch(own, less).status_code == 409
        assert rosa.delete(own).status_code == 409
        ida = member("ida", admin=space)
        assert rosa.delete(own).status_code == 204
        assert ida.delete(f"{where}/{user_of(ida).uid}").status_code == 409

    def test_only_admins_change_members_and_everybody_may_leave(
        self, rosa: Caller, stranger: Caller, nobody: Caller, where: str, space: Container
    ) -> None:
        viewer, editor = member("vera", viewer=space), member("edda", editor=space)
        admin, own = (f"{where}/{user_of(caller).uid}" for caller in (rosa, viewer))
        new = {"members": [{"id": UserFactory.create().uid, "role": "viewer"}]}
        more = [{"op": "replace", "path": "/role", "value": "admin"}]
        calls = [
            ("GET", where, None, 200),
            ("GET", admin, None, 200),
            ("POST", where, new, 403),
            ("PATCH", own, more, 403),
            ("DELETE", admin, None, 403),
        ]
        for method, path, body, status in calls:
            assert nobody.send(method, path, body).status_code == 401
            assert stranger.send(method, path, body).status_code == 404
            for caller in (viewer, editor):
                assert caller.send(method, path, body).status_code == status, (method, path)
        assert viewer.delete(own).status_code == 204
        assert viewer.get(where).status_code == 404

    def test_pages_follow_each_other(self, rosa: Caller, where: str, space: Container) -> None:
        for number in range(4):
            member(f"user{number}", viewer=space)
        href, shown = f"{where}?limit=2", []
        while href:
            page = rosa.get(href).json()
            assert (page["limit"], page["total_count"]) == (2, 5)
            shown += [each["id"] for each in page["resources"]]
            href = page.get("next", {}).get("href")
        expected = space.memberships.order_by("pk").values_list("user_id", flat=True)
        assert shown == [str(uid) for uid in expected]
        viewers = rosa.get(f"{where}?role=viewer").json()
        assert viewers["total_count"] == 4
        for query, target in (("role=king", "role"), ("start=x", "start"), ("limit=0", "limit")):
            answer = rosa.get(f"{where}?{query}")
            assert (answer.status_code, targets(answer)) == (400, [target])

    @pytest.mark.parametrize(
        "name", ["0", "x", "group:1", "group:x", "9" * 40, "٣", "%F0%9F%8C%BF"]
    )
    def test_an_unknown_member_answers_404(self, rosa: Caller, where: str, name: str) -> None:
        for method, body in (("GET", None), ("PATCH", []), ("DELETE", None)):
            assert rosa.send(method, f"{where}/{name}", body).status_code == 404
