"""Copies over REST: what goes along, what stays, and who may make one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Asset, AssetType, Attachment, Collaborator, Container, Membership
from catalog.services.containers import create_container
from catalog.tests.conftest import Caller, targets
from catalog.tests.places import CARD, card, created, member, read, user_of, where
from catalog.tests.test_concurrency import at_once

BOOK_TYPE = {"name": "book", "fields": [{"key": "price", "type": "number"}]}
FULL: dict[str, Any] = {
    "metadata": {
        "name": "Ferns ü",
        "description": "Every fern",
        "tags": ["botany", "ü"],
        "asset_type": "book",
        "origin_country": "de",
        "asset_category": "SYSTEM",
        "classification": "public",
        "resource_key": "isbn:1",
        "source_system": {"type": "shelf"},
    },
    "entity": {"book": {"price": 1.5, "nested": {"a": [None, True, 10**20]}}, "asset_terms": {}},
}
#: What of a card's metadata the caller sets, and a copy has.
SET = [name for name in FULL["metadata"] if name != "rov"]
PATHS = {
    "clone": ("clone", "catalog", "project"),
    "publish": ("publish", "project", "catalog"),
    "promote": ("promote", "project", "space"),
}


def copy(
    caller: Caller,
    action: str,
    source: Container,
    asset_id: str,
    target: Container,
    more: str = "",
    **body: Any,
) -> Any:
    path = f"/v2/assets/{asset_id}/{action}{where(source)}{more}"
    return caller.post(path, {f"{target.kind}_id": str(target.pk), **body})


def copied(*args: Any, **kwargs: Any) -> Any:
    answer = copy(*args, **kwargs)
    assert answer.status_code == (201 if args[1] == "clone" else 200), answer.content
    return answer.json()


def connection_card(name: str = "Lake") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "asset_type": "connection"},
        "entity": {"connection": {"datasource_type": "a type", "properties": {"host": "h"}}},
    }


def attached(*connection_ids: str) -> dict[str, Any]:
    """A card with an attachment behind each of these connections."""
    items = [
        {
            "asset_type": "data_asset",
            "name": f"n{number}",
            "mime": "text/csv",
            "connection_id": connection_id,
            "connection_path": f"/{number}.csv",
            "user_data": {"number": number},
        }
        for number, connection_id in enumerate(connection_ids)
    ]
    return {**CARD, "attachments": items}


@pytest.fixture
def containers(catalog: Container, project: Container, space: Container) -> dict[str, Container]:
    return {"catalog": catalog, "project": project, "space": space}


@pytest.mark.parametrize("action", PATHS)
def test_a_copy_says_what_its_source_says_and_where_it_is_from(
    rosa: Caller, containers: dict[str, Container], action: str
) -> None:
    path, kind, target_kind = PATHS[action]
    source, target = containers[kind], containers[target_kind]
    assert rosa.post(f"/v2/asset_types{where(source)}", BOOK_TYPE).status_code == 201
    asset_id = created(rosa, source, FULL)
    before = read(rosa, source, asset_id)
    answer = copy(rosa, path, source, asset_id, target)
    assert answer.status_code == (201 if action == "clone" else 200)
    made = answer.json()
    assert answer["ETag"] == '"1"'
    assert made.pop("asset_id") == made["metadata"]["asset_id"] != asset_id
    place = {"catalog_id": str(source.pk)}
    if kind == "project":
        hidden = str(Container.hidden_catalog_of(source.pk))
        place = {"project_id": str(source.pk), "catalog_id": hidden}
    assert made["metadata"]["source_asset"] == {
        "action": action,
        **place,
        "asset_id": asset_id,
        "bss_account_id": "999",
        "asset_name": "Ferns ü",
    }
    assert made["entity"] == before["entity"] == FULL["entity"]
    for name in (*SET, "asset_attributes", "rov", "owner_id"):
        assert made["metadata"][name] == before["metadata"][name], name
    assert made == read(rosa, target, made["metadata"]["asset_id"])
    assert read(rosa, source, asset_id) == before


def test_a_copy_belongs_to_its_maker_and_is_shared_with_nobody(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    edda = member("edda", viewer=catalog, editor=project)
    ida = member("ida", viewer=catalog)
    Membership.objects.create(container=project, user=user_of(ida), role="viewer")
    people = {user_of(each).uid: {"user_iam_id": user_of(each).uid} for each in (edda, ida)}
    body = card("Secret", rov={"mode": 8, "collaborator_ids": people})
    asset_id = created(rosa, catalog, body)
    made = copied(edda, "clone", catalog, asset_id, project)
    assert made["metadata"]["owner_id"] == user_of(edda).uid
    assert made["metadata"]["rov"] == {"mode": 8, "collaborator_ids": {}}
    assert made["metadata"]["usage"]["last_updater_id"] == user_of(edda).uid
    path = f"/v2/assets/{made['asset_id']}{where(project)}"
    assert [caller.get(path).status_code for caller in (edda, ida, rosa)] == [200, 404, 404]


@pytest.mark.parametrize("action", ["publish", "promote"])
def test_a_copy_of_a_project_card_may_have_other_metadata_and_rules_of_visibility(
    rosa: Caller, containers: dict[str, Container], action: str
) -> None:
    path, kind, target_kind = PATHS[action]
    source, target = containers[kind], containers[target_kind]
    asset_id = created(rosa, source, card("Sales", tags=["a"], classification="c"))
    metadata = {"name": "New", "description": "d", "tags": ["b"], "classification": None}
    made = copied(rosa, path, source, asset_id, target, mode=8, metadata=metadata)["metadata"]
    assert (made["name"], made["description"], made["tags"]) == ("New", "d", ["b"])
    assert (made["classification"], made["rov"]["mode"]) == ("c", 8)
    assert made["source_asset"]["asset_name"] == "Sales"
    nothing: list[dict[str, Any]] = [{"mode": None, "metadata": None}, {"metadata": {}}]
    for body in nothing:
        again = copied(rosa, path, source, asset_id, target, **body)["metadata"]
        assert (again["name"], again["rov"]["mode"]) == ("Sales", 0)


def test_the_name_of_a_private_card_is_told_only_where_its_copy_has_it(
    rosa: Caller, project: Container, catalog: Container
) -> None:
    asset_id = created(rosa, project, card("Layoffs", rov={"mode": 8}))
    same = copied(rosa, "publish", project, asset_id, catalog)["metadata"]
    assert (same["source_asset"]["asset_name"], same["rov"]["mode"]) == ("Layoffs", 8)
    other = copied(rosa, "publish", project, asset_id, catalog, mode=0, metadata={"name": "Staff"})
    assert "asset_name" not in other["metadata"]["source_asset"]
    assert "Layoffs" not in str(member("vera", viewer=catalog).get(other["href"]).json())


@pytest.mark.parametrize("action", ["publish", "promote"])
def test_a_revision_is_copied_as_it_was_with_the_rules_of_now(
    rosa: Caller, containers: dict[str, Container], action: str
) -> None:
    path, kind, target_kind = PATHS[action]
    source, target = containers[kind], containers[target_kind]
    asset_id = created(rosa, source, card("First", tags=["old"], resource_key="k"))
    revisions = f"/v2/assets/{asset_id}/revisions{where(source)}"
    assert rosa.post(revisions, {}).status_code == 201
    patch = [
        {"op": "replace", "path": "/metadata/name", "value": "Second"},
        {"op": "remove", "path": "/metadata/resource_key"},
        {"op": "add", "path": "/entity/data_asset/new", "value": 1},
        {"op": "add", "path": "/entity/asset_terms", "value": {}},
    ]
    assert rosa.patch(f"/v2/assets/{asset_id}{where(source)}", patch).status_code == 200
    Asset.objects.filter(pk=asset_id).update(rov_mode=8)
    for number in ("1", "latest"):
        made = copied(rosa, path, source, asset_id, target, f"&revision_id={number}")
        shown = made["metadata"]
        assert (shown["name"], shown["tags"], shown["resource_key"]) == ("First", ["old"], "k")
        assert (made["entity"], shown["asset_attributes"]) == ({"data_asset": {}}, ["data_asset"])
        assert shown["rov"]["mode"] == 8
        assert "commit_info" not in shown
    now = copied(rosa, path, source, asset_id, target)
    assert now["metadata"]["name"] == "Second"
    answer = copy(rosa, path, source, asset_id, target, "&revision_id=2")
    assert (answer.status_code, targets(answer)) == (404, ["revision_id"])
    answer = copy(rosa, path, source, asset_id, target, "&revision_id=x")
    assert (answer.status_code, targets(answer)) == (400, ["revision_id"])


@pytest.mark.parametrize("action", PATHS)
def test_who_reads_the_source_and_edits_the_target_makes_copies(
    rosa: Caller,
    containers: dict[str, Container],
    stranger: Caller,
    nobody: Caller,
    action: str,
) -> None:
    path, kind, target_kind = PATHS[action]
    source, target = containers[kind], containers[target_kind]
    public = created(rosa, source)
    private = created(rosa, source, card("Secret", rov={"mode": 8}))
    people = {
        nobody: (401, 401),
        stranger: (404, 404),
        member("reader", viewer=source): (404, 404),
        member("writer", editor=target): (404, 404),
        member("vera", viewer=source): (404, 404),
        member("ada", editor=source): (404, 404),
    }
    both = member("both", editor=source)
    Membership.objects.create(container=target, user=user_of(both), role="viewer")
    people[both] = (403, 404)
    edda = member("edda", viewer=source)
    Membership.objects.create(container=target, user=user_of(edda), role="editor")
    people[edda] = (201 if action == "clone" else 200, 404)
    for caller, expected in people.items():
        answers = [copy(caller, path, source, pk, target) for pk in (public, private)]
        assert tuple(answer.status_code for answer in answers) == expected
        assert "Secret" not in answers[1].content.decode()
    assert Asset.objects.filter(container=target).count() == 1
    assert copy(rosa, path, source, str(uuid4()), target).status_code == 404


BAD_BODIES: list[tuple[Any, str | None]] = [
    ({}, "{target}"),
    ([], None),
    ("text", None),
    ({"{target}": None}, "{target}"),
    ({"{target}": 5}, "{target}"),
    ({"{target}": "x"}, "{target}"),
    ({"{target}": ["x"]}, "{target}"),
    ({"{target}": "{id}", "other": 1}, "other"),
]
BAD_MEMBERS: list[tuple[Any, str]] = [
    ({"mode": 16}, "mode"),
    ({"mode": "8"}, "mode"),
    ({"mode": True}, "mode"),
    ({"mode": []}, "mode"),
    ({"mode": 8.5}, "mode"),
    ({"metadata": []}, "metadata"),
    ({"metadata": "x"}, "metadata"),
    ({"metadata": {"name": ""}}, "metadata.name"),
    ({"metadata": {"name": 7}}, "metadata.name"),
    ({"metadata": {"name": "n" * 300}}, "metadata.name"),
    ({"metadata": {"name": "a\x00b"}}, "metadata.name"),
    ({"metadata": {"tags": "x"}}, "metadata.tags"),
    ({"metadata": {"tags": ["ok", {}]}}, "metadata.tags[1]"),
    ({"metadata": {"owner_id": "1"}}, "metadata.owner_id"),
    ({"metadata": {"asset_type": "book"}}, "metadata.asset_type"),
    ({"metadata": {"source_asset": {}}}, "metadata.source_asset"),
    ({"metadata": {"rov": {"mode": 0}}}, "metadata.rov"),
    ({"metadata": {"colour": "red"}}, "metadata.colour"),
]


@pytest.mark.parametrize("action", PATHS)
@pytest.mark.parametrize(("body", "target"), BAD_BODIES)
def test_a_bad_body_is_refused_by_name_and_nothing_is_copied(
    rosa: Caller,
    containers: dict[str, Container],
    action: str,
    body: Any,
    target: str | None,
) -> None:
    path, kind, target_kind = PATHS[action]
    container = containers[target_kind]
    asset_id = created(rosa, containers[kind])
    name = f"{target_kind}_id"
    if isinstance(body, dict):
        body = {
            key.replace("{target}", name): str(container.pk) if value == "{id}" else value
            for key, value in body.items()
        }
    answer = rosa.post(f"/v2/assets/{asset_id}/{path}{where(containers[kind])}", body)
    assert answer.status_code == 400, answer.content
    assert target is None or targets(answer) == [target.replace("{target}", name)]
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("action", ["publish", "promote"])
@pytest.mark.parametrize(("body", "target"), BAD_MEMBERS)
def test_a_bad_override_is_refused_by_name(
    rosa: Caller, containers: dict[str, Container], action: str, body: Any, target: str
) -> None:
    path, kind, target_kind = PATHS[action]
    asset_id = created(rosa, containers[kind])
    answer = copy(rosa, path, containers[kind], asset_id, containers[target_kind], **body)
    assert (answer.status_code, targets(answer)) == (400, [target]), answer.content
    assert Asset.objects.count() == 1


def test_a_clone_goes_to_one_container_and_only_cards_of_projects_are_published(
    rosa: Caller, containers: dict[str, Container]
) -> None:
    catalog, project = containers["catalog"], containers["project"]
    asset_id = created(rosa, catalog)
    two = {"project_id": str(project.pk), "catalog_id": str(catalog.pk)}
    answer = rosa.post(f"/v2/assets/{asset_id}/clone{where(catalog)}", two)
    assert (answer.status_code, targets(answer)) == (400, ["project_id"])
    for action in ("publish", "promote"):
        answer = copy(rosa, action, catalog, asset_id, catalog)
        assert (answer.status_code, targets(answer)) == (400, ["project_id"])
    # A container of another kind is none of that kind.
    answer = rosa.post(
        f"/v2/assets/{asset_id}/clone{where(catalog)}", {"space_id": str(project.pk)}
    )
    assert answer.status_code == 404
    answer = rosa.post(f"/v2/assets/{asset_id}/clone", {"project_id": str(project.pk)})
    assert answer.status_code == 400
    assert copied(rosa, "clone", catalog, asset_id, catalog)["metadata"]["catalog_id"] == str(
        catalog.pk
    )


def test_a_type_of_the_source_goes_along_unless_the_target_has_one_of_that_name(
    rosa: Caller, catalog: Container, project: Container, space: Container
) -> None:
    for name in ("book", "review"):
        definition = {**BOOK_TYPE, "name": name, "description": f"What a {name} is"}
        assert rosa.post(f"/v2/asset_types{where(catalog)}", definition).status_code == 201
    other = {"name": "book", "fields": [{"key": "other", "type": "string"}]}
    assert rosa.post(f"/v2/asset_types{where(space)}", other).status_code == 201
    body: dict[str, Any] = {
        "metadata": {"name": "Ferns", "asset_type": "book"},
        "entity": {"book": {"price": 1}, "review": {"stars": 5}},
    }
    asset_id = created(rosa, catalog, body)
    for target in (project, space):
        made = copied(rosa, "clone", catalog, asset_id, target)
        assert made["entity"] == body["entity"]
        assert made["metadata"]["asset_attributes"] == ["book", "review"]
    definition = rosa.get(f"/v2/asset_types/review{where(catalog)}").json()
    for target in (project, space):
        assert rosa.get(f"/v2/asset_types/review{where(target)}").json() == definition
    fields = AssetType.objects.filter(name="book").values_list("container_id", "fields")
    assert {pk: rows[0]["key"] for pk, rows in fields} == {
        catalog.pk: "price",
        project.pk: "price",
        space.pk: "other",
    }
    # They are the target's own now.
    assert rosa.delete(f"/v2/asset_types/book{where(project)}").status_code == 409


def test_a_type_that_neither_container_knows_any_more_is_refused_by_name(
    rosa: Caller, project: Container, catalog: Container
) -> None:
    assert rosa.post(f"/v2/asset_types{where(project)}", BOOK_TYPE).status_code == 201
    asset_id = created(rosa, project)
    path = f"/v2/assets/{asset_id}{where(project)}"
    add = [{"op": "add", "path": "/entity/book", "value": {}}]
    assert rosa.patch(path, add).status_code == 200
    assert rosa.post(f"/v2/assets/{asset_id}/revisions{where(project)}", {}).status_code == 201
    assert rosa.patch(path, [{"op": "remove", "path": "/entity/book"}]).status_code == 200
    assert rosa.delete(f"/v2/asset_types/book{where(project)}").status_code == 204
    answer = copy(rosa, "publish", project, asset_id, catalog, "&revision_id=1")
    assert (answer.status_code, targets(answer)) == (400, ["entity.book"])
    assert not Asset.objects.filter(container=catalog).exists()


def test_attachments_go_along_with_their_connection_and_it_is_copied_once(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    lake = created(rosa, catalog, connection_card())
    ids = [created(rosa, catalog, attached(lake, lake)) for _ in range(2)]
    before = read(rosa, catalog, ids[0])["attachments"]
    first, second = (copied(rosa, "clone", catalog, each, project) for each in ids)
    there = Asset.objects.get(container=project, name="Lake")
    assert there.source_asset == {
        "action": "clone",
        "catalog_id": str(catalog.pk),
        "asset_id": lake,
        "bss_account_id": "999",
        "asset_name": "Lake",
    }
    assert there.entity == connection_card()["entity"]
    assert there.owner_id == user_of(rosa).pk
    kept = ("asset_type", "name", "description", "mime", "connection_path", "user_data", "size")
    for made in (first, second):
        items = made["attachments"]
        assert [item["connection_id"] for item in items] == [str(there.pk)] * 2
        for item, source in zip(items, before, strict=True):
            assert {name: item[name] for name in kept} == {name: source[name] for name in kept}
            assert item["id"] != source["id"]
    assert first.pop("asset_id") == first["metadata"]["asset_id"]
    assert first == read(rosa, project, first["metadata"]["asset_id"])


def test_publishing_back_uses_the_connection_that_was_there_first(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    lake = created(rosa, catalog, connection_card())
    asset_id = created(rosa, catalog, attached(lake))
    there = copied(rosa, "clone", catalog, asset_id, project)
    back = copied(rosa, "publish", project, there["asset_id"], catalog)
    assert back["attachments"][0]["connection_id"] == lake
    assert Asset.objects.filter(asset_attributes=["connection"]).count() == 2


def test_a_connection_that_the_caller_does_not_see_is_refused_by_name_unless_a_copy_is_there(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    lake, pond = (created(rosa, catalog, connection_card(name)) for name in ("Lake", "Pond"))
    asset_id = created(rosa, catalog, attached(lake, pond))
    Asset.objects.filter(pk=pond).update(rov_mode=8)
    edda = member("edda", viewer=catalog, editor=project)
    answer = copy(edda, "clone", catalog, asset_id, project)
    assert (answer.status_code, targets(answer)) == (400, ["attachments[1].connection_id"])
    assert pond in answer.json()["errors"][0]["message"]
    assert "Pond" not in answer.content.decode()
    assert not Asset.objects.filter(container=project).exists()
    assert not AssetType.objects.filter(container=project).exists()
    # rosa brings it, private as it is; then edda does not see the copy either.
    copied(rosa, "clone", catalog, asset_id, project)
    assert copy(edda, "clone", catalog, asset_id, project).status_code == 400
    copies = Asset.objects.filter(container=project, name="Pond")
    assert [(each.rov_mode, each.owner_id) for each in copies] == [(8, user_of(rosa).pk)]
    copies.update(rov_mode=0)
    made = copied(edda, "clone", catalog, asset_id, project)
    assert UUID(made["attachments"][1]["connection_id"]) == copies.get().pk


def test_a_connection_in_the_trash_is_none_to_be_copied(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    lake = created(rosa, catalog, connection_card())
    asset_id = created(rosa, catalog, attached(lake))
    assert rosa.delete(f"/v2/assets/{lake}{where(catalog)}").status_code == 204
    answer = copy(rosa, "clone", catalog, asset_id, project)
    assert (answer.status_code, targets(answer)) == (400, ["attachments[0].connection_id"])


def test_a_copy_of_twenty_attachments_takes_no_more_queries_than_one_of_two(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    counts = []
    for number in (2, 20):
        lakes = [created(rosa, catalog, connection_card(f"L{n}")) for n in range(number)]
        asset_id = created(rosa, catalog, attached(*lakes))
        with CaptureQueriesContext(connection) as queries:
            made = copied(rosa, "clone", catalog, asset_id, project)
        assert len({item["connection_id"] for item in made["attachments"]}) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_copy_of_a_copy_names_the_copy(
    rosa: Caller, catalog: Container, project: Container, space: Container
) -> None:
    first = copied(rosa, "clone", catalog, created(rosa, catalog), project)["asset_id"]
    second = copied(rosa, "promote", project, first, space)["metadata"]["source_asset"]
    assert (second["action"], second["asset_id"]) == ("promote", first)


def test_a_card_in_the_trash_is_not_copied(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    asset_id = created(rosa, catalog)
    assert rosa.delete(f"/v2/assets/{asset_id}{where(catalog)}").status_code == 204
    assert copy(rosa, "clone", catalog, asset_id, project).status_code == 404


def test_a_publication_that_is_sent_again_makes_one_copy(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    asset_id = created(rosa, project)
    path, body = f"/v2/assets/{asset_id}/publish{where(project)}", {"catalog_id": str(catalog.pk)}
    key = {"Idempotency-Key": "once"}
    first, again = (rosa.send("POST", path, body, headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again["Idempotency-Replayed"] == "true"
    assert Asset.objects.filter(container=catalog).count() == 1


PUBLISHED: dict[str, Any] = {
    "metadata": {
        "name": "Test Asset",
        "asset_type": "data_asset",
        "origin_country": "gb",
        "published_to": {"catalog_id": "{catalog}"},
        "published_from": {"project_id": "{project}", "source_url": "/v2/projects/x"},
    }
}


def published(catalog: Container, project: Container, **more: Any) -> dict[str, Any]:
    metadata = PUBLISHED["metadata"] | {
        "published_to": {"catalog_id": str(catalog.pk)},
        "published_from": {"project_id": str(project.pk), "source_url": "/v2/projects/x"},
    }
    return {"metadata": metadata | more.pop("metadata", {}), **more}


def test_what_a_project_has_no_card_of_is_published_from_it(
    rosa: Caller, catalog: Container, project: Container
) -> None:
    answer = rosa.post("/v2/assets/publish", published(catalog, project))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["metadata"]["source_asset"] == {
        "action": "publish",
        "project_id": str(project.pk),
        "bss_account_id": "999",
        "source_url": "/v2/projects/x",
    }
    assert made["entity"] == {"data_asset": {}}
    assert made.pop("asset_id") == made["metadata"]["asset_id"]
    assert made == read(rosa, catalog, made["metadata"]["asset_id"])
    whole = published(catalog, project, entity={"data_asset": {"a": 1}}, attachments=[])
    whole["metadata"]["published_from"].pop("source_url")
    shown = rosa.post("/v2/assets/publish", whole).json()
    assert (shown["entity"], "source_url" in shown["metadata"]["source_asset"]) == (
        {"data_asset": {"a": 1}},
        False,
    )


def test_who_publishes_from_a_project_is_its_member_and_an_editor_of_the_catalog(
    rosa: Caller, catalog: Container, project: Container, stranger: Caller, nobody: Caller
) -> None:
    body = published(catalog, project)
    vera = member("vera", viewer=catalog)
    only_here = member("only", editor=catalog)
    edda = member("edda", editor=catalog, viewer=project)
    people = (nobody, stranger, vera, only_here, edda)
    statuses = [caller.post("/v2/assets/publish", body).status_code for caller in people]
    assert statuses == [401, 404, 403, 404, 201]
    # A project is no catalog, and a catalog no project.
    assert rosa.post("/v2/assets/publish", published(project, catalog)).status_code == 404


@pytest.mark.parametrize(
    ("metadata", "target"),
    [
        ({"published_to": None}, "metadata.published_to"),
        ({"published_to": 5}, "metadata.published_to"),
        ({"published_to": {}}, "metadata.published_to.catalog_id"),
        ({"published_to": {"catalog_id": 5}}, "metadata.published_to.catalog_id"),
        ({"published_to": {"catalog_id": "x"}}, "metadata.published_to.catalog_id"),
        ({"published_from": {}}, "metadata.published_from.project_id"),
        ({"published_from": []}, "metadata.published_from"),
        ({"published_from": {"project_id": str(uuid4()), "x": 1}}, "metadata.published_from.x"),
        ({"name": ""}, "metadata.name"),
        ({"asset_type": 5}, "metadata.asset_type"),
        ({"asset_type": "nothing"}, "metadata.asset_type"),
        ({"asset_id": str(uuid4())}, "metadata.asset_id"),
        ({"colour": "red"}, "metadata.colour"),
    ],
)
def test_a_bad_publication_is_refused_by_name(
    rosa: Caller, catalog: Container, project: Container, metadata: Any, target: str
) -> None:
    answer = rosa.post("/v2/assets/publish", published(catalog, project, metadata=metadata))
    assert (answer.status_code, targets(answer)) == (400, [target]), answer.content
    assert not Asset.objects.exists()


@pytest.mark.parametrize("entity", [[], "", 0, False, {"asset_terms": {}}])
def test_the_entity_of_a_publication_is_an_object_with_the_primary_attribute(
    rosa: Caller, catalog: Container, project: Container, entity: Any
) -> None:
    answer = rosa.post("/v2/assets/publish", published(catalog, project, entity=entity))
    assert answer.status_code == 400
    assert targets(answer)[0].startswith("entity")


@pytest.mark.parametrize("body", [None, [], "x", {}, {"metadata": []}, {"metadata": None}])
def test_a_publication_is_an_object_with_metadata(
    rosa: Caller, catalog: Container, body: Any
) -> None:
    assert rosa.post("/v2/assets/publish", body).status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("lake_names", "types"), [("ABC", []), ("", ["book"]), ("AB", ["book"])])
def test_copies_that_come_at_once_bring_a_connection_and_a_type_once(
    rosa: Caller, catalog: Container, project: Container, lake_names: str, types: list[str]
) -> None:
    assert rosa.post(f"/v2/asset_types{where(catalog)}", BOOK_TYPE).status_code == 201
    lakes = [created(rosa, catalog, connection_card(name)) for name in lake_names]
    entity: dict[str, Any] = {name: {} for name in ("data_asset", *types)}
    ids = []
    for number in range(6):
        body = attached(*(lakes if number % 2 else lakes[::-1]))
        ids.append(created(rosa, catalog, body | {"entity": entity}))

    def act(number: int) -> int:
        caller = Caller(rosa.user)
        return int(copy(caller, "clone", catalog, ids[number], project).status_code)

    assert at_once(6, act) == [201] * 6
    connections = Asset.objects.filter(container=project, asset_attributes=["connection"])
    assert sorted(connections.values_list("name", flat=True)) == list(lake_names)
    assert [each.name for each in AssetType.objects.filter(container=project)] == types
    used = Attachment.objects.filter(asset__container=project).values_list("connection_id")
    assert {pk for (pk,) in used} == {each.pk for each in connections}


def test_a_container_that_is_no_more_takes_no_copy(rosa: Caller, catalog: Container) -> None:
    gone = create_container(actor=user_of(rosa), kind="project", name="Gone")
    asset_id = created(rosa, catalog)
    gone_id = str(gone.pk)
    Membership.objects.filter(container=gone).delete()
    gone.delete()
    answer = rosa.post(f"/v2/assets/{asset_id}/clone{where(catalog)}", {"project_id": gone_id})
    assert answer.status_code == 404
    assert not Collaborator.objects.exists()
