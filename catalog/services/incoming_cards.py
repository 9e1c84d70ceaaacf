"""A card from a file: what a caller sets, and what a server knew of it. No queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from catalog.card_files.entries import CardEntry
from catalog.models import Container
from catalog.services.card_rules import RESERVED, CardDraft, read_card
from catalog.shared.errors import BadRequest
from catalog.shared.json import dump

#: Members of an attachment in a card that the server keeps.
ATTACHMENT_RESERVED = frozenset(
    [
        "id",
        "version",
        "create_time",
        "size",
        "is_object_key_read_only",
        "is_user_provided_path_key",
        "transfer_complete",
        "complete_time_ticks",
        "usage",
    ]
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_SIZE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class IncomingAttachment:
    """Columns that the line sets, and what it says of those that a server keeps, or None."""

    columns: dict[str, Any]
    id: UUID | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class IncomingCard:
    """A line that keeps every rule that can be told without the database.

    ``columns`` are those that a stored card takes from it: all, if the line is a whole card.
    ``created_at`` is exact to ``created_unit``. ``entity_json`` has sorted members, so that equal
    entities are equal bytes.
    """

    line: int
    is_whole: bool
    draft: CardDraft
    columns: dict[str, Any]
    entity_json: bytes
    asset_id: UUID | None = None
    owner_uid: str | None = None
    created_at: datetime | None = None
    created_unit: timedelta = timedelta(milliseconds=1)
    size: int | None = None
    attribute_order: list[str] = field(default_factory=list)
    attachments: list[IncomingAttachment] = field(default_factory=list)

    @property
    def attribute_names(self) -> list[str]:
        """The primary attribute first, then as ``asset_attributes`` had them."""
        names = dict.fromkeys(
            [self.draft.asset_type, *self.attribute_order, *self.draft.attribute_names]
        )
        return [name for name in names if name in self.draft.entity]

    @property
    def resource_key(self) -> str | None:
        key: str | None = self.draft.columns["resource_key"]
        return key


def sorted_json(value: Any) -> bytes:
    """JSON text with sorted members: equal bytes for equal values, and rarely others."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer past 64 bits
        return dump(value)


def read_incoming(entry: CardEntry, container: Container) -> IncomingCard:
    """The card of an entry; raises BadRequest naming what breaks a rule of cards.

    A whole card keeps what a server knew of it: in a request these members would be refused.
    """
    if entry.is_whole and isinstance(entry.body, dict):
        return _read_whole(entry, container)
    draft = read_card(entry.body, container)
    given = entry.body["metadata"]
    columns = {name: value for name, value in draft.columns.items() if name in given}
    return IncomingCard(entry.line, False, draft, columns, sorted_json(draft.entity))


def _read_whole(entry: CardEntry, container: Container) -> IncomingCard:
    body = {name: value for name, value in entry.body.items() if name not in ("href", "asset_id")}
    server: dict[str, Any] = {}
    if isinstance(metadata := body.get("metadata"), dict):
        server = {
            name: value
            for name, value in metadata.items()
            if name in RESERVED and value is not None
        }
        body["metadata"] = {name: value for name, value in metadata.items() if name not in RESERVED}
    items = body.get("attachments")
    if isinstance(items, list):
        body["attachments"] = [_without_reserved(item) for item in items]
    draft = read_card(body, container)
    created_at, unit = _created_at(server)
    return IncomingCard(
        line=entry.line,
        is_whole=True,
        draft=draft,
        columns=draft.columns,
        entity_json=sorted_json(draft.entity),
        asset_id=_id(server.get("asset_id", entry.body.get("asset_id")), "metadata.asset_id"),
        owner_uid=_owner(server.get("owner_id")),
        created_at=created_at,
        created_unit=unit,
        size=_size(server.get("size"), "metadata.size"),
        attribute_order=_names(server.get("asset_attributes")),
        attachments=[
            _attachment(item, columns, f"attachments[{index}].")
            for index, (item, columns) in enumerate(
                zip(items or [], draft.attachments, strict=True)
            )
        ],
    )


def _without_reserved(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {name: value for name, value in item.items() if name not in ATTACHMENT_RESERVED}


def _attachment(item: dict[str, Any], columns: dict[str, Any], at: str) -> IncomingAttachment:
    return IncomingAttachment(
        columns=columns,
        id=_id(item.get("id"), f"{at}id"),
        created_at=_moment(item.get("create_time"), f"{at}create_time"),
        completed_at=_moment(item.get("complete_time_ticks"), f"{at}complete_time_ticks"),
        size=_size(item.get("size"), f"{at}size"),
    )


def _id(value: Any, target: str) -> UUID | None:
    try:
        return None if value is None else UUID(value)
    except (ValueError, TypeError, AttributeError) as exc:
        raise BadRequest("Must be a UUID.", target=target) from exc


def _owner(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadRequest("Must be the id of a user, as text.", target="metadata.owner_id")
    return value


def _size(value: Any, target: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SIZE:
        raise BadRequest("Must be a size in bytes.", target=target)
    return value


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadRequest("Must be a list of attributes.", target="metadata.asset_attributes")
    return value


def _moment(value: Any, target: str) -> datetime | None:
    """Milliseconds since 1970 as a time."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRequest("Must be milliseconds since 1970.", target=target)
    try:
        return EPOCH + timedelta(milliseconds=value)
    except OverflowError as exc:
        raise BadRequest("No time that there is.", target=target) from exc


def _created_at(server: dict[str, Any]) -> tuple[datetime | None, timedelta]:
    """When the card was created, and how exactly that is known: ``created`` says it better."""
    if "created" in server:
        return _moment(server["created"], "metadata.created"), timedelta(milliseconds=1)
    text = server.get("created_at")
    if text is None:
        return None, timedelta(seconds=1)
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as exc:
        raise BadRequest(
            "Must be a time such as 2018-11-06T17:40:37Z.", target="metadata.created_at"
        ) from exc
    return moment.replace(microsecond=0), timedelta(seconds=1)


def is_same_moment(stored: datetime, given: datetime, unit: timedelta) -> bool:
    """Whether ``given``, exact to ``unit``, is what the card of ``stored`` shows."""
    return (stored - EPOCH) // unit == (given - EPOCH) // unit
