"""What belonged to a card, from version to version."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.models import AssetEvent, AttachmentEvent, CollaboratorEvent
from catalog.selectors.cards import Card, Document


class PartsInTime:
    """Attachments and collaborators from version to version: those of the first, then changes."""

    def __init__(
        self,
        asset_id: UUID,
        *,
        begin_with: int | None,
        since: datetime | None,
        until: datetime | None,
    ) -> None:
        """``begin_with`` is the event of the first version, None to begin with the card itself;
        changes are those from ``since`` on and before ``until``.
        """
        self._attachments: dict[str, Document] = {}
        self._collaborators: dict[int, int] = {}
        if begin_with is not None:
            self._begin(begin_with)
        between = {"since": since, "until": until}
        attachments = AttachmentEvent.objects.of_card(asset_id, **between).as_attachments()
        collaborators = CollaboratorEvent.objects.of_card(asset_id, **between)
        self._attachment_changes = deque(attachments)
        self._collaborator_changes = deque(
            collaborators.values_list("pgh_created_at", "pgh_label", "user_id", "id")
        )

    def _begin(self, pgh_id: int) -> None:
        parts = AssetEvent.objects.filter(pgh_id=pgh_id).with_parts()
        users, attachments = parts.values_list("collaborator_list", "attachment_list").get()
        self._collaborators = {user_id: place for place, user_id in enumerate(users, -len(users))}
        self._attachments = {row["id"]: row for row in attachments}

    def completed(self, card: Card, *, until: datetime) -> Card:
        """The card with its parts as they were until then; asked for from old to new."""
        for label, row in _taken(self._attachment_changes, until):
            if label == "delete":
                self._attachments.pop(row["id"], None)
            else:
                self._attachments[row["id"]] = row
        for label, user_id, pk in _taken(self._collaborator_changes, until):
            if label == "delete":
                self._collaborators.pop(user_id, None)
            else:
                self._collaborators[user_id] = pk
        rows = sorted(
            self._attachments.values(),
            key=lambda row: (datetime.fromisoformat(row["created_at"]), row["id"]),
        )
        users = sorted(self._collaborators, key=lambda user_id: self._collaborators[user_id])
        return card._replace(attachment_list=rows, collaborator_list=users)


def _taken(changes: deque[Any], until: datetime) -> Iterator[Any]:
    """Take the changes before ``until`` from the front."""
    while changes and changes[0][0] < until:
        yield changes.popleft()[1:]
