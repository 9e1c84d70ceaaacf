"""What a card has to look like: which members the caller sets, and of what form. No queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.models import Container
from catalog.selectors.cards import CONTAINER_PARAMETERS
from catalog.services.attachment_rules import read_attachment
from catalog.services.member_rules import READERS
from catalog.shared.errors import BadRequest

MAX_COLLABORATORS = 1000
MODES = (-1, 0, 8)
#: Members of ``metadata`` that the server keeps: never taken from a request.
RESERVED = frozenset(
    [
        "usage",
        "rating",
        "total_ratings",
        "created",
        "created_at",
        "owner_id",
        "size",
        "version",
        "asset_state",
        "asset_attributes",
        "asset_id",
        "catalog_id",
        "project_id",
        "space_id",
        "sandbox_id",
        "commit_info",
        "revision_id",
        "source_asset",
    ]
)
#: What PATCH may change; the rest is fixed at creation or has an operation of its own.
EDITABLE = ("name", "description", "tags", "classification", "resource_key", "source_system")
SETTABLE = (*EDITABLE, "origin_country", "asset_category")


@dataclass(frozen=True)
class CardDraft:
    """A card that keeps every rule that can be told without the database."""

    asset_type: str
    columns: dict[str, Any]
    rov_mode: int
    collaborators: list[str]
    entity: dict[str, dict[str, Any]]
    attachments: list[dict[str, Any]]

    @property
    def attribute_names(self) -> list[str]:
        """The primary attribute first, as ``asset_attributes`` lists them."""
        return [self.asset_type, *(name for name in self.entity if name != self.asset_type)]


def read_columns(metadata: dict[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    """The columns that these members of ``metadata`` set, defaults for those not given."""
    return {
        member: READERS[member](metadata.get(member), f"metadata.{member}") for member in members
    }


def read_card(body: Any, container: Container) -> CardDraft:
    """A new card from ``{metadata, entity[, attachments]}``, or BadRequest naming what breaks a
    rule.

    An attachment of a type that the card has no attribute of adds an empty one, so that both lists
    agree. Source: "Create Asset: book".
    """
    if not isinstance(body, dict):
        raise BadRequest("A card must be an object.")
    unknown = body.keys() - {"metadata", "entity", "attachments"}
    if unknown:
        raise BadRequest("Unknown member of a card.", target=min(unknown)[:100])
    asset_type, columns = _read_metadata(body.get("metadata"), container)
    mode, collaborators = read_rov(body["metadata"].get("rov"))
    entity = dict(check_entity(body.get("entity"), asset_type))
    items = [] if body.get("attachments") is None else body["attachments"]
    if not isinstance(items, list):
        raise BadRequest("Must be a list.", target="attachments")
    attachments = [
        read_attachment(item, f"attachments[{index}].") for index, item in enumerate(items)
    ]
    for attachment in attachments:
        entity.setdefault(attachment["asset_type"], {})
    return CardDraft(asset_type, columns, mode, collaborators, entity, attachments)


def _read_metadata(metadata: Any, container: Container) -> tuple[str, dict[str, Any]]:
    """Type and columns of a new card.

    A reserved member is refused, unless it says what is so anyway: ``asset_attributes`` with the
    primary type alone, and the id of the container. A null counts as not given.
    """
    if not isinstance(metadata, dict):
        raise BadRequest("An object is required.", target="metadata")
    given = {name: value for name, value in metadata.items() if value is not None}
    asset_type = given.get("asset_type")
    if not isinstance(asset_type, str) or not asset_type:
        raise BadRequest("The name of an asset type is required.", target="metadata.asset_type")
    so_anyway = {
        CONTAINER_PARAMETERS[container.kind]: str(container.pk),
        "asset_attributes": [asset_type],
    }
    for name, value in given.items():
        if name in RESERVED:
            if name not in so_anyway or value != so_anyway[name]:
                raise BadRequest("Reserved: the server sets it.", target=f"metadata.{name}")
        elif name not in (*SETTABLE, "asset_type", "rov"):
            raise BadRequest(
                "Unknown member of a card's metadata.", target=f"metadata.{name[:100]}"
            )
    return asset_type, read_columns(given, SETTABLE)


def read_rov(rov: Any) -> tuple[int, list[str]]:
    """Mode and collaborators' uids from ``rov``: ``{mode, collaborator_ids: {uid:
    {user_iam_id}}}``.
    """
    at = "metadata.rov"
    if rov is None:
        return 0, []
    if not isinstance(rov, dict):
        raise BadRequest("Must be an object.", target=at)
    unknown = rov.keys() - {"mode", "collaborator_ids"}
    if unknown:
        raise BadRequest(
            "Unknown member of the rules of visibility.", target=f"{at}.{min(unknown)}"
        )
    mode = 0 if rov.get("mode") is None else rov["mode"]
    if isinstance(mode, bool) or mode not in MODES:
        raise BadRequest("Must be -1, 0 (public) or 8 (private).", target=f"{at}.mode")
    collaborators = rov.get("collaborator_ids")
    if collaborators is None or collaborators == []:  # the documents show an empty list, too
        collaborators = {}
    if not isinstance(collaborators, dict):
        raise BadRequest("Must be an object keyed by user id.", target=f"{at}.collaborator_ids")
    if len(collaborators) > MAX_COLLABORATORS:
        raise BadRequest(
            f"At most {MAX_COLLABORATORS} collaborators.", target=f"{at}.collaborator_ids"
        )
    for uid, collaborator in collaborators.items():
        if collaborator not in ({}, {"user_iam_id": uid}):
            target = f"{at}.collaborator_ids.{uid[:100]}"
            raise BadRequest(f"Must be {{'user_iam_id': '{uid[:100]}'}}.", target=target)
    return int(mode), list(collaborators)


def check_entity(entity: Any, asset_type: str) -> dict[str, dict[str, Any]]:
    """The attributes of a card: each an object, the one named after its type among them."""
    if not isinstance(entity, dict):
        raise BadRequest("An object of attributes is required.", target="entity")
    for name, attribute in entity.items():
        if not isinstance(attribute, dict):
            raise BadRequest("An attribute must be an object.", target=f"entity.{name[:100]}")
    if asset_type not in entity:
        raise BadRequest(
            f"The primary attribute '{asset_type[:100]}', named after the type, is required.",
            target=f"entity.{asset_type[:100]}",
        )
    return entity
