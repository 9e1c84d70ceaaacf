"""Example requests and answers about projects for the schema."""

from __future__ import annotations

from typing import Any

from catalog.views.examples import BOOKMARK

PROJECT_ID = "b2549f22-7565-4193-9434-9b77e15757cc"
WHEN = "2026-11-20T09:15:00.125Z"

NEW_PROJECT: dict[str, Any] = {
    "name": "Ferns",
    "generator": "README",
    "description": "What grows where",
    "tags": ["botany"],
    "storage": {"type": "assetfiles"},
}
PROJECT: dict[str, Any] = {
    "metadata": {
        "guid": PROJECT_ID,
        "url": f"/v2/projects/{PROJECT_ID}",
        "created_at": WHEN,
        "updated_at": WHEN,
    },
    "entity": {
        "name": "Ferns",
        "generator": "README",
        "description": "What grows where",
        "public": False,
        "storage": {"type": "assetfiles", "guid": "8f2f9d32-d3b3-46b4-a98d-ae5a4a95b7d1"},
        "scope": {"bss_account_id": "999", "enforce_members": False},
        "creator": "rosa",
        "creator_iam_id": "2",
        "catalog": {"guid": "3d3900e4-af3f-417c-8a1e-c8fa35047ac9", "public": False},
        "tags": ["botany"],
        "type": "cpd",
    },
}
CREATED_PROJECT = {"location": f"/v2/projects/{PROJECT_ID}", **PROJECT}
PROJECTS = {"total_results": 11, "resources": [PROJECT], "bookmark": BOOKMARK}
PROJECT_CHANGES = {"description": "What grows where, and when"}

NEW_MEMBERS = {
    "members": [
        {"user_name": "ida", "role": "editor"},
        {"id": "7", "type": "group", "role": "viewer"},
    ]
}
MEMBER = {"id": "3", "user_name": "ida", "role": "editor", "state": "ACTIVE", "type": "user"}
GROUP = {
    "id": "group:7",
    "user_name": "group:7",
    "role": "viewer",
    "state": "ACTIVE",
    "type": "group",
}
MEMBERS = {"members": [MEMBER, GROUP], "resources": [MEMBER, GROUP]}
NEW_ROLES = {"members": [{"user_name": "ida", "role": "editor"}]}

ACCESS_RESTRICTIONS = {"data": False}
AUDIT_EVENTS = {"enabled": True}
JUPYTERLAB = {"guid": "0f6a3c3e-1b2d-4e5f-8a9b-0c1d2e3f4a5b"}

NEW_TOKEN = {
    "name": "nightly load",
    "scopes": [{"audience": "project", "guid": PROJECT_ID, "role": "editor"}],
}
TOKEN: dict[str, Any] = {
    "token": "p-3f9c2ab41d7e-****",
    "guid": "5f0a7d0b-7d3e-4c57-9a52-0f3b4c1f9f10",
    "name": "nightly load",
    "scopes": NEW_TOKEN["scopes"],
    "created_at": WHEN,
    "last_used_at": WHEN,
}
ISSUED_TOKEN = {
    **{name: value for name, value in TOKEN.items() if name != "last_used_at"},
    "token": "p-3f9c2ab41d7e-Zk3T9w0rS5f1u2c4e6h8j0m1p3q5s7u9w2y4A6C8E0",
}
TOKENS = {"tokens": [TOKEN]}
