"""Groups as members of catalogs, projects and spaces."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from catalog.models import Container, Membership, User
from catalog.services.containers import create_container
from catalog.services.users import delete_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import UserFactory
from catalog.tests.places import CARD, card, created, member, user_of, where
from catalog.tests.views.test_projects import reason


@pytest.fixture
def readers(db: None) -> Group:
    """A group whose id a user has, too."""
    group = Group.objects.create(name="Readers, all")
    UserFactory.create(pk=group.pk + 100_000)
    return Group.objects.create(pk=group.pk + 100_000, name="Readers & more")


@pytest.fixture
def ida(readers: Group) -> Caller:
    """Somebody in the group."""
    caller = member("ida")
    user_of(caller).groups.add(readers)
    return caller


def namesake(group: Group) -> User:
    """The user who has the group's id."""
    return User.objects.get(pk=group.pk)


def admit(caller: Caller, container: Container, group: Group, role: str = "viewer") -> Any:
    """Make a group a member, in the words of the container's kind."""
    path = f"/v2/{container.kind}s/{container.pk}/members"
    if container.kind == "catalog":
        return caller.post(path, {"members": [{"access_group_id": str(group.pk), "role": role}]})
    given = {"id": str(group.pk), "type": "group", "role": role}
    return caller.post(path, {"members": [given]})


@pytest.fixture(params=Container.Kind.values)
def place(request: pytest.FixtureRequest, rosa: Caller) -> Container:
    return create_container(actor=user_of(rosa), kind=request.param, name="Place")


class TestEverywhere:
    def test_its_users_are_what_it_is(
        self, rosa: Caller, ida: Caller, readers: Group, place: Container
    ) -> None:
        asset_id, query = created(rosa, place), where(place)
        address = f"/v2/{place.kind}s/{place.pk}"
        assert ida.get(address).status_code == 404
        assert admit(rosa, place, readers).status_code in (200, 201)
        assert ida.get(address).status_code == 200
        assert ida.get(f"/v2/assets/{asset_id}{query}").status_code == 200
        assert ida.post(f"/v2/assets{query}", CARD).status_code == 403
        assert Caller(namesake(readers)).get(address).status_code == 404
        user_of(ida).groups.clear()
        assert ida.get(address).status_code == 404

    def test_a_user_is_the_most_that_any_membership_says(
        self, rosa: Caller, ida: Caller, readers: Group, place: Container
    ) -> None:
        editors = Group.objects.create(name="Editors")
        user_of(ida).groups.add(editors)
        admit(rosa, place, readers, "viewer")
        query = where(place)
        for role, group, status in (("viewer", None, 403), ("editor", editors, 201)):
            if group is None:
                Membership.objects.create(container=place, user=user_of(ida), role=role)
            else:
                admit(rosa, place, group, role)
            assert ida.post(f"/v2/assets{query}", card(role)).status_code == status
        Membership.objects.filter(group=editors).update(role="viewer")
        Membership.objects.filter(user=ida.user).update(role="editor")
        assert ida.post(f"/v2/assets{query}", card("again")).status_code == 201

    def test_a_group_alone_is_not_enough_to_rule(
        self, rosa: Caller, ida: Caller, readers: Group, place: Container
    ) -> None:
        admit(rosa, place, readers, "admin")
        path = f"/v2/{place.kind}s/{place.pk}/members"
        own = "rosa" if place.kind == "project" else user_of(rosa).uid
        refused = rosa.delete(f"{path}/{own}")
        assert refused.status_code == (400 if place.kind == "project" else 409)
        assert ida.delete(f"{path}/{own}").status_code == refused.status_code
        assert place.memberships.filter(user=rosa.user, role="admin").exists()
        # The group's users are admins all the same.
        assert ida.delete(f"{path}/group:{readers.pk}").status_code == 204
        assert ida.get(path).status_code == 404

    def test_it_is_found_by_its_mark_and_never_taken_for_a_user(
        self, rosa: Caller, readers: Group, place: Container
    ) -> None:
        path = f"/v2/{place.kind}s/{place.pk}/members"
        admit(rosa, place, readers)
        assert rosa.get(f"{path}/{readers.pk}").status_code == 404
        assert rosa.delete(f"{path}/{readers.pk}").status_code == 404
        assert rosa.get(f"{path}/group:{readers.pk}").status_code == 200
        assert rosa.get(f"{path}/group%3A{readers.pk}").status_code == 200
        assert rosa.get(f"{path}/group:{readers.pk + 1}").status_code == 404
        assert rosa.delete(f"{path}/group:{readers.pk}").status_code == 204
        assert not Membership.objects.filter(group=readers).exists()

    def test_the_last_user_who_is_admin_hands_over_to_who_deletes_him(
        self, rosa: Caller, admin: Caller, readers: Group, place: Container
    ) -> None:
        admit(rosa, place, readers, "admin")
        delete_user(actor=user_of(admin), user=user_of(rosa))
        assert place.memberships.get(user__isnull=False).user == admin.user

    def test_a_group_that_is_deleted_takes_its_membership_along(
        self, rosa: Caller, ida: Caller, readers: Group, place: Container
    ) -> None:
        admit(rosa, place, readers)
        readers.delete()
        assert place.memberships.get().user == rosa.user
        assert ida.get(f"/v2/{place.kind}s/{place.pk}").status_code == 404


class TestCatalogs:
    @pytest.fixture
    def path(self, catalog: Container) -> str:
        return f"/v2/catalogs/{catalog.pk}/members"

    def test_the_answers_name_the_group(
        self, rosa: Caller, readers: Group, catalog: Container, path: str
    ) -> None:
        answer = admit(rosa, catalog, readers)
        assert answer.status_code == 201
        [added] = answer.json()["members"]
        membership = catalog.memberships.get(group=readers)
        number = str(membership.pk)
        assert added == {
            "access_group_id": str(readers.pk),
            "role": "viewer",
            "memberUniqueId": number,
            "memberId": number,
        }
        [shown] = rosa.get(f"{path}/group:{readers.pk}").json()["members"]
        assert shown["access_group_id"] == str(readers.pk)
        assert "user_iam_id" not in shown
        assert rosa.get(shown["href"]).json()["members"] == [shown]
        answer = rosa.patch(shown["href"], {"role": "editor"})
        assert (answer.status_code, answer.json()) == (200, shown | {"role": "editor"})

    def test_lists_are_of_users_of_groups_or_of_all(
        self, rosa: Caller, readers: Group, catalog: Container, path: str
    ) -> None:
        admit(rosa, catalog, readers)
        expected: dict[str, list[dict[str, str]]] = {
            "user": [{"user_iam_id": user_of(rosa).uid}],
            "group": [{"access_group_id": str(readers.pk)}],
        }
        expected["all"] = expected["user"] + expected["group"]
        for kind, members in expected.items():
            page = rosa.get(f"{path}?member_type={kind}").json()
            keys = ("user_iam_id", "access_group_id")
            shown = [{k: m[k] for k in keys if k in m} for m in page["members"]]
            assert (shown, page["total_results"]) == (members, len(members))
        assert rosa.get(path).json()["total_results"] == 1
        first = rosa.get(f"{path}?member_type=all&limit=1").json()
        more = rosa.get(f"{path}?member_type=all&limit=1&bookmark={first['nextBookmark']}").json()
        assert more["members"][0]["access_group_id"] == str(readers.pk)

    def test_who_can_not_be_added_is_told_beside_who_is(
        self, rosa: Caller, readers: Group, catalog: Container, path: str
    ) -> None:
        ids = [str(readers.pk), "0", "x", "9" * 40, str(readers.pk), "٣"]
        given = [{"access_group_id": id_, "role": "viewer"} for id_ in ids]
        given += [{"user_iam_id": str(readers.pk), "role": "viewer"}]
        answer = rosa.post(path, {"members": given})
        assert answer.status_code == 201
        assert len(answer.json()["members"]) == 2
        failures = answer.json()["failures"]
        assert [failure["access_group_id"] for failure in failures] == ids[1:]
        codes = [failure["reason"]["code"] for failure in failures]
        assert codes == ["not_found", "not_found", "not_found", "conflict", "not_found"]

    @pytest.mark.parametrize(
        ("given", "target"),
        [
            ({"access_group_id": 5}, "members[0].access_group_id"),
            ({"access_group_id": ""}, "members[0].access_group_id"),
            ({"access_group_id": None}, "members[0].user_iam_id"),
            ({"access_group_id": "1", "user_iam_id": "1"}, "members[0].access_group_id"),
        ],
    )
    def test_a_bad_id_is_refused_by_name(
        self, rosa: Caller, path: str, given: Any, target: str
    ) -> None:
        answer = rosa.post(path, {"members": [given | {"role": "viewer"}]})
        assert (answer.status_code, targets(answer)) == (400, [target])

    def test_a_marked_id_and_a_users_older_name_beside_a_group_are_understood(
        self, rosa: Caller, readers: Group, catalog: Container, path: str
    ) -> None:
        given = {"access_group_id": f"group:{readers.pk}", "user_id": "1", "role": "viewer"}
        answer = rosa.post(path, {"members": [given]})
        assert answer.json()["failures"] == []
        assert catalog.memberships.get(group=readers).role == "viewer"


class TestProjects:
    def test_the_answers_name_the_group(
        self, rosa: Caller, readers: Group, project: Container
    ) -> None:
        path = f"/v2/projects/{project.pk}/members"
        name = f"group:{readers.pk}"
        shown = {
            "id": name,
            "user_name": name,
            "role": "viewer",
            "state": "ACTIVE",
            "type": "group",
        }
        assert admit(rosa, project, readers).json()["members"] == [shown]
        assert rosa.get(path).json()["members"][1] == shown
        assert rosa.get(f"{path}?user_names={name}").json()["members"] == [shown]
        assert rosa.get(f"{path}/{name}").json() == shown
        change = {"id": name, "user_name": name, "role": "editor"}
        answer = rosa.patch(path, {"members": [change]})
        assert answer.json()["members"] == [shown | {"role": "editor"}]
        answer = rosa.patch(
            path, {"members": [{"id": str(readers.pk), "type": "group", "role": "viewer"}]}
        )
        assert answer.json()["members"] == [shown]
        assert rosa.delete(f"{path}?user_names={name},rosa").status_code == 400
        assert rosa.delete(f"{path}?user_names={name}").status_code == 204

    @pytest.mark.parametrize("form", ["id", "user_name", "both", "marked"])
    def test_a_group_is_named_in_any_of_these_forms(
        self, rosa: Caller, readers: Group, project: Container, form: str
    ) -> None:
        number = str(readers.pk)
        given = {
            "id": {"id": number, "type": "group"},
            "user_name": {"user_name": number, "type": "group"},
            "both": {"id": number, "user_name": number, "type": "group"},
            "marked": {"user_name": f"group:{number}"},
        }[form]
        path = f"/v2/projects/{project.pk}/members"
        answer = rosa.post(path, {"members": [given | {"role": "viewer"}]})
        assert answer.status_code == 200, answer.content
        assert project.memberships.get(group=readers).role == "viewer"
        again = rosa.post(path, {"members": [given | {"role": "viewer"}]})
        assert "is a member already" in reason(again)

    def test_its_users_find_the_project_as_theirs(
        self, rosa: Caller, ida: Caller, readers: Group, project: Container
    ) -> None:
        admit(rosa, project, readers, "editor")
        for query in ("", "?member=ida", "?roles=editor", "?member=ida&roles=editor"):
            found = ida.get(f"/v2/projects{query}").json()
            assert found["total_results"] == 1, query
        assert ida.get("/v2/projects?roles=admin").json()["total_results"] == 0


def test_spaces_name_the_group(rosa: Caller, readers: Group, space: Container) -> None:
    path = f"/v2/spaces/{space.pk}/members"
    shown = {"id": f"group:{readers.pk}", "role": "viewer", "state": "active", "type": "group"}
    assert admit(rosa, space, readers).json() == {"resources": [shown]}
    assert rosa.get(path).json()["resources"][1] == shown
    assert rosa.get(f"{path}/{shown['id']}").json() == shown
    change = [{"op": "replace", "path": "/role", "value": "editor"}]
    answer = rosa.patch(f"{path}/{shown['id']}", change)
    assert answer.json() == shown | {"role": "editor"}
    entity = rosa.get(f"/v2/spaces/{space.pk}?include=members").json()["entity"]
    assert entity["members"][1] == shown | {"role": "editor"}
