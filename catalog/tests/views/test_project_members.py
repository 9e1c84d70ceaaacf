"""Members of a project over REST."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from catalog.models import Container, Membership
from catalog.services.users import create_user
from catalog.tests.conftest import Caller
from catalog.tests.factories import UserFactory
from catalog.tests.places import member, user_of
from catalog.tests.views.test_projects import reason


@pytest.fixture
def where(project: Container) -> str:
    return f"/v2/projects/{project.pk}/members"


def roles(container: Container) -> dict[str, str]:
    return dict(container.memberships.values_list("user__username", "role"))


def added(caller: Caller, where: str, *members: Any) -> Any:
    return caller.post(where, {"members": list(members)})


class TestAdding:
    def test_by_name_by_id_and_by_both(self, rosa: Caller, where: str, project: Container) -> None:
        ida, ben, eve = (UserFactory.create(username=name) for name in ("ida", "ben", "Eve"))
        program = UserFactory.create(username="loader", is_service=True)
        answer = added(
            rosa,
            where,
            {"user_name": "IDA", "role": "editor"},
            {"id": ben.uid, "type": "user", "role": "viewer"},
            {"id": eve.uid, "user_name": "eve", "role": "admin", "state": "ACTIVE", "type": None},
            {"id": "loader", "user_name": "loader", "type": "service", "role": "viewer"},
        )
        assert answer.status_code == 200
        assert answer.json()["members"] == answer.json()["resources"]
        assert [tuple(shown.values()) for shown in answer.json()["members"]] == [
            (ida.uid, "ida", "editor", "ACTIVE", "user"),
            (ben.uid, "ben", "viewer", "ACTIVE", "user"),
            (eve.uid, "Eve", "admin", "ACTIVE", "user"),
            (program.uid, "loader", "viewer", "ACTIVE", "service"),
        ]
        assert roles(project) == {
            "rosa": "admin",
            "ida": "editor",
            "ben": "viewer",
            "Eve": "admin",
            "loader": "viewer",
        }

    def test_a_name_of_digits_is_no_id(self, rosa: Caller, where: str, project: Container) -> None:
        other = UserFactory.create(username="other")
        named = UserFactory.create(username=other.uid)
        assert added(rosa, where, {"user_name": other.uid, "role": "viewer"}).status_code == 200
        assert roles(project) == {"rosa": "admin", named.username: "viewer"}
        named.delete()
        answer = added(rosa, where, {"user_name": other.uid, "role": "viewer"})
        assert answer.status_code == 400
        assert not other.memberships.exists()

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "members"),
            ({"members": []}, "members"),
            ({"members": {}}, "members"),
            ({"members": None}, "members"),
            ({"members": [5]}, "members[0]"),
            ({"members": [{"role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"user_name": "", "role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"user_name": 5, "role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"id": 5, "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"user_name": "ida"}]}, "members[0].role"),
            ({"members": [{"user_name": "ida", "role": "king"}]}, "members[0].role"),
            ({"members": [{"user_name": "ida", "role": ["viewer"]}]}, "members[0].role"),
            (
                {"members": [{"user_name": "ida", "role": "viewer", "type": "profile"}]},
                "members[0].type",
            ),
            (
                {"members": [{"user_name": "ida", "role": "viewer", "state": "PENDING"}]},
                "members[0].state",
            ),
            ({"members": [{"user_name": "ida", "role": "viewer", "x": 1}]}, "members[0].x"),
            ({"members": [{"user_name": "nobody", "role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"user_name": "gone", "role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"id": "0", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "9" * 40, "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"id": "٣", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"user_name": "rosa", "role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"id": "7", "type": "group", "role": "viewer"}]}, "members[0].id"),
            ({"members": [{"user_name": "group:7", "role": "viewer"}]}, "members[0].user_name"),
            ({"members": [{"user_name": "group:x", "role": "viewer"}]}, "members[0].user_name"),
        ],
    )
    def test_a_bad_member_is_refused_by_name_and_nobody_is_added(
        self, rosa: Caller, where: str, body: Any, place: str, project: Container
    ) -> None:
        UserFactory.create(username="ida")
        UserFactory.create(username="gone", deleted_at="2024-01-01T00:00:00Z")
        if isinstance(body.get("members"), list) and body["members"]:
            body = {"members": [*body["members"], {"user_name": "ida", "role": "viewer"}]}
        answer = rosa.post(where, body)
        assert answer.status_code == 400
        assert f"{place}: " in reason(answer)
        assert roles(project) == {"rosa": "admin"}

    def test_an_id_and_a_name_of_two_users_are_refused(
        self, rosa: Caller, where: str, project: Container
    ) -> None:
        ida, ben = UserFactory.create(username="ida"), UserFactory.create(username="ben")
        for given in ({"id": ida.uid, "user_name": "ben"}, {"id": ida.uid, "user_name": ben.uid}):
            answer = added(rosa, where, given | {"role": "viewer"})
            assert answer.status_code == 400
            assert "members[0].id: " in reason(answer)
        assert roles(project) == {"rosa": "admin"}

    def test_one_who_is_named_twice_is_refused(
        self, rosa: Caller, where: str, project: Container
    ) -> None:
        ida = UserFactory.create(username="ida")
        twice = {"user_name": "ida", "role": "viewer"}, {"id": ida.uid, "role": "viewer"}
        answer = added(rosa, where, *twice)
        assert answer.status_code == 400
        assert reason(answer) == f"members[1].id: User {ida.uid} is a member already."
        assert roles(project) == {"rosa": "admin"}

    def test_there_are_no_more_members_than_are_listed_at_once(
        self, rosa: Caller, where: str, project: Container, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("catalog.services.members.MAX_MEMBERS", 2)
        for name in ("ida", "ben"):
            UserFactory.create(username=name)
        assert added(rosa, where, {"user_name": "ida", "role": "viewer"}).status_code == 200
        answer = added(rosa, where, {"user_name": "ben", "role": "viewer"})
        assert answer.status_code == 400
        assert "at most 2 members" in reason(answer)
        assert roles(project) == {"rosa": "admin", "ida": "viewer"}


class TestReading:
    def test_filters(self, rosa: Caller, where: str, project: Container) -> None:
        member("ida", editor=project)
        member("ben", viewer=project)
        shown = {
            "": ["rosa", "ida", "ben"],
            "?roles=admin": ["rosa"],
            "?roles=viewer,editor": ["ida", "ben"],
            "?user_names=BEN,nobody": ["ben"],
            "?user_names=ben&user_names=rosa": ["rosa", "ben"],
            "?user_names=ben,rosa&roles=admin": ["rosa"],
            "?user_names=nobody": [],
            f"?user_names={user_of(rosa).uid}": [],
        }
        for query, names in shown.items():
            members = rosa.get(where + query).json()["members"]
            assert [each["user_name"] for each in members] == names, query

    def test_an_unknown_role_is_refused(self, rosa: Caller, where: str) -> None:
        answer = rosa.get(f"{where}?roles=king")
        assert (answer.status_code, reason(answer)[:7]) == (400, "roles: ")

    @pytest.mark.parametrize("name", ["nobody", "0", "group:1", "group:x", "%F0%9F%8C%BF", "٣"])
    def test_one_who_is_no_member_answers_404(self, rosa: Caller, where: str, name: str) -> None:
        UserFactory.create(username="elsewhere")
        for each in (name, "elsewhere"):
            for method in ("GET", "DELETE"):
                answer = rosa.send(method, f"{where}/{each}")
                assert answer.status_code == 404
                assert "has no member" in reason(answer)

    def test_the_list_takes_as_many_queries_for_two_as_for_twenty(
        self, rosa: Caller, where: str, project: Container, django_assert_num_queries: Any
    ) -> None:
        for count in (2, 20):
            while project.memberships.count() < count:
                Membership.objects.create(
                    container=project, user=UserFactory.create(), role="viewer"
                )
            with django_assert_num_queries(3):  # the caller, the project, its members
                assert len(rosa.get(where).json()["members"]) == count


class TestChanging:
    def test_several_change_at_once(self, rosa: Caller, where: str, project: Container) -> None:
        ida, ben = member("ida", editor=project), member("ben", viewer=project)
        body = {
            "members": [
                {"user_name": "ben", "role": "admin"},
                {"id": user_of(ida).uid, "user_name": "ida", "role": "viewer"},
            ]
        }
        answer = rosa.patch(where, body)
        assert answer.status_code == 200
        assert {m["user_name"]: m["role"] for m in answer.json()["members"]} == {
            "ben": "admin",
            "ida": "viewer",
        }
        assert roles(project) == {"rosa": "admin", "ben": "admin", "ida": "viewer"}
        assert ben.get(where).status_code == 200

    def test_an_admin_hands_over_in_one_step(
        self, rosa: Caller, where: str, project: Container
    ) -> None:
        member("ida", viewer=project)
        body = [{"user_name": "rosa", "role": "viewer"}, {"user_name": "ida", "role": "admin"}]
        assert rosa.patch(where, {"members": body}).status_code == 200
        assert roles(project) == {"rosa": "viewer", "ida": "admin"}

    def test_the_last_admin_stays(self, rosa: Caller, where: str, project: Container) -> None:
        member("ida", editor=project)
        less = {"members": [{"user_name": name, "role": "viewer"} for name in ("ida", "rosa")]}
        refused = [
            rosa.patch(where, less),
            rosa.delete(f"{where}/rosa"),
            rosa.delete(f"{where}?user_names=ida,rosa"),
        ]
        for answer in refused:
            assert answer.status_code == 400
            assert "The last admin of the project can't leave" in reason(answer)
        assert roles(project) == {"rosa": "admin", "ida": "editor"}

    def test_all_of_them_or_none(self, rosa: Caller, where: str, project: Container) -> None:
        member("ida", editor=project)
        body = [{"user_name": "ida", "role": "viewer"}, {"user_name": "ben", "role": "viewer"}]
        assert rosa.patch(where, {"members": body}).status_code == 404
        assert rosa.delete(f"{where}?user_names=ida,ben").status_code == 404
        twice = {"members": [body[0], body[0] | {"role": "admin"}]}
        answer = rosa.patch(where, twice)
        assert (answer.status_code, reason(answer)) == (400, "members: A member is named twice.")
        assert roles(project) == {"rosa": "admin", "ida": "editor"}

    def test_members_go_by_their_names(self, rosa: Caller, where: str, project: Container) -> None:
        for name in ("ida", "ben", "eve"):
            member(name, viewer=project)
        assert rosa.delete(f"{where}/IDA").status_code == 204
        assert rosa.delete(f"{where}?user_names=ben,eve,ben").status_code == 204
        assert roles(project) == {"rosa": "admin"}
        assert rosa.delete(f"{where}/ida").status_code == 404

    @pytest.mark.parametrize("query", ["", "?user_names=", "?user_names=,"])
    def test_who_goes_has_to_be_said(self, rosa: Caller, where: str, query: str) -> None:
        answer = rosa.delete(where + query)
        assert answer.status_code == 400
        assert reason(answer) == "user_names: The names of members are required."


def test_two_names_that_only_python_takes_for_one_are_two(where: str, project: Container) -> None:
    viewer, admin = member("ας", viewer=project), member("ΑΣ", admin=project)
    assert user_of(viewer).username.lower() == user_of(admin).username.lower()
    assert viewer.delete(f"{where}/{quote('ΑΣ')}").status_code == 403
    assert viewer.get(f"/usermgmt/v1/user/{quote('ΑΣ')}").status_code == 403
    assert viewer.get(f"/usermgmt/v1/user/{quote('ας')}").status_code == 200
    assert viewer.delete(f"{where}/{quote('ας')}").status_code == 204


def test_only_admins_change_members_and_everybody_may_leave(
    rosa: Caller, stranger: Caller, nobody: Caller, where: str, project: Container
) -> None:
    viewer, editor = member("vera", viewer=project), member("edda", editor=project)
    create_user(username="ida")
    new = {"members": [{"user_name": "ida", "role": "viewer"}]}
    calls = [
        ("GET", where, None, 200),
        ("GET", f"{where}/rosa", None, 200),
        ("POST", where, new, 403),
        ("PATCH", where, {"members": [{"user_name": "vera", "role": "admin"}]}, 403),
        ("DELETE", f"{where}?user_names=vera", None, 403),
        ("DELETE", f"{where}/rosa", None, 403),
    ]
    for method, path, body, status in calls:
        assert nobody.send(method, path, body).status_code == 401
        assert stranger.send(method, path, body).status_code == 404
        for caller in (viewer, editor):
            assert caller.send(method, path, body).status_code == status, (method, path)
    assert editor.delete(f"{where}/vera").status_code == 403
    assert viewer.delete(f"{where}/VERA").status_code == 204
    assert viewer.get(where).status_code == 404
    assert roles(project) == {"rosa": "admin", "edda": "editor"}
