"""Changes of one card that meet: its history has each of them, one after the other."""

from __future__ import annotations

import json
from typing import Any

import jsonpatch
import pytest

from catalog.models import Asset
from catalog.tests.conftest import Caller
from catalog.tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CARD = {"metadata": {"name": "A", "asset_type": "data_asset"}, "entity": {"data_asset": {}}}
CONNECTION = {"metadata": {"name": "C", "asset_type": "connection"}, "entity": {"connection": {}}}


def test_changes_attachments_and_ways_back_that_meet_are_all_told_in_order(
    rosa: Caller, catalog: Any
) -> None:
    query = f"?catalog_id={catalog.pk}"
    connection = rosa.post(f"/v2/assets{query}", CONNECTION).json()["asset_id"]
    asset_id = rosa.post(f"/v2/assets{query}", CARD).json()["asset_id"]
    item = {"asset_type": "data_asset", "connection_id": connection, "connection_path": "/a"}
    rosa.post(f"/v2/assets/{asset_id}/attachments{query}", item)

    def act(number: int) -> list[int]:
        caller, path = Caller(rosa.user), f"/v2/assets/{asset_id}"
        change = {"op": "add", "path": f"/entity/data_asset/n{number}", "value": number}
        return [
            caller.patch(f"{path}{query}", [change]).status_code,
            caller.post(f"{path}/attachments{query}", item).status_code,
            caller.post(f"{path}/history/restore{query}", {"version": 2}).status_code,
            caller.get(f"{path}/history{query}").status_code,
        ]

    assert at_once(8, act) == [[200, 201, 200, 200]] * 8
    versions = rosa.get(f"/v2/assets/{asset_id}/history{query}&limit=100").json()["resources"]
    newest = Asset.objects.get(pk=asset_id).version
    assert [each["version"] for each in versions] == list(range(newest, 0, -1))
    state: Any = {}
    for version in reversed(versions):
        state = jsonpatch.JsonPatch(version["changes"]).apply(state)
        moment = version["changed_at"]
        then = rosa.get(f"/v2/assets/{asset_id}{query}&as_of={moment}").json()
        assert json.dumps(then["entity"], sort_keys=True) == json.dumps(
            state["entity"], sort_keys=True
        )
        shown = [item["id"] for item in then.get("attachments", [])]
        assert shown == [item["id"] for item in state.get("attachments", [])]
    restored = [each for each in versions if each["route"].endswith("/history/restore")]
    assert restored
    assert len(state["attachments"]) >= 1
