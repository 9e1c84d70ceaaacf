"""The world in which every route is walked: one container, who is what in it, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Group

from catalog.models import Asset, AssetType, Attachment, Container, Membership, User
from catalog.services import assets, attachments, containers, ratings
from catalog.services.project_tokens import create_token
from catalog.services.users import create_user
from catalog.tests.conftest import Caller

#: The columns of the table, in its order.
PEOPLE = (
    "nobody",
    "stranger",
    "viewer",
    "editor",
    "admin",
    "owner",
    "collaborator",
    "administrator",
)
#: What only somebody who may see the private card may read anywhere.
SECRET = "unmentionable"
MEMBERS = {
    "viewer": "viewer",
    "editor": "editor",
    "admin": "admin",
    "owner": "editor",
    "collaborator": "editor",
}


@dataclass
class World:
    """A container of one kind with the people of the table, and two cards of the owner's in each
    state: ``public`` and ``private``.
    """

    container: Container
    elsewhere: dict[str, Container]
    callers: dict[str, Caller]
    group: Group
    asset_type: AssetType
    connection: Asset
    token_id: UUID
    cards: dict[str, Asset] = field(default_factory=dict)
    trashed: dict[str, Asset] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)

    def user(self, person: str) -> User:
        user = self.callers[person].user
        assert user is not None
        return user


#: Makes what is sent, for the card of one state.
Make = Callable[[World, str], Any]


def make_people() -> dict[str, Caller]:
    """Everybody; the viewer is in a group, ``readers``."""
    root = create_user(username="administrator", password="a long password", is_admin=True)
    people = {
        name: create_user(username=name, password="a long password")
        for name in ("stranger", "newcomer", *MEMBERS)
    }
    Group.objects.create(name="readers").user_set.add(people["viewer"])
    callers = {"nobody": Caller(None), "administrator": Caller(root)}
    return callers | {name: Caller(user) for name, user in people.items()}


def make_world(kind: str, callers: dict[str, Caller]) -> World:
    """A world of these people whose container is of that kind."""
    people = {name: caller.user for name, caller in callers.items() if caller.user}
    root, owner = people["administrator"], people["owner"]
    container = containers.create_container(actor=root, kind=kind, name="World")
    elsewhere = {
        other: containers.create_container(actor=root, kind=other, name=f"Elsewhere {other}")
        for other in Container.Kind.values
    }
    for each in (container, *elsewhere.values()):
        Membership.objects.bulk_create(
            Membership(container=each, user=people[name], role=role)
            for name, role in MEMBERS.items()
        )
    group = Group.objects.get(name="readers")
    Membership.objects.create(container=container, group=group, role="viewer")
    asset_type = AssetType.objects.create(container=container, name="own_type")
    entity = {"connection": {"datasource_type": "x", "properties": {}}}
    metadata = {"name": "A connection", "asset_type": "connection"}
    connection = assets.create_asset(
        actor=owner, container=container, body={"metadata": metadata, "entity": entity}
    )
    token_id = uuid4()
    if kind == Container.Kind.PROJECT:
        token, _ = create_token(creator=root, project=container, name="A token", role="viewer")
        token_id = token.pk
    details = {"properties": {"color": "red"}, "integrations": {"jupyterlab": {}}}
    Container.objects.filter(pk=container.pk).update(details=details)
    world = World(container, elsewhere, callers, group, asset_type, connection, token_id)
    for state, mode in (("public", 0), ("private", 8)):
        card = _card(world, f"{_name(state)} card", mode)
        item = {
            "asset_type": "data_asset",
            "connection_id": str(connection.pk),
            "connection_path": f"/{_name(state)}.csv",
        }
        world.attachments[state] = attachments.add_attachment(
            actor=owner, asset=_held(world, card), body=item
        )
        world.cards[state] = _held(world, card)
        ratings.rate_asset(
            actor=world.user("collaborator"),
            kind=kind,
            container_id=container.pk,
            asset_id=card.pk,
            rating=3,
            review=_name(state),
        )
        world.trashed[state] = _card(world, f"{_name(state)} trashed card", mode)
        assets.delete_asset(actor=owner, asset=_held(world, world.trashed[state]))
    return world


def _held(world: World, card: Asset) -> Asset:
    return assets.held_card(
        actor=world.user("owner"),
        kind=world.container.kind,
        container_id=world.container.pk,
        asset_id=card.pk,
    )


def _name(state: str) -> str:
    return SECRET if state == "private" else "well-known"


def _card(world: World, name: str, mode: int) -> Asset:
    collaborator = world.user("collaborator").uid
    body: dict[str, Any] = {
        "metadata": {
            "name": name,
            "asset_type": "data_asset",
            "tags": [name],
            "rov": {
                "mode": mode,
                "collaborator_ids": {collaborator: {"user_iam_id": collaborator}},
            },
        },
        "entity": {"data_asset": {}, "asset_terms": {"list": []}},
    }
    return assets.create_asset(actor=world.user("owner"), container=world.container, body=body)
