"""Example requests and answers of revisions and copies."""

from __future__ import annotations

from typing import Any

from catalog.views.examples import ASSET_ID, BOOK, CATALOG_ID, WHEN

PROJECT_ID = "0d1f2a6b-8c35-4b1e-9a0c-5b7c3f1d2e44"
SPACE_ID = "7b8d6c1e-2f94-4f0a-b6a5-1f3c9e2d4a55"
HIDDEN_ID = "2ea819ce-95b5-5e11-8d46-dd1ba8865f14"
COPY_ID = "6482aa36-d979-48d0-a036-d7da6fbc4eff"

_FREE: dict[str, Any] = {
    name: value for name, value in BOOK["metadata"].items() if name != "catalog_id"
}
_IN_PROJECT = {"project_id": PROJECT_ID, "sandbox_id": PROJECT_ID, "catalog_id": HIDDEN_ID}
_ORIGIN = {"asset_id": ASSET_ID, "bss_account_id": "999", "asset_name": _FREE["name"]}
_FROM_PROJECT = {"project_id": PROJECT_ID, "catalog_id": HIDDEN_ID}


def _card(place: dict[str, Any], asset_id: str, **metadata: Any) -> dict[str, Any]:
    parameter = next(iter(place))
    return {
        "metadata": _FREE | place | {"asset_id": asset_id} | metadata,
        "entity": BOOK["entity"],
        "href": f"/v2/assets/{asset_id}?{parameter}={place[parameter]}",
        "asset_id": asset_id,
    }


COMMIT = {"commit_message": "As it went to print"}
_COMMITTED = {"committed_at": WHEN, "commit_message": COMMIT["commit_message"]}
REVISION = _card(_IN_PROJECT, ASSET_ID, revision_id=1, commit_info=_COMMITTED)
REVISION["href"] += "&revision_id=1"
_REVISIONS = f"/v2/assets/{ASSET_ID}/revisions?project_id={PROJECT_ID}"
REVISIONS = {
    "results": [{"metadata": REVISION["metadata"], "href": REVISION["href"]}],
    "limit": 25,
    "first": {"href": _REVISIONS},
}

CLONE = {"project_id": PROJECT_ID}
CLONED = _card(
    _IN_PROJECT,
    COPY_ID,
    source_asset={"action": "clone", "catalog_id": CATALOG_ID, **_ORIGIN},
)
PUBLISH = {
    "mode": 0,
    "catalog_id": CATALOG_ID,
    "metadata": {"name": "Ferns", "description": "Every fern of the northern woods"},
}
PUBLISHED = _card(
    {"catalog_id": CATALOG_ID},
    COPY_ID,
    name="Ferns",
    source_asset={"action": "publish", **_FROM_PROJECT, **_ORIGIN},
)
PROMOTE = {"space_id": SPACE_ID}
PROMOTED = _card(
    {"space_id": SPACE_ID},
    COPY_ID,
    source_asset={"action": "promote", **_FROM_PROJECT, **_ORIGIN},
)
_SOURCE_URL = f"/v2/projects/{PROJECT_ID}"
NEW_PUBLISHED = {
    "metadata": {
        "name": _FREE["name"],
        "asset_type": "book",
        "published_to": {"catalog_id": CATALOG_ID},
        "published_from": {"project_id": PROJECT_ID, "source_url": _SOURCE_URL},
    },
    "entity": BOOK["entity"],
}
NEWLY_PUBLISHED = _card(
    {"catalog_id": CATALOG_ID},
    COPY_ID,
    source_asset={
        "action": "publish",
        "project_id": PROJECT_ID,
        "bss_account_id": "999",
        "source_url": _SOURCE_URL,
    },
)
