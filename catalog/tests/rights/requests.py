"""What is sent to each route when it is walked: the values of its path and query, and its body."""

from __future__ import annotations

import re
from uuid import UUID

from catalog.tests.rights.container_requests import CONTAINER_BODIES, CONTAINER_QUERIES
from catalog.tests.rights.world import Make, World

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

FIELDS = [{"key": "title", "type": "string"}]
DESCRIPTION = [{"op": "replace", "path": "/metadata/description", "value": "changed"}]
#: The bodies by operation; an operation that is not here is sent none.
BODIES: dict[str, Make] = {
    **CONTAINER_BODIES,
    "POST /icp4d-api/v1/authorize": lambda w, s: {
        "username": "viewer",
        "password": "a long password",
    },
    "POST /usermgmt/v1/user": lambda w, s: {"user_name": "another", "password": "a long password"},
    "POST /usermgmt/v2/groups": lambda w, s: {"name": "Another"},
    "PATCH /usermgmt/v2/groups/{group_id}": lambda w, s: {"description": "changed"},
    "POST /usermgmt/v2/groups/{group_id}/members": lambda w, s: {
        "user_identifiers": [w.user("newcomer").uid]
    },
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
    "POST /v2/assets/{asset_id}/revisions": lambda w, s: {"commit_message": "A commit"},
    "POST /v2/assets/{asset_id}/clone": lambda w, s: {"project_id": str(w.elsewhere["project"].pk)},
    "POST /v2/assets/{asset_id}/publish": lambda w, s: {
        "catalog_id": str(w.elsewhere["catalog"].pk)
    },
    "POST /v2/assets/{asset_id}/promote": lambda w, s: {"space_id": str(w.elsewhere["space"].pk)},
    "POST /v2/assets/publish": lambda w, s: {
        "metadata": {
            "name": "New",
            "asset_type": "data_asset",
            "published_to": {"catalog_id": str(w.elsewhere["catalog"].pk)},
            "published_from": {"project_id": str(w.container.pk)},
        }
    },
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
    "PUT /v2/assets/{asset_id}/attachments/{attachment_id}/resources": lambda w, s: {
        "data_partitions": 5
    },
    "PUT /v2/assets/{asset_id}/owner": lambda w, s: {"owner_id": w.user("editor").uid},
    "PUT /v2/assets/{asset_id}/perms": lambda w, s: {"mode": 8},
    "PATCH /v2/assets/{asset_id}/collaborators": lambda w, s: [
        {
            "op": "add",
            "path": f"/metadata/rov/collaborator_ids/{w.user('newcomer').uid}",
            "value": {"user_iam_id": w.user("newcomer").uid},
        }
    ],
    "POST /v2/assets/{asset_id}/ratings": lambda w, s: {"rating": 5},
    "PATCH /v2/assets/{asset_id}/ratings/{asset_rating_id}": lambda w, s: {"rating": 4},
    "POST /v2/assets/{asset_id}/history/restore": lambda w, s: {"version": 1},
    "PATCH /v2/assets/{asset_id}/attachments/{attachment_id}": lambda w, s: [
        {"op": "replace", "path": "/description", "value": "changed"}
    ],
}
#: Query parameters by operation, besides the one that names the container.
QUERIES: dict[str, Make] = {
    **CONTAINER_QUERIES,
    "GET /v2/assets/{asset_id}/history/diff": lambda w, s: {"from": "1"},
    "DELETE /v2/assets/bulk": lambda w, s: {
        "asset_ids": str(w.cards[s].pk if s in w.cards else ABSENT)
    },
}


def kind_of(route: str) -> str:
    """The kind of container in which a route is walked."""
    return next((kind for part, kind in KINDS.items() if part in route), "catalog")


def path_of(world: World, operation: str, parameters: set[str], state: str) -> str:
    """The address of an operation for the card of that state, or in the world's container."""
    route = operation.partition(" ")[2]
    cards = world.trashed if route.startswith("/v2/trashed_assets") else world.cards
    container = str(world.container.pk)
    asset_id = cards[state].pk if state in cards else ABSENT
    values = {
        "asset_id": asset_id,
        "asset_rating_id": f"{asset_id}_{world.user('collaborator').uid}",
        "attachment_id": world.attachments.get(state, world.attachments["private"]).pk,
        "attribute_key": "asset_terms",
        "type_name": world.asset_type.name,
        "catalog_id": container,
        "guid": container,
        "space_id": container,
        "member_id": world.user("viewer").uid,
        "user_name": "viewer",
        "property_key": "color",
        "tguid": world.token_id,
        "group_id": world.group.pk,
        "uid": world.user("viewer").uid,
    }
    path = re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), route)
    query = dict(QUERIES[operation](world, state)) if operation in QUERIES else {}
    parameter = PARAMETERS[world.container.kind]
    if parameter in parameters and "{" + parameter + "}" not in route:
        query.setdefault(parameter, container)
    return path + (
        "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    )
