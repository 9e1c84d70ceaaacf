"""Cards that are there already: a second one, a refusal, an update or a replacement."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Asset, AssetEvent, AttachmentEvent, Collaborator, Container
from catalog.selectors.duplicates import duplicates, rules_for
from catalog.tests.conftest import Caller, targets
from catalog.tests.places import card, created, member, read, user_of, where
from catalog.tests.test_concurrency import at_once, wait_for_a_lock
from catalog.tests.views.test_copies import attached, connection_card, copy

SALES: dict[str, Any] = {
    "metadata": {
        "name": "Sales",
        "description": "before",
        "tags": ["old"],
        "asset_type": "data_asset",
        "origin_country": "de",
        "classification": "c",
        "resource_key": "key",
    },
    "entity": {"data_asset": {"a": {"x": 1}, "b": 2}, "asset_terms": {"list": []}},
}


def sent(caller: Caller, container: Container, action: str, body: Any) -> Any:
    return caller.post(f"/v2/assets{where(container)}&duplicate_action={action}", body)


def version(asset_id: str) -> int:
    return Asset.objects.get(pk=asset_id).version


@pytest.mark.parametrize("parameter", ["", "&duplicate_action=", "&duplicate_action=IGNORE"])
def test_a_second_card_is_made_by_default(rosa: Caller, catalog: Container, parameter: str) -> None:
    for _ in range(2):
        assert rosa.post(f"/v2/assets{where(catalog)}{parameter}", SALES).status_code == 201
    assert Asset.objects.count() == 2


def test_a_duplicate_is_refused_naming_the_card_that_is_there(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    asset_id = created(rosa, catalog, SALES)
    for body, target in (
        (card("Sales"), "metadata.name"),
        (card("Other", resource_key="key"), "metadata.resource_key"),
        (card("Sales", resource_key="key"), "metadata.resource_key"),
        (card("Sales", resource_key="another"), "metadata.name"),
    ):
        answer = sent(rosa, catalog, "REJECT", body)
        assert (answer.status_code, targets(answer)) == (409, [target])
        assert asset_id in answer.json()["errors"][0]["message"]
    assert Asset.objects.count() == 1
    # Another type, another name, another container: none of them is a duplicate.
    for body in (card("Sales", "connection"), card("sales"), card("Sales "), card("Key")):
        assert sent(rosa, catalog, "REJECT", body).status_code == 201
    assert sent(rosa, project, "REJECT", SALES).status_code == 201
    assert rosa.delete(f"/v2/assets/{asset_id}{where(catalog)}").status_code == 204
    assert sent(rosa, catalog, "REJECT", SALES).status_code == 201


def test_an_update_sets_what_is_given_and_leaves_the_rest(rosa: Caller, catalog: Container) -> None:
    asset_id = created(rosa, catalog, SALES)
    body = {
        "metadata": {
            "name": "Sales",
            "asset_type": "data_asset",
            "description": "after",
            "tags": [],
            "classification": None,
        },
        "entity": {"data_asset": {"a": {"y": 1}, "c": 3}, "data_profile": {"p": 1}},
    }
    answer = sent(rosa, catalog, "UPDATE", body)
    assert (answer.status_code, answer.json()["asset_id"]) == (200, asset_id)
    assert answer["ETag"] == '"2"'
    shown = read(rosa, catalog, asset_id)
    assert {k: v for k, v in answer.json().items() if k != "asset_id"} == shown
    metadata = shown["metadata"]
    kept = ("origin_country", "classification", "resource_key", "owner_id")
    before = SALES["metadata"] | {"owner_id": user_of(rosa).uid}
    assert {name: metadata[name] for name in kept} == {name: before[name] for name in kept}
    assert (metadata["description"], metadata["tags"]) == ("after", [])
    assert shown["entity"] == {
        "data_asset": {"a": {"y": 1}, "b": 2, "c": 3},
        "asset_terms": {"list": []},
        "data_profile": {"p": 1},
    }
    assert metadata["asset_attributes"][0] == "data_asset"
    assert Asset.objects.count() == 1
    # Once more: it says all of that.
    assert sent(rosa, catalog, "UPDATE", body).status_code == 200
    assert version(asset_id) == 2


def test_a_replacement_leaves_nothing_but_the_id(rosa: Caller, catalog: Container) -> None:
    lake = created(rosa, catalog, connection_card())
    body = attached(lake)
    asset_id = created(rosa, catalog, {**SALES, "attachments": body["attachments"]})
    created_at = read(rosa, catalog, asset_id)["metadata"]["created"]
    answer = sent(rosa, catalog, "REPLACE", card("Sales", tags=["new"]))
    assert (answer.status_code, answer.json()["asset_id"]) == (200, asset_id)
    shown = read(rosa, catalog, asset_id)
    metadata = shown["metadata"]
    assert (metadata["tags"], metadata["description"]) == (["new"], "")
    assert (metadata["origin_country"], metadata["created"]) == ("us", created_at)
    assert not metadata.keys() & {"classification", "resource_key"}
    assert (shown["entity"], metadata["asset_attributes"]) == ({"data_asset": {}}, ["data_asset"])
    assert "attachments" not in shown
    assert version(asset_id) == 2


def test_what_arrives_by_its_key_brings_its_name(rosa: Caller, catalog: Container) -> None:
    asset_id = created(rosa, catalog, SALES)
    created(rosa, catalog, card("New name"))
    answer = sent(rosa, catalog, "UPDATE", card("New name", resource_key="key"))
    assert (answer.status_code, answer.json()["asset_id"]) == (200, asset_id)
    assert read(rosa, catalog, asset_id)["metadata"]["name"] == "New name"


def test_of_several_duplicates_the_newest_is_meant(rosa: Caller, catalog: Container) -> None:
    ids = [created(rosa, catalog, card("Sales")) for _ in range(3)]
    assert sent(rosa, catalog, "UPDATE", card("Sales")).json()["asset_id"] == ids[-1]


def test_attachments_are_joined_by_type_connection_and_path(
    rosa: Caller, catalog: Container
) -> None:
    lake = created(rosa, catalog, connection_card())
    body = attached(lake, lake)
    asset_id = created(rosa, catalog, body)
    first, second = read(rosa, catalog, asset_id)["attachments"]
    one = {**body["attachments"][0], "name": "renamed", "mime": None}
    three = {**body["attachments"][0], "connection_path": "/3.csv", "name": "third"}
    answer = sent(rosa, catalog, "UPDATE", {**body, "attachments": [one, three]})
    assert answer.status_code == 200, answer.content
    items = {item["id"]: item for item in read(rosa, catalog, asset_id)["attachments"]}
    assert items.keys() > {first["id"], second["id"]}
    assert items[first["id"]] == first | {"name": "renamed"}
    assert items[second["id"]] == second
    assert [item["name"] for item in items.values()] == ["renamed", "n1", "third"]
    assert version(asset_id) == 2
    replaced = sent(rosa, catalog, "REPLACE", {**body, "attachments": [one]}).json()
    assert [item["id"] for item in replaced["attachments"]] == [first["id"]]
    assert "mime" not in replaced["attachments"][0]
    # A refused one leaves the card as it was.
    bad = {**one, "connection_id": str(uuid4())}
    answer = sent(rosa, catalog, "UPDATE", {**body, "attachments": [one, bad]})
    assert (answer.status_code, targets(answer)) == (400, ["attachments[1].connection_id"])
    assert version(asset_id) == 3


@pytest.mark.parametrize("action", ["UPDATE", "REPLACE"])
@pytest.mark.parametrize("tags", [[], ["new"]])
def test_history_has_the_card_before_what_belongs_to_it(
    rosa: Caller, catalog: Container, action: str, tags: list[str]
) -> None:
    lake = created(rosa, catalog, connection_card())
    body = attached(lake) | {"metadata": card("Sales")["metadata"]}
    asset_id = created(rosa, catalog, body)
    item = {**body["attachments"][0], "connection_path": "/other.csv"}
    changed = {**body, "metadata": card("Sales", tags=tags)["metadata"], "attachments": [item]}
    assert sent(rosa, catalog, action, changed).status_code == 200
    events = AssetEvent.objects.filter(pgh_obj=asset_id).order_by("pgh_id")
    assert [(event.version, event.tags) for event in events] == [(1, []), (2, tags)]
    beside = AttachmentEvent.objects.filter(asset=asset_id).order_by("pgh_id")
    gone = ["delete"] if action == "REPLACE" else []
    assert sorted(event.pgh_label for event in beside) == [*gone, "insert", "insert"]
    times = [event.pgh_created_at for event in events]
    assert times[0] < beside[0].pgh_created_at < times[1] < beside[1].pgh_created_at


def test_rules_of_visibility_and_people_stay_as_they_are(rosa: Caller, catalog: Container) -> None:
    edda = member("edda", editor=catalog)
    uid = user_of(edda).uid
    people = {uid: {"user_iam_id": uid}}
    secret = {"mode": 8, "collaborator_ids": people}
    asset_id = created(rosa, catalog, card("Sales", rov=secret))
    for action in ("UPDATE", "REPLACE"):
        for body in (card("Sales"), card("Sales", rov=secret), card("Sales", rov={"mode": 8})):
            assert sent(edda, catalog, action, body).status_code == 200
        for rov in ({"mode": 0}, {"mode": 8, "collaborator_ids": {user_of(rosa).uid: {}}}):
            answer = sent(edda, catalog, action, card("Sales", description="x", rov=rov))
            assert (answer.status_code, targets(answer)) == (400, ["metadata.rov"])
    metadata = read(rosa, catalog, asset_id)["metadata"]
    assert (metadata["rov"], metadata["owner_id"]) == (secret, user_of(rosa).uid)
    assert metadata["description"] == ""
    assert Collaborator.objects.count() == 1


@pytest.mark.parametrize("action", ["REJECT", "UPDATE", "REPLACE"])
def test_a_card_that_the_caller_does_not_see_is_no_duplicate(
    rosa: Caller, catalog: Container, action: str
) -> None:
    asset_id = created(rosa, catalog, card("Sales", rov={"mode": 8}, resource_key="key"))
    edda = member("edda", editor=catalog)
    answer = sent(edda, catalog, action, card("Sales", resource_key="key"))
    assert answer.status_code == 201
    assert asset_id not in answer.content.decode()
    assert version(asset_id) == 1


@pytest.mark.parametrize("action", ["IGNORE", "REJECT", "UPDATE", "REPLACE"])
def test_only_editors_bring_duplicates(
    rosa: Caller, catalog: Container, stranger: Caller, nobody: Caller, action: str
) -> None:
    created(rosa, catalog, SALES)
    people = (nobody, stranger, member("vera", viewer=catalog))
    assert [sent(each, catalog, action, SALES).status_code for each in people] == [401, 404, 403]
    assert Asset.objects.get().version == 1


@pytest.mark.parametrize("action", ["reject", "DELETE", "0", "null", "é"])
def test_an_unknown_action_is_refused_by_name(
    rosa: Caller, catalog: Container, project: Container, action: str
) -> None:
    answers = [sent(rosa, catalog, action, SALES)]
    asset_id = created(rosa, project)
    more = f"&duplicate_action={action}"
    answers += [
        copy(rosa, "clone", project, asset_id, catalog, more),
        copy(rosa, "publish", project, asset_id, catalog, more),
        rosa.post(f"/v2/assets/publish?duplicate_action={action}", {}),
    ]
    for answer in answers:
        assert (answer.status_code, targets(answer)) == (400, ["duplicate_action"])
    assert Asset.objects.count() == 1


def test_a_bad_card_is_refused_whatever_is_there(rosa: Caller, catalog: Container) -> None:
    asset_id = created(rosa, catalog, SALES)
    for action in ("UPDATE", "REPLACE"):
        unknown = {**SALES, "entity": {"data_asset": {}, "no_such_type": {}}}
        answer = sent(rosa, catalog, action, unknown)
        assert (answer.status_code, targets(answer)) == (400, ["entity.no_such_type"])
        answer = sent(rosa, catalog, action, {**SALES, "entity": {}})
        assert (answer.status_code, targets(answer)) == (400, ["entity.data_asset"])
    assert version(asset_id) == 1


@pytest.mark.parametrize(
    ("action", "statuses"),
    [("clone", (201, 200)), ("publish", (200, 200)), ("promote", (200, 200))],
)
def test_a_copy_that_is_made_again_finds_the_first(
    rosa: Caller,
    catalog: Container,
    project: Container,
    space: Container,
    action: str,
    statuses: tuple[int, int],
) -> None:
    source = catalog if action == "clone" else project
    target = {"clone": project, "publish": catalog, "promote": space}[action]
    asset_id = created(rosa, source, SALES)
    first = copy(rosa, action, source, asset_id, target)
    assert first.status_code == statuses[0]
    copy_id = first.json()["asset_id"]
    patch = [
        {"op": "replace", "path": "/metadata/name", "value": "Renamed"},
        {"op": "remove", "path": "/metadata/resource_key"},
        {"op": "add", "path": "/entity/data_asset/own", "value": 1},
    ]
    path = f"/v2/assets/{copy_id}{where(target)}"
    assert rosa.patch(path, patch).status_code == 200
    answer = copy(rosa, action, source, asset_id, target, "&duplicate_action=REJECT")
    assert answer.status_code == 409
    assert copy_id in answer.json()["errors"][0]["message"]
    answer = copy(rosa, action, source, asset_id, target, "&duplicate_action=UPDATE")
    assert (answer.status_code, answer.json()["asset_id"]) == (statuses[1], copy_id)
    assert answer.json()["metadata"]["name"] == "Sales"
    assert answer.json()["entity"]["data_asset"] == {"a": {"x": 1}, "b": 2, "own": 1}
    answer = copy(rosa, action, source, asset_id, target, "&duplicate_action=REPLACE")
    assert (answer.status_code, answer.json()["asset_id"]) == (statuses[1], copy_id)
    assert answer.json()["entity"] == SALES["entity"]
    assert Asset.objects.filter(container=target).count() == 1


def test_publishing_back_replaces_the_original(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    asset_id = created(rosa, catalog, SALES)
    copy_id = copy(rosa, "clone", catalog, asset_id, project).json()["asset_id"]
    patch = [{"op": "replace", "path": "/metadata/name", "value": "Better"}]
    assert rosa.patch(f"/v2/assets/{copy_id}{where(project)}", patch).status_code == 200
    more = "&duplicate_action=UPDATE"
    back = copy(rosa, "publish", project, copy_id, catalog, more, mode=0).json()
    assert (back["asset_id"], back["metadata"]["name"]) == (asset_id, "Better")
    assert back["metadata"]["source_asset"]["asset_id"] == copy_id
    answer = copy(rosa, "publish", project, copy_id, catalog, more, mode=8)
    assert (answer.status_code, targets(answer)) == (400, ["mode"])


@pytest.mark.parametrize("duplicate_action", ["UPDATE", "REPLACE"])
def test_a_private_card_goes_into_a_public_one_only_where_that_is_said(
    rosa: Caller, catalog: Container, project: Container, duplicate_action: str
) -> None:
    secret = card("Sales", rov={"mode": 8}, description="secret")
    asset_id = created(rosa, project, secret)
    public_id = created(rosa, catalog, card("Sales"))
    more = f"&duplicate_action={duplicate_action}"
    for action in ("clone", "publish"):
        answer = copy(rosa, action, project, asset_id, catalog, more)
        assert (answer.status_code, targets(answer)) == (400, ["mode"])
    assert read(rosa, catalog, public_id)["metadata"]["description"] == ""
    answer = copy(rosa, "publish", project, asset_id, catalog, more, mode=0)
    assert (answer.status_code, answer.json()["asset_id"]) == (200, public_id)
    assert answer.json()["metadata"]["description"] == "secret"


def test_a_card_is_not_copied_onto_itself(rosa: Caller, catalog: Container) -> None:
    asset_id = created(rosa, catalog, SALES)
    for action, status in (("UPDATE", 400), ("REPLACE", 400), ("REJECT", 409), ("IGNORE", 201)):
        more = f"&duplicate_action={action}"
        assert copy(rosa, "clone", catalog, asset_id, catalog, more).status_code == status
    assert version(asset_id) == 1


def test_a_publication_finds_the_card_that_is_there(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    asset_id = created(rosa, catalog, SALES)
    places = {
        "published_to": {"catalog_id": str(catalog.pk)},
        "published_from": {"project_id": str(project.pk)},
    }
    body = {"metadata": {"name": "Sales", "asset_type": "data_asset", **places}}
    path = "/v2/assets/publish?duplicate_action="
    assert rosa.post(f"{path}REJECT", body).status_code == 409
    answer = rosa.post(f"{path}UPDATE", body)
    assert (answer.status_code, answer.json()["asset_id"]) == (200, asset_id)
    assert answer.json()["entity"] == SALES["entity"]


@pytest.mark.parametrize("action", ["REJECT", "UPDATE"])
def test_looking_for_duplicates_takes_the_same_queries_for_two_and_twenty(
    rosa: Caller, catalog: Container, action: str
) -> None:
    counts = []
    for number in (2, 18):
        for _ in range(number):
            created(rosa, catalog, card("Sales"))
        with CaptureQueriesContext(connection) as queries:
            sent(rosa, catalog, action, card("Sales"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_duplicates_are_found_by_indexes(rosa: Caller, catalog: Container) -> None:
    source = Asset.objects.get(pk=created(rosa, catalog, SALES))
    source.source_asset = {"asset_id": str(uuid4())}
    values = {
        field.attname: getattr(source, field.attname)
        for field in Asset._meta.concrete_fields
        if not field.primary_key
    }
    rows = []
    for number in range(2000):
        values |= {"name": f"Card {number}", "resource_key": f"key {number}"}
        rows.append(Asset(**values | {"source_asset": {"asset_id": str(uuid4())}}))
    Asset.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_asset")
    found = [
        duplicates(rule, user=user_of(rosa), container=catalog, asset_type="data_asset")
        for rule in rules_for({"name": "Card 7", "resource_key": "key 7"}, source)
    ]
    plans = [cards[:1].explain() for cards in found]
    indexes = ("asset_by_source", "asset_by_resource_key", "asset_by_name")
    assert [index in plan for index, plan in zip(indexes, plans, strict=True)] == [True] * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("action", "others"), [("REJECT", 409), ("UPDATE", 200), ("REPLACE", 200), ("IGNORE", 201)]
)
def test_of_eight_duplicates_that_come_at_once_one_is_made(
    rosa: Caller, catalog: Container, action: str, others: int
) -> None:
    def act(number: int) -> int:
        body = card("Sales", resource_key="key", tags=[str(number)])
        return int(sent(Caller(rosa.user), catalog, action, body).status_code)

    assert sorted(at_once(8, act)) == sorted([201, *[others] * 7])
    assert Asset.objects.count() == (8 if action == "IGNORE" else 1)


@pytest.mark.django_db(transaction=True)
def test_of_eight_copies_that_come_at_once_one_is_made(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    asset_id = created(rosa, project, SALES)

    def act(number: int) -> int:
        metadata = {"name": f"Sales {number}", "resource_key": str(number)}
        more = "&duplicate_action=REJECT"
        caller = Caller(rosa.user)
        answer = copy(caller, "publish", project, asset_id, catalog, more, metadata=metadata)
        return int(answer.status_code)

    assert sorted(at_once(8, act)) == [200, *[409] * 7]
    assert Asset.objects.filter(container=catalog).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["rename", "delete"])
def test_a_duplicate_that_goes_while_it_is_waited_for_is_none(
    rosa: Caller, catalog: Container, change: str
) -> None:
    older = created(rosa, catalog, card("Sales"))
    newer = created(rosa, catalog, card("Sales"))
    answers: list[Any] = []

    def act() -> None:
        answers.append(sent(Caller(rosa.user), catalog, "UPDATE", card("Sales", tags=["x"])))
        connection.close()

    waiting = threading.Thread(target=act)
    path = f"/v2/assets/{newer}{where(catalog)}"
    with transaction.atomic():
        if change == "delete":
            assert rosa.delete(path).status_code == 204
        else:
            patch = [{"op": "replace", "path": "/metadata/name", "value": "Renamed"}]
            assert rosa.patch(path, patch).status_code == 200
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert (answers[0].status_code, answers[0].json()["asset_id"]) == (200, older)
    assert Asset.objects.get(pk=UUID(newer)).tags == []
