"""Example requests and answers about spaces for the schema."""

from __future__ import annotations

from typing import Any

SPACE_ID = "ad4f6950-79e4-4fac-a656-cb07b53c4c71"
WHEN = "2026-11-20T09:15:00.125Z"

NEW_SPACE = {"name": "Ferns in use", "description": "Models that run", "tags": ["botany"]}
SPACE: dict[str, Any] = {
    "entity": {
        "name": "Ferns in use",
        "description": "Models that run",
        "scope": {"bss_account_id": "999"},
        "status": {"state": "active"},
        "storage": {"type": "assetfiles", "guid": "8f2f9d32-d3b3-46b4-a98d-ae5a4a95b7d1"},
        "tags": ["botany"],
        "type": "cpd",
    },
    "metadata": {
        "id": SPACE_ID,
        "url": f"/v2/spaces/{SPACE_ID}",
        "creator_id": "2",
        "created_at": WHEN,
        "updated_at": WHEN,
    },
}
MEMBER = {"id": "3", "role": "editor", "state": "active", "type": "user"}
SPACE_WITH_MEMBERS = {**SPACE, "entity": {**SPACE["entity"], "members": [MEMBER]}}
SPACES = {"first": {"href": "/v2/spaces"}, "limit": 100, "resources": [SPACE], "total_count": 1}
PATCH = [{"op": "replace", "path": "/description", "value": "Models that run by night"}]

NEW_MEMBERS = {"members": [{"id": "3", "role": "editor", "type": "user"}]}
ADDED_MEMBERS = {"resources": [MEMBER]}
MEMBERS = {
    "first": {"href": f"/v2/spaces/{SPACE_ID}/members"},
    "limit": 100,
    "resources": [MEMBER],
    "total_count": 1,
}
PATCH_OF_MEMBER = [{"op": "replace", "path": "/role", "value": "editor"}]
