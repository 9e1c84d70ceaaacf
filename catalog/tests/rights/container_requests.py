"""What is sent to the routes of projects, spaces and a catalog's properties."""

from __future__ import annotations

from catalog.tests.rights.world import Make

NEWCOMER = "newcomer"

CONTAINER_BODIES: dict[str, Make] = {
    "PATCH /v2/catalogs/{catalog_id}/properties": lambda w, s: [
        {"op": "add", "path": "/color", "value": "green"}
    ],
    "POST /v2/projects": lambda w, s: {"name": "New", "generator": "walk"},
    "PATCH /v2/projects/{guid}": lambda w, s: {"description": "changed"},
    "PUT /v2/projects/{guid}/integrations/jupyterlab": lambda w, s: {"guid": str(w.container.pk)},
    "POST /v2/projects/{guid}/members": lambda w, s: {
        "members": [{"user_name": NEWCOMER, "role": "viewer"}]
    },
    "PATCH /v2/projects/{guid}/members": lambda w, s: {
        "members": [{"user_name": "viewer", "role": "editor"}]
    },
    "PUT /v2/projects/{guid}/settings/access_restrictions": lambda w, s: {"data": True},
    "PUT /v2/projects/{guid}/settings/audit_events": lambda w, s: {"enabled": True},
    "POST /v2/projects/{guid}/tokens": lambda w, s: {
        "name": "New",
        "scopes": [{"audience": "project", "guid": str(w.container.pk), "role": "viewer"}],
    },
    "POST /v2/spaces": lambda w, s: {"name": "New"},
    "PATCH /v2/spaces/{space_id}": lambda w, s: [
        {"op": "replace", "path": "/description", "value": "changed"}
    ],
    "POST /v2/spaces/{space_id}/members": lambda w, s: {
        "members": [{"id": w.user(NEWCOMER).uid, "role": "viewer", "type": "user"}]
    },
    "PATCH /v2/spaces/{space_id}/members/{member_id}": lambda w, s: [
        {"op": "replace", "path": "/role", "value": "editor"}
    ],
}
CONTAINER_QUERIES: dict[str, Make] = {
    "DELETE /v2/projects/{guid}/members": lambda w, s: {"user_names": "viewer"},
}
