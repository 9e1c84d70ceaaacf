"""Callers who meet over members, tokens or a container itself: nothing is lost, nothing fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from catalog.models import ApiKey, Container, Membership, ProjectToken, User
from catalog.services.containers import create_container, delete_container, hold_container
from catalog.services.groups import add_users, set_groups
from catalog.services.members import NewMember, add_members
from catalog.services.project_tokens import create_token
from catalog.services.users import create_user, delete_user
from catalog.shared.errors import BadRequest, Target
from catalog.tests.admin_pages import address as admin_address
from catalog.tests.admin_pages import administrator, browser, submit
from catalog.tests.conftest import Caller
from catalog.tests.factories import UserFactory
from catalog.tests.places import CARD, member, user_of, where
from catalog.tests.test_concurrency import at_once, wait_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=Container.Kind.values)
def place(request: pytest.FixtureRequest, rosa: Caller) -> Container:
    return create_container(actor=user_of(rosa), kind=request.param, name="Place")


def address(place: Container) -> str:
    return f"/v2/{place.kind}s/{place.pk}"


def own(caller: Caller, place: Container) -> str:
    """The caller's own membership."""
    user = user_of(caller)
    name = user.username if place.kind == "project" else user.uid
    return f"{address(place)}/members/{name}"


def test_of_two_admins_who_leave_at_once_one_stays(rosa: Caller, place: Container) -> None:
    people = [rosa, member("ida", admin=place)]
    answers = at_once(2, lambda n: people[n].delete(own(people[n], place)).status_code)
    assert sorted(answers) == [204, 400 if place.kind == "project" else 409]
    assert Membership.objects.get().role == "admin"


def test_of_two_admins_who_make_each_other_less_one_stays(rosa: Caller, project: Container) -> None:
    people = [rosa, member("ida", admin=project)]

    def demote(number: int) -> int:
        name = user_of(people[1 - number]).username
        body = {"members": [{"user_name": name, "role": "viewer"}]}
        return int(people[number].patch(f"{address(project)}/members", body).status_code)

    assert sorted(at_once(2, demote)) in ([200, 400], [200, 403])
    assert Membership.objects.filter(role="admin").count() == 1


def test_one_who_is_removed_by_two_at_once_is_removed_once(rosa: Caller, place: Container) -> None:
    ida = member("ida", viewer=place)
    path = own(ida, place)
    answers = at_once(4, lambda _: Caller(rosa.user).delete(path).status_code)
    assert sorted(answers) == [204, 404, 404, 404]


def test_one_who_is_added_by_eight_is_added_once(rosa: Caller, place: Container) -> None:
    ida = UserFactory.create()
    given = {"user_iam_id" if place.kind == "catalog" else "id": ida.uid, "role": "viewer"}

    def add(_: int) -> int:
        answer = Caller(rosa.user).post(f"{address(place)}/members", {"members": [given]})
        assert answer.status_code in (200, 201, 400)
        return len(answer.json().get("members") or answer.json().get("resources") or [])

    assert sorted(at_once(8, add)) == [0] * 7 + [1]
    assert Membership.objects.filter(user=ida).count() == 1


def test_members_added_at_once_all_arrive(rosa: Caller, place: Container) -> None:
    people = [UserFactory.create() for _ in range(8)]
    key = "user_iam_id" if place.kind == "catalog" else "id"

    def add(number: int) -> int:
        body = {"members": [{key: people[number].uid, "role": "viewer"}]}
        return int(Caller(rosa.user).post(f"{address(place)}/members", body).status_code)

    assert set(at_once(8, add)) <= {200, 201}
    assert place.memberships.count() == 9


def test_patches_of_a_space_and_of_properties_all_arrive(
    rosa: Caller, space: Container, catalog: Container
) -> None:
    def patch(number: int) -> tuple[int, int]:
        caller = Caller(rosa.user)
        tag = [{"op": "add", "path": "/tags/-", "value": f"t{number}"}]
        key = [{"op": "add", "path": f"/k{number}", "value": number}]
        return (
            caller.patch(address(space), tag).status_code,
            caller.patch(f"{address(catalog)}/properties", key).status_code,
        )

    assert at_once(8, patch) == [(200, 200)] * 8
    space.refresh_from_db()
    catalog.refresh_from_db()
    assert sorted(space.tags) == [f"t{n}" for n in range(8)]
    assert catalog.details["properties"] == {f"k{n}": n for n in range(8)}


def test_changes_of_different_members_of_a_project_all_arrive(
    rosa: Caller, project: Container
) -> None:
    where = address(project)
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", where, {"name": "Mosses"}),
        ("PATCH", where, {"tags": ["x"]}),
        ("PATCH", where, {"tools": ["t"]}),
        ("PATCH", where, {"context": "df"}),
        ("PUT", f"{where}/settings/audit_events", {"enabled": True}),
        ("PUT", f"{where}/settings/access_restrictions", {"data": True}),
        ("PUT", f"{where}/integrations/jupyterlab", {"guid": "lab"}),
    ]
    answers = at_once(len(calls), lambda n: Caller(rosa.user).send(*calls[n]).status_code)
    assert answers == [200] * len(calls)
    entity = rosa.get(f"{where}?include=everything").json()["entity"]
    assert (entity["name"], entity["tags"], entity["tools"]) == ("Mosses", ["x"], ["t"])
    assert entity["context"] == "df"
    assert entity["settings"] == {
        "access_restrictions": {"data": True},
        "audit_events": {"enabled": True},
    }
    assert entity["integrations"] == {"jupyterlab": {"guid": "lab"}}


def test_a_member_who_is_added_while_the_container_is_deleted_leaves_nothing_behind(
    rosa: Caller, place: Container
) -> None:
    people = [UserFactory.create() for _ in range(6)]
    key = "user_iam_id" if place.kind == "catalog" else "id"

    def act(number: int) -> int:
        caller = Caller(rosa.user)
        if number == 0:
            return int(caller.delete(address(place)).status_code)
        body = {"members": [{key: people[number].uid, "role": "viewer"}]}
        return int(caller.post(f"{address(place)}/members", body).status_code)

    deleted, *added = at_once(6, act)
    assert deleted == (202 if place.kind == "space" else 204)
    assert set(added) <= {200, 201, 404}
    assert not Container.objects.exists()
    assert not Membership.objects.exists()


def test_a_token_that_is_issued_while_the_project_is_deleted_leaves_nothing_behind(
    rosa: Caller, project: Container
) -> None:
    body = {"name": "x", "scopes": [{"role": "viewer"}]}

    def act(number: int) -> int:
        caller = Caller(rosa.user)
        if number == 0:
            return int(caller.delete(address(project)).status_code)
        return int(caller.post(f"{address(project)}/tokens", body).status_code)

    deleted, *issued = at_once(6, act)
    assert deleted == 204
    assert set(issued) <= {200, 404}
    assert not ProjectToken.objects.exists()
    assert not ApiKey.objects.exists()
    assert not User.objects.filter(is_token=True).exists()


def test_a_token_that_is_deleted_by_four_is_deleted_once(rosa: Caller, project: Container) -> None:
    tokens = f"{address(project)}/tokens"
    guid = rosa.post(tokens, {"name": "x", "scopes": [{"role": "viewer"}]}).json()["guid"]
    answers = at_once(4, lambda _: Caller(rosa.user).delete(f"{tokens}/{guid}").status_code)
    assert sorted(answers) == [204, 404, 404, 404]


def test_whoever_changes_members_does_not_wait_for_writers_of_cards_nor_they_for_them(
    rosa: Caller, place: Container
) -> None:
    ida = UserFactory.create()
    answers: list[int] = []

    def write() -> None:
        path = f"/v2/assets{where(place)}"
        answers.append(Caller(rosa.user).post(path, CARD).status_code)
        connection.close()

    for others_lock in ({"exclusively": True}, {}):
        writing = threading.Thread(target=write)
        with transaction.atomic():
            hold_container(place, **others_lock)
            writing.start()
            writing.join(20)
            assert not writing.is_alive()
    assert answers == [201, 201]
    with transaction.atomic():
        hold_container(place)

        def add() -> None:
            new = NewMember(ida.uid, "viewer")
            answers.append(len(add_members(container=place, members=[new])[0]))
            connection.close()

        adding = threading.Thread(target=add)
        adding.start()
        adding.join(20)
        assert not adding.is_alive()
    assert answers[2:] == [1]


def test_whoever_deletes_waits_for_both(rosa: Caller, place: Container) -> None:
    answers: list[int] = []

    def delete() -> None:
        answers.append(Caller(rosa.user).delete(address(place)).status_code)
        connection.close()

    for others_lock in ({"exclusively": True}, {}):
        answers.clear()
        if not Container.objects.filter(pk=place.pk).exists():
            place = create_container(actor=user_of(rosa), kind=place.kind, name="Again")
        deleting = threading.Thread(target=delete)
        with transaction.atomic():
            hold_container(place, **others_lock)
            deleting.start()
            wait_for_a_lock()
            assert answers == []
        deleting.join(20)
        assert answers[0] in (202, 204)


def test_a_user_who_is_deleted_while_made_a_member_is_none(
    rosa: Caller, admin: Caller, place: Container
) -> None:
    ida = create_user(username="ida", password="a long password")
    outcome: list[Any] = []

    def add() -> None:
        outcome.append(add_members(container=place, members=[NewMember(ida.uid, "viewer")]))
        connection.close()

    adding = threading.Thread(target=add)
    with transaction.atomic():
        delete_user(actor=user_of(admin), user=ida)
        adding.start()
        wait_for_a_lock()
    adding.join(20)
    [(added, [(_, problem)])] = outcome
    assert (added, problem.code) == ([], "not_found")
    assert not Membership.objects.filter(user=ida).exists()


def deleted_after(admin: Caller, user: User, act: Callable[[], Any]) -> Any:
    """What ``act`` gives, while ``user`` is deleted by somebody who waits for it."""
    outcome: list[int] = []

    def delete() -> None:
        answer = Caller(admin.user).delete(f"/usermgmt/v1/user/{user.username}")
        outcome.append(answer.status_code)
        connection.close()

    deleting = threading.Thread(target=delete)
    with transaction.atomic():
        given = act()
        deleting.start()
        wait_for_a_lock()
    deleting.join(20)
    assert outcome == [200]
    return given


def test_a_user_who_is_deleted_just_after_being_made_a_member_is_none(
    admin: Caller, place: Container
) -> None:
    ida = create_user(username="ida", password="a long password")
    new = [NewMember(ida.uid, "viewer")]
    deleted_after(admin, ida, lambda: add_members(container=place, members=new))
    assert not Membership.objects.filter(user=ida).exists()


@pytest.mark.parametrize("kind", Container.Kind.values)
def test_what_a_user_made_just_before_being_deleted_has_an_admin(admin: Caller, kind: str) -> None:
    ida = create_user(username="ida", password="a long password")
    made = deleted_after(admin, ida, lambda: create_container(actor=ida, kind=kind, name="New"))
    assert [m.user for m in Membership.objects.filter(container=made)] == [admin.user]


def test_who_is_being_deleted_makes_no_container(admin: Caller) -> None:
    ida = Caller(create_user(username="ida", password="a long password"))
    headers, answers = ida.authorization, []

    def make() -> None:
        answer = Caller(None).send("POST", "/v2/spaces", {"name": "New"}, headers=headers)
        answers.append(answer.status_code)
        connection.close()

    making = threading.Thread(target=make)
    with transaction.atomic():
        delete_user(actor=user_of(admin), user=User.objects.get(username="ida"))
        making.start()
        wait_for_a_lock()
    making.join(20)
    assert answers == [401]
    assert not Container.objects.exists()


def test_a_token_ends_with_its_maker_who_is_admin_by_a_group(
    admin: Caller, project: Container
) -> None:
    ida = create_user(username="ida", password="a long password")
    group = Group.objects.create(name="Admins")
    group.user_set.add(ida)
    Membership.objects.create(container=project, group=group, role="admin")
    words: dict[str, Any] = {"name": "Loader", "role": "viewer"}
    deleted_after(admin, ida, lambda: create_token(creator=ida, project=project, **words))
    assert not project.tokens.issued().exists()
    assert not Membership.objects.filter(user__is_token=True).exists()


def test_a_user_deleted_while_put_into_a_group_is_not_in_it(admin: Caller) -> None:
    ida, kim = (create_user(username=name, password="a long password") for name in ("ida", "kim"))
    group = Group.objects.create(name="Readers")
    deleted_after(admin, ida, lambda: add_users(group=group, uids=[ida.uid]))
    outcome: list[Any] = []

    def add() -> None:
        try:
            add_users(group=group, uids=[kim.uid])
        except BadRequest as refusal:
            outcome.append(refusal.target)
        connection.close()

    adding = threading.Thread(target=add)
    with transaction.atomic():
        delete_user(actor=user_of(admin), user=User.objects.get(username="kim"))
        adding.start()
        wait_for_a_lock()
    adding.join(20)
    assert outcome == [Target("user_identifiers[0]")]
    assert not group.user_set.exists()


def test_a_group_of_the_claims_that_four_need_first_is_made_once(db: None) -> None:
    people = [UserFactory.create() for _ in range(4)]

    def join(number: int) -> dict[str, list[str]]:
        return set_groups(user=people[number], wanted=["New"], managed=["New"])

    assert at_once(4, join) == [{"joined": ["New"], "left": []}] * 4
    assert Group.objects.get().user_set.count() == 4


def test_a_group_that_is_deleted_while_made_a_member_is_none(
    rosa: Caller, place: Container
) -> None:
    group = Group.objects.create(name="Readers")
    outcome: list[Any] = []

    def add() -> None:
        new = NewMember(str(group.pk), "viewer", is_group=True)
        outcome.append(add_members(container=place, members=[new]))
        connection.close()

    adding = threading.Thread(target=add)
    with transaction.atomic():
        Group.objects.get().delete()
        adding.start()
        wait_for_a_lock()
    adding.join(20)
    [(added, [(_, problem)])] = outcome
    assert (added, problem.code) == ([], "not_found")


def test_a_container_that_goes_while_its_page_is_saved_is_gone_and_no_fault(
    place: Container,
) -> None:
    client, answers = browser(administrator()), []
    page = admin_address("container", "change", place.pk)

    def save() -> None:
        answers.append(submit(client, page, name="Another").status_code)
        connection.close()

    saving = threading.Thread(target=save)
    with transaction.atomic():
        delete_container(container=place)
        saving.start()
        wait_for_a_lock()
    saving.join(20)
    assert answers == [302]
    assert not Container.objects.exists()
