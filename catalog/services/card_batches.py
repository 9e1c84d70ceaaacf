"""The lines of one transaction of an import: looked up together, then stored together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from catalog.card_files.entries import RefusedEntry
from catalog.models import Asset, AssetType, Container, User
from catalog.selectors.attachments import CONNECTION, connections_named
from catalog.selectors.card_import import (
    existing_users,
    stored_cards,
    take_turn,
    taken_attachments,
)
from catalog.services.assets import new_asset, require_types
from catalog.services.card_differences import (
    change,
    free_attachment_ids,
    is_same_line,
    new_attachment,
)
from catalog.services.card_identity import Identities, SeenCards, copied_id
from catalog.services.card_writes import CardWrite, write_cards
from catalog.services.containers import hold_container
from catalog.services.incoming_cards import IncomingAttachment, IncomingCard
from catalog.services.members import is_uid
from catalog.shared.errors import ApiError, BadRequest, Conflict

MAX_REMEMBERED_USERS = 10_000


@dataclass
class Outcome:
    """What became of the lines of a batch."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[RefusedEntry] = field(default_factory=list)

    @property
    def cards(self) -> int:
        """How many lines there were."""
        return self.created + self.changed + self.unchanged + self.refused

    def refuse(self, *entries: RefusedEntry) -> None:
        """Add refused lines."""
        self.refused += len(entries)
        self.refusals += entries

    def count(self, other: Outcome) -> None:
        """Add the numbers of another batch, not the refusals themselves: there may be a million."""
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused += other.refused


class KnownUsers:
    """Which uids are those of users, looked up once for all lines of a batch and remembered."""

    def __init__(self) -> None:
        self._ids: dict[str, int | None] = {}

    def look_up(self, uids: Iterable[str]) -> None:
        if len(self._ids) > MAX_REMEMBERED_USERS:
            self._ids.clear()
        ids = {uid: int(uid) if is_uid(uid) else None for uid in uids if uid not in self._ids}
        if asked := {pk for pk in ids.values() if pk is not None}:
            existing = existing_users(asked)
            ids = {uid: pk if pk in existing else None for uid, pk in ids.items()}
        self._ids |= ids

    def id_of(self, uid: str | None) -> int | None:
        """The user's id; None for nobody. Only for uids that were looked up."""
        return self._ids[uid] if uid else None


def refusal(line: int, exc: ApiError) -> RefusedEntry:
    """A refused line from the error that says why."""
    return RefusedEntry(line, exc.message, exc.target.name if exc.target else None)


class Batch:
    """Lines in the present transaction, which also holds the container and the types they use."""

    def __init__(
        self,
        cards: Sequence[IncomingCard],
        *,
        container: Container,
        owner: User,
        seen: SeenCards,
        users: KnownUsers,
    ) -> None:
        self._cards, self._container, self._owner = cards, container, owner
        self._seen, self._users = seen, users
        take_turn(container)
        hold_container(container)
        names = {name for card in cards for name in card.attribute_names}
        self._types: dict[str, AssetType] = AssetType.objects.held(container.pk, names)
        users.look_up({card.owner_uid for card in cards if card.owner_uid})
        users.look_up({uid for card in cards for uid in card.draft.collaborators})
        self._connections = self._known_connections()
        self._identities = Identities(cards, container, seen)
        self._lines: dict[UUID, IncomingCard] = {}
        self._outcome = Outcome()

    @property
    def touched(self) -> set[UUID]:
        """The cards that lines were about, stored before or now."""
        return set(self._lines)

    def store(self) -> Outcome:
        """Store what can be stored, and tell what became of each line."""
        writes: list[CardWrite] = []
        found: list[tuple[UUID, IncomingCard]] = []
        for card in self._cards:
            try:
                pk = self._find(card)
                if pk is None:
                    writes.append(self._new(card))
                elif pk in self._lines:
                    self._repeat(card, self._lines[pk])
                else:
                    found.append((pk, card))
                    self._lines[pk] = card
            except ApiError as exc:
                self._outcome.refuse(refusal(card.line, exc))
        self._outcome.created = len(writes)
        changes = self._changes(found)
        self._outcome.changed = len(changes)
        writes += changes
        self._free_attachment_ids(writes)
        write_cards(writes, actor=self._owner)
        return self._outcome

    def _find(self, card: IncomingCard) -> UUID | None:
        """The card that the line is about, when the line keeps the rules that need the database."""
        require_types(self._types, card.attribute_names, self._container)
        for uid in card.draft.collaborators:
            if self._users.id_of(uid) is None:
                target = f"metadata.rov.collaborator_ids.{uid[:100]}"
                raise BadRequest(f"There is no user {uid[:100]}.", target=target)
        pk = self._identities.find(card)
        if pk is not None:
            self._identities.touch(pk)
        return pk

    def _new(self, card: IncomingCard) -> CardWrite:
        draft = card.draft
        connections = [self._connection(item, place) for place, item in enumerate(card.attachments)]
        pk = self._identities.make(card)
        self._lines[pk] = card
        asset = new_asset(
            draft,
            container=self._container,
            asset_type=self._types[draft.asset_type],
            owner=self._owner,
        )
        asset.pk, asset.asset_attributes = pk, card.attribute_names
        asset.owner_id = self._users.id_of(card.owner_uid) or self._owner.pk
        asset.created_at = card.created_at or asset.created_at
        asset.size = card.size or 0
        if draft.asset_type == CONNECTION:
            self._connections.add(pk)
        return CardWrite(
            asset,
            card.entity_json,
            is_new=True,
            collaborators=self._collaborators(card) or None,
            new_attachments=[
                new_attachment(asset, item, connections[place], place=place, actor=self._owner)
                for place, item in enumerate(card.attachments)
            ],
        )

    def _repeat(self, card: IncomingCard, earlier: IncomingCard) -> None:
        if not is_same_line(card, earlier):
            raise _repeated(card)
        self._outcome.unchanged += 1

    def _changes(self, found: Sequence[tuple[UUID, IncomingCard]]) -> list[CardWrite]:
        """What these lines change of stored cards, whose rows are locked then.

        Most lines of a second run change nothing, so the first look locks nothing.
        """
        differing = [(write.asset.pk, card) for write, card in self._differing(found, locked=False)]
        return [write for write, _ in self._differing(differing, locked=True)]

    def _differing(
        self, found: Sequence[tuple[UUID, IncomingCard]], *, locked: bool
    ) -> Iterator[tuple[CardWrite, IncomingCard]]:
        lines = dict(found)
        for asset in stored_cards(lines.keys(), locked=locked):
            card = lines.pop(asset.pk)
            try:
                write = self._compare(asset, card)
                if write is not None and asset.pk in self._seen:
                    raise _repeated(card)
            except ApiError as exc:
                self._outcome.refuse(refusal(card.line, exc))
            else:
                if write is None:
                    self._outcome.unchanged += 1
                else:
                    yield write, card
        for card in lines.values():
            gone = "The card was deleted while it was imported: import it again."
            self._outcome.refuse(RefusedEntry(card.line, gone))

    def _compare(self, asset: Asset, card: IncomingCard) -> CardWrite | None:
        return change(
            asset,
            card,
            owner_id=self._users.id_of(card.owner_uid),
            collaborators=self._collaborators(card),
            connection_of=self._connection,
            actor=self._owner,
        )

    def _collaborators(self, card: IncomingCard) -> list[int]:
        ids = (self._users.id_of(uid) for uid in card.draft.collaborators)
        return [pk for pk in ids if pk is not None]

    def _known_connections(self) -> set[UUID]:
        ids = {item.columns["connection_id"] for card in self._cards for item in card.attachments}
        if not ids:
            return set()
        ids |= {copied_id(pk, self._container.pk) for pk in ids}
        return set(connections_named(ids, self._container, self._owner))

    def _connection(self, item: IncomingAttachment, place: int) -> UUID:
        """The connection that the attachment names, or this container's copy; or BadRequest."""
        wanted: UUID = item.columns["connection_id"]
        for pk in (wanted, copied_id(wanted, self._container.pk)):
            if pk in self._connections:
                return pk
        raise BadRequest(
            f"There is no connection {wanted} in this {self._container.kind}.",
            target=f"attachments[{place}].connection_id",
        )

    def _free_attachment_ids(self, writes: Sequence[CardWrite]) -> None:
        rows = [row for write in writes for row in write.new_attachments]
        if rows:
            ids = [row.pk for row in rows]
            taken = taken_attachments([*ids, *(copied_id(pk, self._container.pk) for pk in ids)])
            free_attachment_ids(rows, taken, self._container.pk)


def _repeated(card: IncomingCard) -> Conflict:
    if card.asset_id:
        what, target = f"id {card.asset_id}", "metadata.asset_id"
    elif card.resource_key:
        what, target = f"resource key '{card.resource_key[:100]}'", "metadata.resource_key"
    else:
        what, target = f"name '{card.draft.columns['name'][:100]}'", "metadata.name"
    return Conflict(
        f"An earlier line was about the card of this {what}, and said something else.",
        target=target,
    )
