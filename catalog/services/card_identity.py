"""Which stored card, if any, a line of a file is about.

1. A line with an id (``metadata.asset_id``): the card of that id in the container, in the trash
   too; or the copy that an earlier import made of it, where the id itself belonged to another
   container.
2. A line with a resource key: the live card of that type and key. A line with an id does not take
   a card that another line of the same file was about: two cards may share a key, as their ids
   tell.
3. A line with neither: the live card of that type and name.

A key or name that several cards have is refused: there is no telling which is meant.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from uuid import UUID

from catalog.models import Container
from catalog.selectors.card_import import Place, live_by, places_of
from catalog.services.incoming_cards import IncomingCard
from catalog.shared.errors import BadRequest, Conflict


class SeenCards:
    """The cards that lines of this run were about, at 8 bytes of a keyed hash each."""

    def __init__(self) -> None:
        self._marks: set[int] = set()

    def __contains__(self, pk: UUID) -> bool:
        # Of bytes, hash() is keyed by this process: no file can be made so that two ids meet.
        return hash(pk.bytes) in self._marks

    def update(self, ids: Iterable[UUID]) -> None:
        self._marks.update(hash(pk.bytes) for pk in ids)


def copied_id(pk: UUID, container_id: UUID) -> UUID:
    """The id in one container of what has the id ``pk`` in another; always the same one."""
    return uuid.uuid5(container_id, str(pk))


class Identities:
    """What the database knows of a batch's ids, keys and names, and what its lines add to that."""

    def __init__(
        self, cards: Sequence[IncomingCard], container: Container, seen: SeenCards
    ) -> None:
        self._container, self._seen = container, seen
        self._touched: set[UUID] = set()
        given = {card.asset_id for card in cards if card.asset_id}
        self._places = places_of(given)
        self._places |= places_of([self._copied(pk) for pk in given if not self._is_here(pk)])
        self._by_key: dict[tuple[str, str], list[UUID]] = {}
        self._by_name: dict[tuple[str, str], list[UUID]] = {}
        loose = [card for card in cards if not (card.asset_id and self._by_id(card.asset_id))]
        keys = {card.resource_key for card in loose if card.resource_key}
        names = {
            card.draft.columns["name"] for card in loose if not (card.asset_id or card.resource_key)
        }
        self._by_key = live_by("resource_key", keys, container)
        self._by_name = live_by("name", names, container)

    def _copied(self, pk: UUID) -> UUID:
        return copied_id(pk, self._container.pk)

    def _is_here(self, pk: UUID) -> bool:
        place = self._places.get(pk)
        return place is not None and place.container_id == self._container.pk

    def _by_id(self, pk: UUID) -> UUID | None:
        return next((found for found in (pk, self._copied(pk)) if self._is_here(found)), None)

    def is_repeated(self, pk: UUID) -> bool:
        """Whether an earlier line of the run was about that card."""
        return pk in self._touched or pk in self._seen

    def find(self, card: IncomingCard) -> UUID | None:
        """The card that the line is about, stored or made by an earlier line; None if it's new."""
        found = self._by_id(card.asset_id) if card.asset_id else None
        if found is not None:
            asset_type = self._places[found].asset_type
            if asset_type != card.draft.asset_type:
                raise BadRequest(
                    f"The card is of type '{asset_type}', which can't be changed.",
                    target="metadata.asset_type",
                )
            return found
        return self._by_key_or_name(card)

    def _by_key_or_name(self, card: IncomingCard) -> UUID | None:
        if card.resource_key:
            target, value, index = "resource_key", card.resource_key, self._by_key
        elif card.asset_id:
            return None
        else:
            target, value, index = "name", card.draft.columns["name"], self._by_name
        found = index.get((card.draft.asset_type, value), [])
        if card.asset_id:
            found = [pk for pk in found if not self.is_repeated(pk)]
        if len(found) > 1:
            raise Conflict(
                f"{len(found)} cards of type '{card.draft.asset_type}' have this "
                f"{target.replace('_', ' ')}: name one by its asset_id.",
                target=f"metadata.{target}",
            )
        return found[0] if found else None

    def touch(self, pk: UUID) -> None:
        """Remember that a line was about that card."""
        self._touched.add(pk)

    def make(self, card: IncomingCard) -> UUID:
        """The id of the card that the line makes: its own if free, else the same one each time."""
        pk = self._free_id(card)
        place = Place(self._container.pk, card.draft.asset_type)
        self._places[pk] = place
        if card.resource_key:
            self._by_key.setdefault((place.asset_type, card.resource_key), []).append(pk)
        elif not card.asset_id:
            self._by_name.setdefault((place.asset_type, card.draft.columns["name"]), []).append(pk)
        self.touch(pk)
        return pk

    def _free_id(self, card: IncomingCard) -> UUID:
        if card.asset_id is None:
            return uuid.uuid4()
        for pk in (card.asset_id, self._copied(card.asset_id)):
            if pk not in self._places:
                return pk
        raise Conflict("The id belongs to a card in another catalog.", target="metadata.asset_id")
