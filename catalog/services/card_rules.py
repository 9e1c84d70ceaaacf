"""What a card has to look like: which members the caller sets, and of what form. No queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.models import Container
from catalog.selectors.cards import CONTAINER_PARAMETERS
from catalog.shared.errors import BadRequest

MAX_NAME, MAX_TEXT, MAX_TAGS, MAX_COLLABORATORS = 255, 100_000, 1000, 1000
CATEGORIES = ("USER", "SYSTEM")
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


#: Members of an attachment that say what is so of every remote one.
REMOTE_FLAGS = {
    "is_remote": True,
    "is_partitioned": False,
    "is_referenced": False,
    "is_managed": False,
    "object_key_is_read_only": False,
    "private_url": False,
    "test_doc": 0,
}


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


def _text(value: Any, target: str, most: int) -> str:
    if not isinstance(value, str):
        raise BadRequest("Must be text.", target=target)
    if len(value) > most:
        raise BadRequest(f"At most {most} characters; there are {len(value)}.", target=target)
    return value


def _name(value: Any, target: str) -> str:
    if value is None:
        raise BadRequest("A name is required.", target=target)
    if not _text(value, target, MAX_NAME).strip():
        raise BadRequest("Must not be blank.", target=target)
    return str(value)


def _description(value: Any, target: str) -> str:
    return "" if value is None else _text(value, target, MAX_TEXT)


def _tags(value: Any, target: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRequest("Must be a list of text.", target=target)
    if len(value) > MAX_TAGS:
        raise BadRequest(f"At most {MAX_TAGS} tags.", target=target)
    return [_name(tag, f"{target}[{index}]") for index, tag in enumerate(value)]


def _optional_text(value: Any, target: str) -> str | None:
    return None if value is None else _text(value, target, 1000 if "key" in target else MAX_NAME)


def _source_system(value: Any, target: str) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise BadRequest("Must be an object.", target=target)
    return value


def _country(value: Any, target: str) -> str:
    return "us" if value is None else _text(value, target, MAX_NAME).lower()


def _category(value: Any, target: str) -> str:
    if value not in (None, *CATEGORIES):
        raise BadRequest(f"Must be one of {', '.join(CATEGORIES)}.", target=target)
    return value or "USER"


READERS = {
    "name": _name,
    "description": _description,
    "tags": _tags,
    "classification": _optional_text,
    "resource_key": _optional_text,
    "source_system": _source_system,
    "origin_country": _country,
    "asset_category": _category,
}


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
    mode, collaborators = _read_rov(body["metadata"].get("rov"))
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


def _read_rov(rov: Any) -> tuple[int, list[str]]:
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
    mode = rov.get("mode", 0)
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


def read_attachment(item: Any, at: str = "") -> dict[str, Any]:
    """Columns of a remote attachment; ``at`` goes before the names of its members in a refusal."""
    if not isinstance(item, dict):
        raise BadRequest("An attachment must be an object.", target=at.rstrip(".") or None)
    given = {name: value for name, value in item.items() if value is not None}
    for name, value in given.items():
        if name in REMOTE_FLAGS and value != REMOTE_FLAGS[name]:
            raise BadRequest(
                f"Must be {REMOTE_FLAGS[name]} for a remote attachment.", target=at + name
            )
        if name not in (*REMOTE_FLAGS, *ATTACHMENT_READERS):
            raise BadRequest("Unknown member of a remote attachment.", target=(at + name)[:200])
    if "connection_id" not in given or "connection_path" not in given:
        missing = "connection_id" if "connection_id" not in given else "connection_path"
        raise BadRequest(
            "An attachment needs connection_id and connection_path, which say where it is.",
            target=at + missing,
        )
    return {name: read(given.get(name), at + name) for name, read in ATTACHMENT_READERS.items()}


def _connection_id(value: Any, target: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as exc:
        raise BadRequest("Must be the id of a connection.", target=target) from exc


def _path(value: Any, target: str) -> str:
    if not _text(value, target, 10_000).strip():
        raise BadRequest("Must not be blank.", target=target)
    return str(value)


def _user_data(value: Any, target: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise BadRequest("Must be an object.", target=target)
    return value or {}


def _short_text(value: Any, target: str) -> str:
    return "" if value is None else _text(value, target, MAX_NAME)


ATTACHMENT_READERS = {
    "asset_type": _name,
    "name": _short_text,
    "description": _description,
    "mime": _short_text,
    "connection_id": _connection_id,
    "connection_path": _path,
    "user_data": _user_data,
}
