"""Which container a request is about."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from rest_framework.request import Request

from catalog.models import Asset, Container, User
from catalog.selectors.cards import CONTAINER_PARAMETERS
from catalog.selectors.revisions import Number, card_at
from catalog.services.assets import held_card
from catalog.services.containers import container_for
from catalog.services.duplicates import ACTIONS
from catalog.shared.errors import BadRequest, Target
from catalog.shared.paging import NUMBER
from catalog.shared.schema import query
from catalog.views.conditional import require_match

MAX_REVISION = 2**31 - 1
DUPLICATE_ACTION = query(
    "duplicate_action",
    "What to do when the card is a duplicate: make a second one, refuse it, update the card that "
    "is there, or replace what it says.",
    enum=ACTIONS,
    default="IGNORE",
)


@dataclass(frozen=True)
class ContainerParameter:
    """The one of ``catalog_id``, ``project_id``, ``space_id`` that a request gives."""

    kind: str
    id: uuid.UUID

    def resolve(self, user: User, role: str = "viewer") -> Container:
        """The container; raises NotFound, or NotAuthorized when the user is less than ``role`` in
        it.
        """
        return container_for(
            user=user,
            container_id=self.id,
            kind=self.kind,
            role=role,
            parameter=CONTAINER_PARAMETERS[self.kind],
        )

    @property
    def words(self) -> dict[str, Any]:
        """As the keyword arguments of selectors and services."""
        return {"kind": self.kind, "container_id": self.id}


def container_parameter(request: Request) -> ContainerParameter:
    """The container that the request names; exactly one of the three parameters, once."""
    given = [
        (kind, name, value)
        for kind, name in CONTAINER_PARAMETERS.items()
        for value in request.query_params.getlist(name)
    ]
    if len(given) != 1:
        name = given[1][1] if given else "catalog_id"
        raise BadRequest(
            "Provide either a catalog_id, a project_id or a space_id, but not more than one.",
            target=Target(name, "parameter"),
        )
    kind, name, value = given[0]
    try:
        return ContainerParameter(kind, uuid.UUID(value))
    except ValueError as exc:
        raise BadRequest("Must be a UUID.", target=Target(name, "parameter")) from exc


def signed_in(request: Request) -> User:
    """The user of a request that authentication let through."""
    return cast(User, request.user)


def require_revisions(where: ContainerParameter) -> None:
    """Raise BadRequest for a catalog: only cards of projects and spaces have revisions."""
    if where.kind == Container.Kind.CATALOG:
        raise BadRequest(
            "Cards in a catalog have no revisions; those in a project or a space have.",
            target=Target(CONTAINER_PARAMETERS[where.kind], "parameter"),
        )


def revision_parameter(
    request: Request, where: ContainerParameter, name: str = "revision_id"
) -> Number | None:
    """Which revision a parameter names; None when it is empty or not given."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    require_revisions(where)
    if text == "latest":
        return "latest"
    if not NUMBER.fullmatch(text) or not 1 <= int(text) <= MAX_REVISION:
        raise BadRequest(
            "Must be the number of a revision, or 'latest'.", target=Target(name, "parameter")
        )
    return int(text)


def duplicate_action(request: Request) -> str:
    """What is to be done with a duplicate."""
    wanted = request.query_params.get("duplicate_action") or "IGNORE"
    if wanted not in ACTIONS:
        raise BadRequest(
            f"Must be one of {', '.join(ACTIONS)}.", target=Target("duplicate_action", "parameter")
        )
    return wanted


def card_to_read(request: Request, asset_id: uuid.UUID) -> tuple[Asset, int | None]:
    """The card as it is, or as committed in the revision that the request names; and its number."""
    where = container_parameter(request)
    revision = revision_parameter(request, where)
    return card_at(user=signed_in(request), asset_id=asset_id, revision=revision, **where.words)


def repeated(request: Request, **changed: str | None) -> str:
    """The address of the request, host-relative, with some parameters set anew; None: without."""
    query = request.query_params.copy()
    for name, value in changed.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"{request.path}?{query.urlencode()}"


@contextmanager
def held(
    request: Request, asset_id: uuid.UUID, *, trashed: bool = False
) -> Iterator[tuple[User, Asset]]:
    """A transaction with a card that the caller may change; the caller and the card.

    Raises PreconditionFailed when the request's ``If-Match`` names another version of it.
    """
    actor = signed_in(request)
    where = container_parameter(request)
    with transaction.atomic():
        asset = held_card(actor=actor, asset_id=asset_id, trashed=trashed, **where.words)
        require_match(request, asset.version)
        yield actor, asset


def held_in_trash(
    request: Request, asset_id: uuid.UUID
) -> AbstractContextManager[tuple[User, Asset]]:
    """The same with a card in the trash."""
    return held(request, asset_id, trashed=True)
