"""Examples of a card's history for the schema."""

from __future__ import annotations

from typing import Any

from catalog.views.examples import ASSET_ID, BOOK, CATALOG_ID, PATCH

ADDRESS = f"/v2/assets/{ASSET_ID}/history?catalog_id={CATALOG_ID}&limit=2"
CREATED = {"version": 1, "changed_at": "2026-11-20T09:15:00.018251Z"}
CHANGED = {"version": 2, "changed_at": "2026-11-20T10:02:31.440907Z"}
STATE = {
    "metadata": {
        name: value
        for name, value in BOOK["metadata"].items()
        if name not in ("usage", "rating", "total_ratings")
    },
    "entity": BOOK["entity"],
}
HISTORY: dict[str, Any] = {
    "asset_id": ASSET_ID,
    "limit": 2,
    "resources": [
        {
            **CHANGED,
            "user_id": "2",
            "user_name": "rosa",
            "route": "PATCH /v2/assets/{asset_id}",
            "trace": "4ds6qmpvw9rd4qpnwq5l1vy2u",
            "action": "changed",
            "changes": PATCH,
        },
        {
            **CREATED,
            "user_id": "1",
            "user_name": "admin",
            "route": "manage.py import_cards",
            "action": "created",
            "changes": [
                {"op": "add", "path": f"/{name}", "value": value} for name, value in STATE.items()
            ],
        },
    ],
    "first": {"href": ADDRESS},
}
DIFFERENCE = {"asset_id": ASSET_ID, "from": CREATED, "to": CHANGED, "changes": PATCH}
