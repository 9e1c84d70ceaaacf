"""Owner, visibility and collaborators of a card over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from catalog.models import (
    Asset,
    AssetEvent,
    Collaborator,
    CollaboratorEvent,
    Container,
    Membership,
    User,
)
from catalog.services.users import create_user, delete_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory, UserFactory

pytestmark = pytest.mark.django_db
IDS = "/metadata/rov/collaborator_ids"


def member(catalog: Container, role: str, name: str = "") -> Caller:
    user = create_user(username=name or f"{role}-member", password="a long password")
    Membership.objects.create(container=catalog, user=user, role=role)
    return Caller(user)


def sharing(user: User) -> list[dict[str, Any]]:
    return [{"op": "add", "path": f"{IDS}/{user.uid}", "value": {"user_iam_id": user.uid}}]


@pytest.fixture
def card(catalog: Container) -> Asset:
    """A public card of rosa's."""
    return CardFactory.create(container=catalog)


@pytest.fixture
def where(card: Asset) -> str:
    """The path of an operation on the card: ``where.format("owner")``."""
    return f"/v2/assets/{card.pk}/{{}}?catalog_id={card.container_id}"


@pytest.fixture
def ida(catalog: Container) -> Caller:
    """An editor of the catalog."""
    return member(catalog, "editor", "ida")


def test_a_new_owner_is_shown_and_may_do_what_owners_do(
    rosa: Caller, ida: Caller, card: Asset, where: str
) -> None:
    assert ida.user
    before = rosa.get(where.replace("/{}", "")).json()
    body = {"owner": "ida", "owner_id": ida.user.uid}
    answer = rosa.send("PUT", where.format("owner"), body)
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    metadata = answer.json()["metadata"]
    assert metadata["owner_id"] == ida.user.uid
    assert answer.json()["entity"] == before["entity"]
    assert AssetEvent.objects.get(pgh_obj_id=card.pk, version=2).owner_id == ida.user.pk
    Asset.objects.update(rov_mode=8)
    assert rosa.get(where.replace("/{}", "")).status_code == 404
    assert ida.send("PUT", where.format("perms"), {"mode": 0}).status_code == 200


def test_the_owner_it_is_anyway_changes_nothing(rosa: Caller, card: Asset, where: str) -> None:
    assert rosa.user
    answer = rosa.send("PUT", where.format("owner"), {"owner_id": rosa.user.uid})
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')


def test_an_owner_may_be_named_or_be_a_member_by_a_group(
    rosa: Caller, catalog: Container, card: Asset, where: str
) -> None:
    group = Group.objects.create(name="stewards")
    Membership.objects.create(container=catalog, group=group, role="editor")
    user = create_user(username="Tomasz", password="a long password")
    group.user_set.add(user)
    answer = rosa.send("PUT", where.format("owner"), {"owner": "tomasz", "owner_id": None})
    assert answer.json()["metadata"]["owner_id"] == user.uid


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (None, "owner_id"),
        ([], None),
        ("1", None),
        ({}, "owner_id"),
        ({"owner_id": None, "owner": None}, "owner_id"),
        ({"owner_id": "", "owner": ""}, "owner_id"),
        ({"owner_id": 7}, "owner_id"),
        ({"owner_id": ["1"]}, "owner_id"),
        ({"owner_id": {"id": "1"}}, "owner_id"),
        ({"owner_id": "x" * 256}, "owner_id"),
        ({"owner_id": "99999999"}, "owner_id"),
        ({"owner_id": "9" * 30}, "owner_id"),
        ({"owner_id": "-1"}, "owner_id"),
        ({"owner_id": "٣"}, "owner_id"),
        ({"owner_id": "a\x00b"}, "owner_id"),
        ({"owner": "nobody here 🌿"}, "owner"),
        ({"owner_id": "1", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_owner_is_refused_by_the_member(
    rosa: Caller, card: Asset, where: str, body: Any, target: str | None
) -> None:
    answer = rosa.send("PUT", where.format("owner"), body)
    assert answer.status_code == 400, answer.content
    assert targets(answer) == ([target] if target else [])
    assert Asset.objects.get().owner == rosa.user


def test_an_owner_has_to_be_an_editor_of_the_container(
    rosa: Caller, admin: Caller, stranger: Caller, catalog: Container, card: Asset, where: str
) -> None:
    gone = member(catalog, "editor", "gone")
    assert admin.user
    assert gone.user
    delete_user(actor=admin.user, user=gone.user)
    for caller in (stranger, member(catalog, "viewer"), admin, gone):
        assert caller.user
        answer = rosa.send("PUT", where.format("owner"), {"owner_id": caller.user.uid})
        assert (answer.status_code, targets(answer)) == (400, ["owner_id"])
    assert Asset.objects.get().owner == rosa.user


def test_a_private_card_is_found_by_its_owner_and_collaborators_only_until_it_is_public(
    rosa: Caller, ida: Caller, catalog: Container, card: Asset, where: str
) -> None:
    assert ida.user
    viewer = member(catalog, "viewer")
    shown = where.replace("/{}", "")
    answer = rosa.send("PUT", where.format("perms"), {"mode": 8})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["metadata"]["rov"] == {"mode": 8, "collaborator_ids": {}}
    assert [caller.get(shown).status_code for caller in (rosa, ida, viewer)] == [200, 404, 404]
    shared = rosa.patch(where.format("collaborators"), sharing(ida.user))
    assert shared["ETag"] == '"3"'
    assert [caller.get(shown).status_code for caller in (rosa, ida, viewer)] == [200, 200, 404]
    public = rosa.send("PUT", where.format("perms"), {"mode": 0})
    collaborators = {ida.user.uid: {"user_iam_id": ida.user.uid}}
    assert public.json()["metadata"]["rov"] == {"mode": 0, "collaborator_ids": collaborators}
    assert [caller.get(shown).status_code for caller in (rosa, ida, viewer)] == [200, 200, 200]
    again = rosa.send("PUT", where.format("perms"), {"mode": 0})
    assert again["ETag"] == public["ETag"] == '"4"'
    assert rosa.send("PUT", where.format("perms"), {"mode": -1}).status_code == 200


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (None, "mode"),
        ([8], None),
        ({}, "mode"),
        ({"mode": None}, "mode"),
        ({"mode": 16}, "mode"),
        ({"mode": "8"}, "mode"),
        ({"mode": True}, "mode"),
        ({"mode": 8.5}, "mode"),
        ({"mode": 10**30}, "mode"),
        ({"mode": [8]}, "mode"),
        ({"mode": 8, "collaborator_ids": {}}, "collaborator_ids"),
    ],
)
def test_a_bad_mode_is_refused_by_the_member(
    rosa: Caller, card: Asset, where: str, body: Any, target: str | None
) -> None:
    answer = rosa.send("PUT", where.format("perms"), body)
    assert (answer.status_code, targets(answer)) == (400, [target] if target else [])
    assert Asset.objects.get().rov_mode == 0


def test_collaborators_come_and_go_after_the_cards_row(
    rosa: Caller, ida: Caller, stranger: Caller, card: Asset, where: str
) -> None:
    assert ida.user
    assert stranger.user
    path = where.format("collaborators")
    operations = [*sharing(ida.user), *sharing(stranger.user)]
    answer = rosa.send("PATCH", path, operations, content_type="application/json-patch+json")
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    ids = {user.uid: {"user_iam_id": user.uid} for user in (ida.user, stranger.user)}
    body = answer.json()
    assert body["metadata"]["rov"] == {"mode": 0, "collaborator_ids": ids}
    assert body["entity"] == {}
    assert body["href"] == where.replace("/{}", "")
    assert rosa.patch(path, operations)["ETag"] == '"2"'
    removal = [{"op": "remove", "path": f"{IDS}/{ida.user.uid}"}]
    removed = rosa.patch(path, removal)
    assert removed["ETag"] == '"3"'
    assert list(removed.json()["metadata"]["rov"]["collaborator_ids"]) == [stranger.user.uid]
    everybody = [{"op": "replace", "path": IDS, "value": {}}]
    assert rosa.patch(path, everybody).json()["metadata"]["rov"]["collaborator_ids"] == {}
    assert not Collaborator.objects.exists()
    events = CollaboratorEvent.objects.filter(asset_id=card.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "insert", "delete", "delete"]
    for label, version, place in (("insert", 2, 0), ("delete", 3, 2), ("delete", 4, 3)):
        row = AssetEvent.objects.get(pgh_obj_id=card.pk, version=version)
        assert row.pgh_created_at < events[place].pgh_created_at, label


@pytest.mark.parametrize(
    ("operations", "target"),
    [
        (None, None),
        ({}, None),
        ([5], "[0]"),
        ([{"op": "add", "path": f"{IDS}/x", "value": {"user_iam_id": "x"}}], f"{IDS}/x"),
        ([{"op": "add", "path": f"{IDS}/99999999", "value": {}}], f"{IDS}/99999999"),
        ([{"op": "add", "path": f"{IDS}/1", "value": {"user_iam_id": "2"}}], f"{IDS}/1"),
        ([{"op": "add", "path": f"{IDS}/1", "value": "1"}], f"{IDS}/1"),
        ([{"op": "add", "path": f"{IDS}/1", "value": None}], f"{IDS}/1"),
        ([{"op": "add", "path": f"{IDS}/a\x00b", "value": {}}], "[0].path"),
        ([{"op": "remove", "path": f"{IDS}/1"}], "[0].path"),
        ([{"op": "replace", "path": IDS, "value": 5}], IDS),
        ([{"op": "replace", "path": IDS, "value": ["1"]}], IDS),
        ([{"op": "replace", "path": "/metadata/rov/mode", "value": 8}], "/metadata/rov/mode"),
        ([{"op": "replace", "path": "/metadata/rov", "value": 8}], "/metadata/rov"),
        ([{"op": "replace", "path": "", "value": []}], None),
        ([{"op": "add", "path": "/metadata/name", "value": "x"}], "/metadata/name"),
        ([{"op": "replace", "path": "/metadata/name", "value": "x"}], "[0].path"),
        ([{"op": "add", "path": "/entity", "value": {}}], "/entity"),
        ([{"op": "test", "path": IDS, "value": {"1": {}}}], "[0].value"),
        ([{"op": "test", "path": IDS, "value": {}}] * 1001, None),
    ],
)
def test_a_bad_patch_of_the_collaborators_is_refused_by_the_place(
    rosa: Caller, card: Asset, where: str, operations: Any, target: str | None
) -> None:
    answer = rosa.patch(where.format("collaborators"), operations)
    assert answer.status_code == 400, answer.content
    named = [name if "[" in name else "/" + name.replace(".", "/") for name in targets(answer)]
    assert named == ([target] if target else [])
    assert Asset.objects.get().version == 1


def test_a_member_of_a_collaborator_that_nobody_declared_is_refused(
    rosa: Caller, stranger: Caller, card: Asset, where: str
) -> None:
    assert stranger.user
    uid = stranger.user.uid
    value = {"user_iam_id": uid, "role": "editor"}
    operation = {"op": "add", "path": f"{IDS}/{uid}", "value": value}
    answer = rosa.patch(where.format("collaborators"), [operation])
    assert answer.status_code == 400
    assert targets(answer) == [f"metadata.rov.collaborator_ids.{uid}"]
    assert not Collaborator.objects.exists()


def test_a_thousand_collaborators_are_the_most(rosa: Caller, card: Asset, where: str) -> None:
    users = User.objects.bulk_create([UserFactory.build() for _ in range(1001)])
    ids = {user.uid: {"user_iam_id": user.uid} for user in users}
    path = where.format("collaborators")
    answer = rosa.patch(path, [{"op": "add", "path": IDS, "value": ids}])
    assert (answer.status_code, targets(answer)) == (400, [IDS[1:].replace("/", ".")])
    ids.popitem()
    answer = rosa.patch(path, [{"op": "add", "path": IDS, "value": ids}])
    assert answer.json()["metadata"]["rov"]["collaborator_ids"] == ids
    assert rosa.patch(path, sharing(users[-1])).status_code == 400


def test_a_collaborator_who_was_deleted_stays_until_removed(
    rosa: Caller, ida: Caller, admin: Caller, stranger: Caller, card: Asset, where: str
) -> None:
    assert ida.user
    assert admin.user
    assert stranger.user
    path = where.format("collaborators")
    rosa.patch(path, sharing(ida.user))
    delete_user(actor=admin.user, user=ida.user)
    shown = rosa.patch(path, sharing(stranger.user)).json()["metadata"]["rov"]
    assert list(shown["collaborator_ids"]) == [ida.user.uid, stranger.user.uid]
    removal = [{"op": "remove", "path": f"{IDS}/{ida.user.uid}"}]
    assert rosa.patch(path, removal).status_code == 200


OPERATIONS: list[tuple[str, str, Any]] = [
    ("PUT", "owner", {"owner_id": "{uid}"}),
    ("PUT", "perms", {"mode": 0}),
    ("PATCH", "collaborators", []),
]


@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize(("method", "below", "body"), OPERATIONS)
def test_who_may_share_a_card(
    rosa: Caller,
    stranger: Caller,
    nobody: Caller,
    admin: Caller,
    catalog: Container,
    is_private: bool,
    method: str,
    below: str,
    body: Any,
) -> None:
    people = {role: member(catalog, role) for role in ("viewer", "editor", "admin")}
    owner = member(catalog, "editor", "owner")
    assert owner.user
    card = CardFactory.create(container=catalog, owner=owner.user, rov_mode=8 if is_private else 0)
    collaborator = member(catalog, "editor", "collaborator")
    assert collaborator.user
    Collaborator.objects.create(asset=card, user=collaborator.user)
    people |= {"owner": owner, "collaborator": collaborator, "administrator": admin}
    people |= {"stranger": stranger, "nobody": nobody}
    expected = {"nobody": 401, "stranger": 404, "owner": 200, "administrator": 200}
    expected |= {"collaborator": 403}
    expected |= dict.fromkeys(("viewer", "editor"), 404 if is_private else 403)
    expected |= {"admin": 404 if is_private else 200}
    if isinstance(body, dict) and "owner_id" in body:
        body = {"owner_id": owner.user.uid}
    path = f"/v2/assets/{card.pk}/{below}?catalog_id={catalog.pk}"
    sent = {}
    for who, caller in people.items():
        sent[who] = caller.send(method, path, body).status_code
        Asset.objects.update(rov_mode=8 if is_private else 0)
    assert sent == expected
    assert people["viewer"].send(method, path, 5).status_code == expected["viewer"]
    Membership.objects.filter(user=owner.user).update(role="viewer")
    assert owner.send(method, path, body).status_code == 403


@pytest.mark.parametrize(("method", "below", "body"), OPERATIONS)
def test_sharing_honours_if_match(
    rosa: Caller, ida: Caller, card: Asset, where: str, method: str, below: str, body: Any
) -> None:
    assert ida.user
    new = {"owner": {"owner_id": ida.user.uid}, "perms": {"mode": 8}}
    sent = new.get(below, sharing(ida.user))
    path = where.format(below)
    stale = rosa.send(method, path, sent, headers={"If-Match": '"7"'})
    assert (stale.status_code, targets(stale)) == (412, ["If-Match"])
    assert Asset.objects.get().version == 1
    current = rosa.send(method, path, sent, headers={"If-Match": '"1"'})
    assert (current.status_code, current["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(("method", "below", "body"), OPERATIONS)
def test_a_card_in_the_trash_is_not_shared(
    rosa: Caller, card: Asset, where: str, method: str, below: str, body: Any
) -> None:
    rosa.delete(where.replace("/{}", ""))
    assert rosa.send(method, where.format(below), body).status_code == 404
