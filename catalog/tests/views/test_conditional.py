"""ETag, If-None-Match and If-Match on every route of a card and its parts."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Asset, Container
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(rosa: Caller, catalog: Container) -> dict[str, str]:
    """Parts of a card at version 3: ``{id}`` and ``{attachment}`` of its routes, and the query."""
    query = f"?catalog_id={catalog.pk}"
    body: dict[str, Any] = {
        "metadata": {"name": "A", "asset_type": "data_asset"},
        "entity": {"data_asset": {"a": 1}, "data_profile": {"b": 2}},
    }
    asset_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    body = {"metadata": {"name": "C", "asset_type": "connection"}, "entity": {"connection": {}}}
    connection_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    attachment = {
        "asset_type": "data_asset",
        "connection_id": connection_id,
        "connection_path": "/p",
    }
    made = rosa.post(f"/v2/assets/{asset_id}/attachments{query}", attachment)
    Asset.objects.filter(pk=asset_id).update(version=3)
    return {"id": asset_id, "attachment": made.json()["attachment_id"], "query": query}


READS = [
    "/v2/assets/{id}{query}",
    "/v2/assets/{id}/attributes{query}",
    "/v2/assets/{id}/attributes/data_asset{query}",
    "/v2/assets/{id}/attachments/{attachment}{query}",
]


@pytest.mark.parametrize("path", READS)
def test_a_part_that_the_caller_has_is_not_sent_again(
    rosa: Caller, places: dict[str, str], path: str
) -> None:
    path = path.format(**places)
    fresh = rosa.get(path)
    assert (fresh.status_code, fresh["ETag"]) == (200, '"3"')
    for tags in ('"3"', 'W/"3"', '"1", "3"', "*"):
        known = rosa.send("GET", path, headers={"If-None-Match": tags})
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", '"3"')
    other = rosa.send("GET", path, headers={"If-None-Match": '"2"'})
    assert (other.status_code, other.json()) == (200, fresh.json())
    bad = rosa.send("GET", path, headers={"If-None-Match": "3"})
    assert (bad.status_code, targets(bad)) == (400, ["If-None-Match"])


def test_what_there_is_not_is_not_known_either(rosa: Caller, places: dict[str, str]) -> None:
    path = "/v2/assets/{id}/attributes/nothing{query}".format(**places)
    assert rosa.send("GET", path, headers={"If-None-Match": "*"}).status_code == 404


NAME = [{"op": "add", "path": "/name", "value": "new"}]
WRITES: list[tuple[str, str, Any]] = [
    (
        "PATCH",
        "/v2/assets/{id}{query}",
        [{"op": "add", "path": "/metadata/name", "value": "x"}],
    ),
    ("POST", "/v2/assets/{id}/attributes{query}", {"name": "column_info", "entity": {}}),
    ("PATCH", "/v2/assets/{id}/attributes/data_asset{query}", NAME),
    ("PATCH", "/v2/assets/{id}/attachments/{attachment}{query}", NAME),
    ("DELETE", "/v2/assets/{id}/attributes/data_profile{query}", None),
    ("DELETE", "/v2/assets/{id}/attachments/{attachment}{query}", None),
    ("DELETE", "/v2/assets/{id}{query}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_change_waits_for_the_version_that_it_names(
    rosa: Caller, places: dict[str, str], method: str, path: str, body: Any
) -> None:
    path = path.format(**places)
    for tags in ('"2"', '"2", "4"', 'W/"3"'):
        stale = rosa.send(method, path, body, headers={"If-Match": tags})
        assert (stale.status_code, targets(stale)) == (412, ["If-Match"])
    assert Asset.objects.get(pk=places["id"]).version == 3
    current = rosa.send(method, path, body, headers={"If-Match": '"2", "3"'})
    assert current.status_code in (200, 201, 204)
    assert Asset.objects.get(pk=places["id"]).version == 4
    if method != "DELETE":
        assert current["ETag"] == '"4"'


def test_an_attachment_is_added_to_the_version_that_it_names(
    rosa: Caller, places: dict[str, str], catalog: Container
) -> None:
    connection = CardFactory.create(
        container=catalog, entity={"connection": {}}, asset_attributes=["connection"]
    )
    path = "/v2/assets/{id}/attachments{query}".format(**places)
    body = {
        "asset_type": "data_asset",
        "connection_id": str(connection.pk),
        "connection_path": "/p",
    }
    assert rosa.send("POST", path, body, headers={"If-Match": '"2"'}).status_code == 412
    added = rosa.send("POST", path, body, headers={"If-Match": '"3"'})
    assert (added.status_code, added["ETag"]) == (201, '"4"')
