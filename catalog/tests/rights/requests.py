"""What is sent to each route when it is walked: the values of its path and query, and its body."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from catalog.tests.rights.world import World

#: Operations that only make sense in one kind of container; the others are walked in a catalog.
KINDS = {
    "/v2/projects": "project",
    "/v2/spaces": "space",
    "/revisions": "project",
    "/promote": "project",
    "/publish": "project",
}
#: Routes about one card, or about several: each is walked once for a public and once for a private
#: card.
ABOUT_A_CARD = re.compile(r"/v2/(assets|trashed_assets)/(\{asset_id\}|bulk)")
ABSENT = UUID("00000000-0000-4000-8000-000000000000")
PARAMETERS = {"catalog": "catalog_id", "project": "project_id", "space": "space_id"}

Make = Callable[[World, str], Any]
FIELDS = [{"key": "title", "type": "string"}]
DESCRIPTION = [{"op": "replace", "path": "/metadata/description", "value": "changed"}]
#: The bodies by operation; an operation that is not here is sent none.
BODIES: dict[str, Make] = {
    "POST /icp4d-api/v1/authorize": lambda w, s: {
        "username": "viewer",
        "password": "a long password",
    },
    "POST /usermgmt/v1/user": lambda w, s: {"user_name": "another", "password": "a long password"},
    "POST /v2/catalogs": lambda w, s: {"name": "New"},
    "POST /v2/catalogs/default": lambda w, s: {"catalog": {"name": "New"}},
    "PATCH /v2/catalogs/{catalog_id}": lambda w, s: [
        {"op": "replace", "path": "/entity/name", "value": "Renamed"}
    ],
    "POST /v2/catalogs/{catalog_id}/members": lambda w, s: {
        "members": [{"user_iam_id": w.user("newcomer").uid, "role": "viewer"}]
    },
    "PATCH /v2/catalogs/{catalog_id}/members/{member_id}": lambda w, s: {"role": "editor"},
    "POST /v2/asset_types": lambda w, s: {"name": "recipe", "fields": FIELDS},
    "PUT /v2/asset_types/{type_name}": lambda w, s: {"fields": FIELDS},
    "POST /v2/assets": lambda w, s: {
        "metadata": {"name": "New", "asset_type": "data_asset"},
        "entity": {"data_asset": {}},
    },
    "PATCH /v2/assets/{asset_id}": lambda w, s: DESCRIPTION,
    "POST /v2/assets/{asset_id}/attributes": lambda w, s: {
        "name": "column_info",
        "entity": {"id": {"column_description": "changed"}},
    },
    "PATCH /v2/assets/{asset_id}/attributes/{attribute_key}": lambda w, s: [
        {"op": "add", "path": "/list", "value": [{"term_id": "1"}]}
    ],
    "POST /v2/assets/{asset_id}/attachments": lambda w, s: {
        "asset_type": "data_asset",
        "connection_id": str(w.connection.pk),
        "connection_path": "/another.csv",
    },
    "POST /v2/assets/{asset_id}/history/restore": lambda w, s: {"version": 1},
    "PATCH /v2/assets/{asset_id}/attachments/{attachment_id}": lambda w, s: [
        {"op": "replace", "path": "/description", "value": "changed"}
    ],
}
#: Query parameters by operation, besides the one that names the container.
QUERIES: dict[str, Make] = {
    "GET /v2/assets/{asset_id}/history/diff": lambda w, s: {"from": "1"},
}


def kind_of(route: str) -> str:
    """The kind of container in which a route is walked."""
    return next((kind for part, kind in KINDS.items() if part in route), "catalog")


def path_of(world: World, operation: str, parameters: set[str], state: str) -> str:
    """The address of an operation for the card of that state, or in the world's container."""
    route = operation.partition(" ")[2]
    cards = world.trashed if route.startswith("/v2/trashed_assets") else world.cards
    container = str(world.container.pk)
    values = {
        "asset_id": cards[state].pk if state in cards else ABSENT,
        "attachment_id": world.attachments.get(state, world.attachments["private"]).pk,
        "attribute_key": "asset_terms",
        "type_name": world.asset_type.name,
        "catalog_id": container,
        "guid": container,
        "space_id": container,
        "member_id": world.user("viewer").uid,
        "user_name": "viewer",
    }
    path = re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), route)
    query = dict(QUERIES[operation](world, state)) if operation in QUERIES else {}
    parameter = PARAMETERS[world.container.kind]
    if parameter in parameters and "{" + parameter + "}" not in route:
        query.setdefault(parameter, container)
    return path + (
        "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    )
