"""Asset types: created, replaced, deleted when unused, and the built-in ones kept in step with
their files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Asset, AssetType, Container
from catalog.services.asset_type_rules import check_fields, check_name
from catalog.services.containers import hold_container
from catalog.shared.errors import BadRequest, Conflict
from catalog.shared.json import dump, is_same_json

FILES = Path(__file__).resolve().parent.parent / "asset_types"
#: The members of a definition besides its name, and what is meant when one is not given.
MEMBERS: dict[str, type] = {
    "description": str,
    "relationships": list,
    "properties": dict,
    "external_asset_preview": dict,
}
#: A list of types has no pages in the contract: so many at most, each so large at most.
MAX_TYPES, MAX_DEFINITION_BYTES = 500, 250_000
WORDS: dict[type, str] = {str: "text", list: "a list", dict: "an object"}


def read_definition(body: dict[str, Any]) -> dict[str, Any]:
    """The columns that a definition sets; raises BadRequest naming the member that is wrong."""
    unknown = body.keys() - MEMBERS.keys() - {"name", "fields", "version"}
    if unknown:
        raise BadRequest("Unknown member of an asset type.", target=min(unknown))
    columns: dict[str, Any] = {"fields": check_fields(body.get("fields"))}
    for member, kind in MEMBERS.items():
        value = body.get(member)
        if value is not None and not isinstance(value, kind):
            raise BadRequest(f"Must be {WORDS[kind]}.", target=member)
        columns[member] = kind() if value is None else value
    if len(dump(columns)) > MAX_DEFINITION_BYTES:
        raise BadRequest(f"The definition is larger than {MAX_DEFINITION_BYTES} bytes.")
    return columns


@transaction.atomic
def create_asset_type(*, container: Container, body: dict[str, Any]) -> AssetType:
    """Create a type that ``container`` knows. Raises BadRequest, also when it has MAX_TYPES of its
    own, or Conflict for a name that is known.
    """
    name = check_name(body.get("name"))
    columns = read_definition(body)
    if AssetType.objects.built_in().filter(name=name).exists():
        raise Conflict(f"'{name}' is a built-in asset type.", target="name")
    _take_turns(container)
    hold_container(container)
    if AssetType.objects.filter(container=container).count() >= MAX_TYPES:
        raise BadRequest(
            f"The {container.kind} has {MAX_TYPES} asset types, the most there can be: "
            "delete those not needed."
        )
    try:
        with transaction.atomic():
            return AssetType.objects.create(container=container, name=name, **columns)
    except IntegrityError as exc:
        raise Conflict(f"The {container.kind} has an asset type '{name}'.", target="name") from exc


def _take_turns(container: Container) -> None:
    """Have types be created one after another, beside whoever writes cards."""
    Container.objects.select_for_update(no_key=True).filter(pk=container.pk).first()


@transaction.atomic
def replace_asset_type(*, container: Container, name: str, body: dict[str, Any]) -> AssetType:
    """Give the type a new definition and the next version, or create it.

    A definition equal to the present one makes no new version. Raises BadRequest, or Conflict for a
    built-in type.
    """
    if body.get("name") not in (None, name):
        raise BadRequest("The name can't be changed.", target="name")
    columns = read_definition(body)
    known = AssetType.objects.known_in(container.pk).filter(name=name).select_for_update()
    found = known.first()
    if found is None:
        try:
            return create_asset_type(container=container, body=body | {"name": name})
        except Conflict:  # somebody else has just created it
            if (found := known.first()) is None:
                raise
    if found.is_built_in:
        raise Conflict(f"'{name}' is a built-in asset type.", target="name")
    return _replace(found, columns)


def _replace(asset_type: AssetType, columns: dict[str, Any]) -> AssetType:
    if not all(
        is_same_json(getattr(asset_type, column), value) for column, value in columns.items()
    ):
        for column, value in columns.items():
            setattr(asset_type, column, value)
        asset_type.version += 1
        asset_type.updated_at = timezone.now()
        asset_type.save()
    return asset_type


@transaction.atomic
def delete_asset_type(*, asset_type: AssetType) -> None:
    """Delete a type that no card uses, cards in the trash counted. Raises Conflict otherwise."""
    if asset_type.is_built_in:
        raise Conflict(f"'{asset_type.name}' is a built-in asset type.", target="name")
    # Whoever writes a card holds its types, so that a card in the making is waited for here.
    AssetType.objects.select_for_update().filter(pk=asset_type.pk).first()
    used = Asset.objects.filter(
        container=asset_type.container, asset_attributes__contains=[asset_type.name]
    )
    if used.exists():
        raise Conflict(
            f"Cards use the asset type '{asset_type.name}', those in the trash counted.",
            target="name",
        )
    asset_type.delete()


@transaction.atomic
def sync_asset_types() -> int:
    """Make the built-in types equal to the files in ``asset_types/``; return how many changed.

    Runs at each migration. The version is the file's own: the documents show it.
    """
    present = {row.name: row for row in AssetType.objects.built_in()}
    changed = 0
    for path in sorted(FILES.glob("*.json")):
        definition = json.loads(path.read_text("utf-8"))
        columns = read_definition(definition) | {"version": definition["version"]}
        row = present.get(path.stem, AssetType(name=path.stem))
        if row.pk and all(getattr(row, column) == value for column, value in columns.items()):
            continue
        for column, value in columns.items():
            setattr(row, column, value)
        row.updated_at = timezone.now()
        row.save()
        changed += 1
    return changed
