"""Asset types over REST."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.models import AssetType, Container, Membership
from catalog.services import asset_types
from catalog.services.asset_types import FILES, sync_asset_types
from catalog.tests.conftest import Caller, targets

FIELD = {"key": "author.last_name", "type": "string"}
TYPE: dict[str, Any] = {"name": "book", "description": "Books", "fields": [FIELD]}
THIRTEEN = [
    "data_asset",
    "folder_asset",
    "policy_transform",
    "asset_terms",
    "column_info",
    "connection",
    "ai_training_definition",
    "data_flow",
    "activity",
    "notebook",
    "machine-learning-stream",
    "dashboard",
    "data_profile_nlu",
]


def test_the_built_in_types_are_there_in_every_container(rosa: Caller, catalog: Container) -> None:
    shown = rosa.get(f"/v2/asset_types?catalog_id={catalog.pk}").json()["resources"]
    names = {resource["name"] for resource in shown}
    assert names >= {
        *THIRTEEN,
        "job",
        "job_run",
        "data_profile",
        "external_asset",
        "wml_model",
        "script",
    }
    assert names == {path.stem for path in FILES.glob("*.json")}


@pytest.mark.django_db
def test_syncing_the_built_in_types_again_changes_nothing_and_repairs_one() -> None:
    assert sync_asset_types() == 0
    AssetType.objects.built_in().filter(name="notebook").update(description="spoilt")
    assert sync_asset_types() == 1
    assert AssetType.objects.built_in().get(name="notebook").description != "spoilt"


@pytest.mark.parametrize("name", ["book", "machine-learning-stream", "a", "x" * 100, "b_2"])
def test_a_good_name_is_taken(rosa: Caller, catalog: Container, name: str) -> None:
    if name == "machine-learning-stream":
        name = "my-" + name
    answer = rosa.post(f"/v2/asset_types?catalog_id={catalog.pk}", TYPE | {"name": name})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "Book"}, "name"),
        ({"name": "my book"}, "name"),
        ({"name": "1book"}, "name"),
        ({"name": "book\n"}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"name": "asset"}, "name"),
        ({"name": 5}, "name"),
        ({"fields": None}, "fields"),
        ({"fields": []}, "fields"),
        ({"fields": {}}, "fields"),
        ({"fields": [5]}, "fields[0]"),
        ({"fields": [FIELD] * 2}, "fields[1].key"),
        ({"fields": [{"type": "string"}]}, "fields[0].key"),
        ({"fields": [FIELD | {"key": "a..b"}]}, "fields[0].key"),
        ({"fields": [FIELD | {"key": "a b"}]}, "fields[0].key"),
        ({"fields": [FIELD | {"key": 7}]}, "fields[0].key"),
        ({"fields": [{"key": "a"}]}, "fields[0].type"),
        ({"fields": [FIELD | {"type": "text"}]}, "fields[0].type"),
        ({"fields": [FIELD | {"type": ["string"]}]}, "fields[0].type"),
        ({"fields": [FIELD | {"facet": "true"}]}, "fields[0].facet"),
        ({"fields": [FIELD | {"is_array": 1}]}, "fields[0].is_array"),
        (
            {"fields": [FIELD | {"is_searchable_across_types": {}}]},
            "fields[0].is_searchable_across_types",
        ),
        ({"fields": [FIELD | {"search_path": ""}]}, "fields[0].search_path"),
        ({"fields": [FIELD | {"search_path": "a.[]"}]}, "fields[0].search_path"),
        ({"fields": [FIELD | {"search_path": "a[x]"}]}, "fields[0].search_path"),
        ({"fields": [FIELD | {"search_path": "a.*b"}]}, "fields[0].search_path"),
        ({"fields": [FIELD | {"search_path": 3}]}, "fields[0].search_path"),
        ({"fields": [FIELD | {"colour": "red"}]}, "fields[0].colour"),
        ({"description": 5}, "description"),
        ({"relationships": {}}, "relationships"),
        ({"properties": []}, "properties"),
        ({"external_asset_preview": []}, "external_asset_preview"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_definition_is_refused_by_the_member(
    rosa: Caller, catalog: Container, change: dict[str, Any], target: str
) -> None:
    answer = rosa.post(f"/v2/asset_types?catalog_id={catalog.pk}", TYPE | change)
    assert answer.status_code == 400, answer.content
    assert targets(answer) == [target]
    assert not AssetType.objects.filter(container=catalog).exists()


@pytest.mark.parametrize(
    "path",
    [
        "price",
        "tags[]",
        "asset_terms[].name",
        "asset_terms[0].name",
        "columns.*.tags[]",
        "column_tags.*[]",
        "*",
    ],
)
def test_each_documented_form_of_a_search_path_is_taken(
    rosa: Caller, catalog: Container, path: str
) -> None:
    fields = [FIELD | {"search_path": path}]
    answer = rosa.post(f"/v2/asset_types?catalog_id={catalog.pk}", TYPE | {"fields": fields})
    assert answer.status_code == 201
    assert answer.json()["fields"][0]["search_path"] == path


@pytest.mark.parametrize("name", THIRTEEN)
def test_a_built_in_type_is_neither_created_nor_replaced_nor_deleted(
    rosa: Caller, catalog: Container, name: str
) -> None:
    query = f"?catalog_id={catalog.pk}"
    assert rosa.post(f"/v2/asset_types{query}", TYPE | {"name": name}).status_code == 409
    assert (
        rosa.send("PUT", f"/v2/asset_types/{name}{query}", {"fields": [FIELD]}).status_code == 409
    )
    assert rosa.delete(f"/v2/asset_types/{name}{query}").status_code == 409


def test_replacing_makes_the_next_version_and_the_same_again_makes_none(
    rosa: Caller, catalog: Container
) -> None:
    where = f"/v2/asset_types/book?catalog_id={catalog.pk}"
    definition = {"description": "Books", "fields": [FIELD]}
    assert rosa.send("PUT", where, definition).json()["version"] == 1
    assert rosa.send("PUT", where, definition).json()["version"] == 1
    assert rosa.send("PUT", where, definition | {"description": "More"}).json()["version"] == 2
    refused = rosa.send("PUT", where, definition | {"name": "other"})
    assert (refused.status_code, targets(refused)) == (400, ["name"])


def test_a_type_in_use_stays_even_when_only_a_card_in_the_trash_uses_it(
    rosa: Caller, catalog: Container
) -> None:
    query = f"?catalog_id={catalog.pk}"
    rosa.post(f"/v2/asset_types{query}", TYPE)
    card = {
        "metadata": {"name": "A", "asset_type": "data_asset"},
        "entity": {"data_asset": {}, "book": {}},
    }
    asset_id = rosa.post(f"/v2/assets{query}", card).json()["asset_id"]
    assert rosa.delete(f"/v2/asset_types/book{query}").status_code == 409
    rosa.delete(f"/v2/assets/{asset_id}{query}")
    assert rosa.delete(f"/v2/asset_types/book{query}").status_code == 409


def test_a_type_of_one_catalog_is_unknown_in_another(
    rosa: Caller, stranger: Caller, catalog: Container
) -> None:
    rosa.post(f"/v2/asset_types?catalog_id={catalog.pk}", TYPE)
    other = stranger.post("/v2/catalogs", {"name": "Other"}).json()["metadata"]["guid"]
    assert stranger.get(f"/v2/asset_types/book?catalog_id={other}").status_code == 404
    card = {"metadata": {"name": "A", "asset_type": "book"}, "entity": {"book": {}}}
    assert stranger.post(f"/v2/assets?catalog_id={other}", card).status_code == 400
    assert stranger.post(f"/v2/asset_types?catalog_id={other}", TYPE).status_code == 201


def test_viewers_read_types_and_strangers_do_not_know_of_the_catalog(
    rosa: Caller, stranger: Caller, nobody: Caller, catalog: Container
) -> None:
    where = f"/v2/asset_types/data_asset?catalog_id={catalog.pk}"
    assert (nobody.get(where).status_code, stranger.get(where).status_code) == (401, 404)
    assert stranger.user
    Membership.objects.create(container=catalog, user=stranger.user, role="viewer")
    assert stranger.get(where).status_code == 200
    assert stranger.post(f"/v2/asset_types?catalog_id={catalog.pk}", TYPE).status_code == 403


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda path: path.stem)
def test_each_built_in_file_is_named_after_its_type(path: Any) -> None:
    definition = json.loads(path.read_text("utf-8"))
    assert definition["name"] == path.stem
    assert definition["fields"]
    assert definition["description"]


def test_a_container_has_so_many_types_of_its_own_and_no_more(
    rosa: Caller, catalog: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_types, "MAX_TYPES", 2)
    where = f"/v2/asset_types?catalog_id={catalog.pk}"
    put = f"/v2/asset_types/c?catalog_id={catalog.pk}"
    for name in ("a", "b"):
        assert rosa.post(where, TYPE | {"name": name}).status_code == 201
    for refused in (
        rosa.post(where, TYPE | {"name": "c"}),
        rosa.send("PUT", put, {"fields": [FIELD]}),
    ):
        assert refused.status_code == 400
        assert "has 2 asset types, the most there can be" in refused.content.decode()
    assert rosa.send("PUT", put.replace("/c", "/b"), {"fields": [FIELD]}).status_code == 200
    assert rosa.delete(put.replace("/c", "/b")).status_code == 204
    assert rosa.post(where, TYPE | {"name": "c"}).status_code == 201


def test_a_definition_is_not_endless(rosa: Caller, catalog: Container) -> None:
    where = f"/v2/asset_types?catalog_id={catalog.pk}"
    refused = rosa.post(where, TYPE | {"properties": {"a": "x" * 250_000}})
    assert refused.status_code == 400
    assert "larger than 250000 bytes" in refused.content.decode()
