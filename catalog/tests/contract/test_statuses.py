"""Each status that the contract lists for an operation: got, or named with why it never comes.

``statuses.json`` has the rows of the contract for catalogs, cards, the trash and projects; 500 is
no status to get.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Asset, Container, Membership
from catalog.services.project_tokens import create_token
from catalog.tests.rights.requests import BODIES, kind_of, path_of
from catalog.tests.rights.test_rights import documented
from catalog.tests.rights.walk import operations
from catalog.tests.rights.world import PEOPLE, World
from catalog.tests.rights.worlds import WorldOf

LISTED: dict[str, list[int]] = json.loads(
    (Path(__file__).parent / "statuses.json").read_text("utf-8")
)
OPERATIONS = operations()
#: A status that the contract writes and clients know to be another.
SLIPS = {("GET /v2/trashed_assets", 201): 200}
HIDDEN = "whoever may not see it gets 404, as if it did not exist"
NOTHING_WRONG = "nothing in the request can break a rule: an id that is none of ours is a 404"
NO_CONFLICT = "changes take turns, so none is in conflict with another; a broken one is a 400"
WHOLE = "the answer shows the whole object, so it is never empty"
CREATED = "what creates something answers 201"
EVERYBODY = "everybody who signed in, or who sees the card, may do it"
STORED = "only of stored attachments; one behind a connection refuses"

DATASOURCE_TYPE = "PATCH /v2/assets/{asset_id}/attachments/{attachment_id}/datasource_type"
NEVER: dict[tuple[str, int], str] = {
    ("POST /v2/catalogs", 200): CREATED,
    ("POST /v2/catalogs/{catalog_id}/members", 200): CREATED,
    ("POST /v2/assets/{asset_id}/ratings", 403): EVERYBODY,
    ("PATCH /v2/assets/{asset_id}", 204): WHOLE,
    ("PATCH /v2/assets/{asset_id}/attributes/{attribute_key}", 204): WHOLE,
    ("POST /v2/assets/{asset_id}/revisions", 409): NO_CONFLICT,
    ("POST /v2/assets/{asset_id}/attachments/{attachment_id}/complete", 200): STORED,
    ("GET /v2/assets/{asset_id}/attachments/{attachment_id}/resources", 200): STORED,
    ("PUT /v2/assets/{asset_id}/attachments/{attachment_id}/resources", 200): STORED,
    **{
        (operation, status): NO_CONFLICT
        for operation in (
            "PATCH /v2/assets/{asset_id}/attachments/{attachment_id}",
            DATASOURCE_TYPE,
            "PATCH /v2/assets/{asset_id}/collaborators",
        )
        for status in (409, 422)
        if (operation, status) != (DATASOURCE_TYPE, 409)
    },
    **{
        (operation, 403): HIDDEN
        for operation, statuses in LISTED.items()
        if operation.startswith("GET ") and 403 in statuses and not operation.endswith("/tokens")
    },
    **{
        (operation, 400): NOTHING_WRONG
        for operation in (
            "GET /v2/catalogs/{catalog_id}",
            "GET /v2/catalogs/{catalog_id}/members/{member_id}",
            "DELETE /v2/catalogs/{catalog_id}/members/{member_id}",
            "GET /v2/catalogs/{catalog_id}/properties",
            "GET /v2/catalogs/{catalog_id}/properties/{property_key}",
            "DELETE /v2/projects/{guid}",
            "GET /v2/projects/{guid}/integrations/jupyterlab",
            "DELETE /v2/projects/{guid}/integrations/jupyterlab",
            "GET /v2/projects/{guid}/members/{user_name}",
            "GET /v2/projects/{guid}/settings/access_restrictions",
            "GET /v2/projects/{guid}/settings/audit_events",
            "GET /v2/projects/{guid}/tokens",
            "DELETE /v2/projects/{guid}/tokens",
            "DELETE /v2/projects/{guid}/tokens/{tguid}",
        )
    },
}
Provoke = Callable[[World, str, str, Any], Any]


def _with_a_default(world: World, method: str, path: str, body: Any) -> Any:
    root = world.callers["administrator"]
    root.post("/v2/catalogs/default", {"catalog": {"name": "Default"}})
    return root.send(method, path, body)


def _of_the_default(world: World, method: str, path: str, body: Any) -> Any:
    Container.objects.filter(pk=world.container.pk).update(is_default=True)
    return world.callers["administrator"].send(method, path, body)


def _of_another_version(world: World, method: str, path: str, body: Any) -> Any:
    return world.callers["owner"].send(method, path, body, headers={"If-Match": '"0"'})


def _without_a_connection(world: World, method: str, path: str, body: Any) -> Any:
    Asset.objects.filter(pk=world.connection.pk).delete()
    return world.callers["owner"].send(method, path, body)


def _asking(query: str) -> Provoke:
    return lambda world, method, path, body: world.callers["administrator"].send(
        method, f"{path.partition('?')[0]}?{query}", body
    )


def _by_token(world: World, method: str, path: str, body: Any) -> Any:
    project = world.elsewhere["project"]
    _, token = create_token(
        creator=world.user("administrator"), project=project, name="Mine", role="viewer"
    )
    headers = {"Authorization": f"Bearer {token}"}
    return world.callers["nobody"].send(method, path, body, headers=headers)


def _by_a_test_that_fails(world: World, method: str, path: str, body: Any) -> Any:
    operations: list[dict[str, Any]] = [{"op": "test", "path": "/entity/name", "value": "Other"}]
    if path.endswith("/properties"):
        operations = [{"op": op, "path": "/a", "value": op} for op in ("add", "test")]
    return world.callers["admin"].send(method, path, operations)


def _of_the_last_admin(world: World, method: str, path: str, body: Any) -> Any:
    Membership.objects.filter(container=world.container, role="admin").exclude(
        user=world.user("admin")
    ).delete()
    path = f"{path.rpartition('/')[0]}/{world.user('admin').username}"
    return world.callers["administrator"].send(method, path, body)


#: How to get a status that neither the rights nor a broken body give.
PROVOKED: dict[tuple[str, int], Provoke] = {
    ("GET /v2/catalogs/default", 200): _with_a_default,
    ("POST /v2/catalogs/default", 409): _with_a_default,
    ("DELETE /v2/catalogs/{catalog_id}", 400): _of_the_default,
    (DATASOURCE_TYPE, 409): _without_a_connection,
    ("GET /v2/projects/{guid}", 400): _asking("include=nonsense"),
    ("GET /v2/projects/{guid}/members", 400): _asking("roles=nonsense"),
    ("DELETE /v2/projects/{guid}/members", 400): _asking(""),
    ("GET /v2/projects/tokens/introspect", 200): _by_token,
    ("POST /v2/catalogs", 403): _by_token,
    ("GET /v2/projects", 204): _asking("include=nothing"),
    ("GET /v2/projects/{guid}", 204): _asking("include=nothing"),
    ("PATCH /v2/catalogs/{catalog_id}", 409): _by_a_test_that_fails,
    ("PATCH /v2/catalogs/{catalog_id}/properties", 409): _by_a_test_that_fails,
    ("DELETE /v2/projects/{guid}/members/{user_name}", 400): _of_the_last_admin,
    **{
        (operation, 412): _of_another_version
        for operation, statuses in LISTED.items()
        if 412 in statuses
    },
}

CASES = [
    (operation, SLIPS.get((operation, status), status))
    for operation, statuses in LISTED.items()
    for status in statuses
    if (operation, status) not in NEVER
]


def someone_who_gets(operation: str, status: int) -> tuple[str, str] | None:
    """Who gets that status by the table of rights, and for the card of which state."""
    for person, cell in zip(PEOPLE, documented()[operation], strict=True):
        for state, shown in zip(("public", "private"), cell.split(" / ") * 2, strict=False):
            if shown == str(status):
                return person, state
    return None


def broken(world: World, operation: str) -> Any:
    """The answer to a request that breaks a rule which every operation of its kind has."""
    method, _, route = operation.partition(" ")
    caller = world.callers["administrator"]
    path = path_of(world, operation, OPERATIONS[operation], "public")
    if operation in BODIES:
        return caller.send(method, path, raw=b"{", content_type="application/json")
    if "catalog_id" in OPERATIONS[operation] and "{catalog_id}" not in route:
        return caller.send(method, path.partition("?")[0] + "?catalog_id=1")
    return caller.send(method, f"{path}{'&' if '?' in path else '?'}limit=none")


@pytest.mark.django_db
@pytest.mark.parametrize(("operation", "status"), CASES)
def test_the_status_of_the_contract_can_be_had(
    operation: str, status: int, world_of: WorldOf
) -> None:
    world = world_of(kind_of(operation))
    method = operation.partition(" ")[0]
    path = path_of(world, operation, OPERATIONS[operation], "public")
    body = BODIES[operation](world, "public") if operation in BODIES else None
    if (operation, status) in PROVOKED:
        answer = PROVOKED[operation, status](world, method, path, body)
    elif found := someone_who_gets(operation, status):
        person, state = found
        path = path_of(world, operation, OPERATIONS[operation], state)
        answer = world.callers[person].send(method, path, body)
    elif status == 404:
        path = path_of(world, operation, OPERATIONS[operation], "absent")
        answer = world.callers["administrator"].send(method, path, body)
    else:
        answer = broken(world, operation)
    assert answer.status_code == status, answer.content


def test_every_operation_of_the_contract_is_there() -> None:
    assert LISTED.keys() <= OPERATIONS.keys()


def test_only_what_the_contract_lists_is_explained_away() -> None:
    assert [case for case in (*NEVER, *PROVOKED) if case[1] not in LISTED[case[0]]] == []
