"""The demo catalog: what the documents show, and a company's cards to look around in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog.models import Asset, Container, User
from catalog.services.asset_types import create_asset_type
from catalog.services.assets import create_asset, held_card, patch_asset
from catalog.services.attributes import add_attribute
from catalog.services.containers import create_container
from catalog.services.members import NewMember, add_members
from catalog.services.users import create_user

FILES = Path(__file__).resolve().parent.parent / "demo"
Document = dict[str, Any]


def _read(name: str) -> Any:
    return json.loads((FILES / f"{name}.json").read_text("utf-8"))


def _filled(document: Any, values: dict[str, str]) -> Any:
    """A document with ids in place of ``<names>``."""
    text = json.dumps(document)
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return json.loads(text)


@transaction.atomic
def load_demo() -> int:
    """Make the demo catalog; how many cards that were. 0 when there is one: it is left as it is.

    It becomes the default catalog unless there is one. Users of the same names stay as they are;
    new ones have no password.
    """
    people = _read("people")
    name = people["catalog"]["name"]
    if Container.objects.filter(kind=Container.Kind.CATALOG, name=name).exists():
        return 0
    users = {person["username"]: _user(person) for person in people["users"]}
    catalog = _catalog(people, users)
    owner = users[people["users"][0]["username"]]
    connection = _document_cards(catalog, owner)
    cards = _read("cards")
    for each in cards:
        body = _filled(each["card"], {"connection_id": str(connection.pk)})
        create_asset(actor=users[each["owner"]], container=catalog, body=body)
    return Asset.objects.filter(container=catalog).count()


def _user(person: Document) -> User:
    found = User.objects.existing().named(person["username"]).first()
    return found or create_user(username=person["username"], display_name=person["display_name"])


def _catalog(people: Document, users: dict[str, User]) -> Container:
    first, *others = people["users"]
    has_default = Container.objects.filter(is_default=True).exists()
    catalog = create_container(
        actor=users[first["username"]],
        kind=Container.Kind.CATALOG,
        is_default=not has_default,
        **people["catalog"],
    )
    add_members(
        container=catalog,
        members=[NewMember(users[person["username"]].uid, person["role"]) for person in others],
    )
    return catalog


def _document_cards(catalog: Container, owner: User) -> Asset:
    """The book, the connection, which is returned, and Sample.csv before and after profiling."""
    documents = _read("documents")
    create_asset_type(container=catalog, body=documents["book_type"])
    create_asset(actor=owner, container=catalog, body=documents["book"])
    connection = create_asset(actor=owner, container=catalog, body=documents["connection"])
    sample = _filled(documents["sample"], {"connection_id": str(connection.pk)})
    create_asset(actor=owner, container=catalog, body=sample)
    profiled = create_asset(actor=owner, container=catalog, body=sample)
    _profile(catalog, owner, profiled, documents)
    return connection


def _profile(catalog: Container, owner: User, asset: Asset, documents: Document) -> None:
    """What the Profile API of the documents leaves behind on a card."""
    ids = {"asset_id": str(asset.pk), "catalog_id": str(catalog.pk), "owner_id": owner.uid}
    operations = [
        {
            "op": "replace",
            "path": "/metadata/description",
            "value": documents["profiled_description"],
        },
        {"op": "replace", "path": "/entity/data_asset", "value": documents["profiled_data_asset"]},
    ]
    patch_asset(actor=owner, asset=_held(asset, owner), operations=operations)
    profile = {"name": "data_profile", "entity": _filled(documents["data_profile"], ids)}
    add_attribute(actor=owner, asset=_held(asset, owner), body=profile)


def _held(asset: Asset, actor: User) -> Asset:
    container = asset.container
    return held_card(actor=actor, kind=container.kind, container_id=container.pk, asset_id=asset.pk)
