"""What becomes of a new card when a card is there that it is a duplicate of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from catalog.models import Asset, Container, User
from catalog.selectors.duplicates import Rule, duplicates, rules_for
from catalog.services.assets import held_card, insert_card
from catalog.services.card_rules import SETTABLE, CardDraft, read_card
from catalog.services.containers import hold_container
from catalog.services.duplicate_changes import join_card
from catalog.shared.errors import BadRequest, Conflict, NotFound, Target

#: A second card; a refusal; the card that is there takes what is said of the new one; it becomes
#: what the new one is.
ACTIONS = ("IGNORE", "REJECT", "UPDATE", "REPLACE")


@dataclass(frozen=True)
class Arrival:
    """A card on its way into a container that the transaction holds.

    ``given`` are the members of its metadata that somebody said; the others have defaults.
    ``rov_at`` names the member that says its rules of visibility, None when nothing does. A copy
    has the ``source`` that it is a copy of; ``source_asset`` is what it will say about that.
    """

    actor: User
    container: Container
    draft: CardDraft
    given: frozenset[str]
    rov_at: str | None = None
    source: Asset | None = None
    source_asset: dict[str, Any] | None = None

    @property
    def rules(self) -> list[Rule]:
        return rules_for(self.draft.columns, self.source)

    @property
    def words(self) -> list[str]:
        """What no other card may arrive by meanwhile."""
        columns, asset_type = self.draft.columns, self.draft.asset_type
        words = [f"name {columns['name']}"]
        if columns["resource_key"]:
            words.append(f"key {columns['resource_key']}")
        if self.source is not None:
            words.append(f"source {self.source.pk}")
        return [arrival_word(self.container, asset_type, word) for word in words]


def arrival_word(container: Container, asset_type: str, word: str) -> str:
    """What stands for one way of being a duplicate in a container."""
    return f"{container.pk} {asset_type} {word}"


def hold_words(words: Iterable[str]) -> None:
    """Keep everybody else who holds one of these waiting until the transaction ends.

    All that a transaction needs is held at once and in one order, so that nobody waits in a circle.
    """
    keys = {hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words}
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key",
                [sorted(int.from_bytes(key, signed=True) for key in keys)],
            )


@transaction.atomic
def create_card(
    *,
    actor: User,
    container: Container,
    body: Any,
    duplicate_action: str = "IGNORE",
    source_asset: dict[str, Any] | None = None,
) -> tuple[Asset, bool]:
    """Create a card, or do what ``duplicate_action`` says with the one that is there; the card,
    ready to be shown, and whether it is new.

    Raises Conflict for a duplicate under REJECT, BadRequest for a card that breaks a rule.
    """
    draft = read_card(body, container)
    metadata = {name: value for name, value in body["metadata"].items() if value is not None}
    arrival = Arrival(
        actor=actor,
        container=container,
        draft=draft,
        given=frozenset(metadata.keys() & {*SETTABLE}),
        rov_at="metadata.rov" if "rov" in metadata else None,
        source_asset=source_asset,
    )
    hold_container(container)
    if duplicate_action != "IGNORE":
        hold_words(arrival.words)
    return settle(arrival, held_duplicate(arrival, duplicate_action), duplicate_action)


def held_duplicate(arrival: Arrival, duplicate_action: str) -> Asset | None:
    """The card that the arrival is a duplicate of, to be changed by it; None when there is none, or
    when it does not matter. Needs ``hold_words``.

    What the actor does not see is not there. Raises Conflict under REJECT.
    """
    if duplicate_action == "IGNORE":
        return None
    while (found := _newest(arrival)) is not None:
        rule, asset = found
        if duplicate_action == "REJECT":
            raise Conflict(
                f"The {arrival.container.kind} has a {arrival.draft.asset_type} {rule.words}: "
                f"{asset.pk}.",
                target=rule.member,
            )
        if arrival.source is not None and asset.pk == arrival.source.pk:
            raise BadRequest(
                "The card would be copied onto itself.",
                target=Target("duplicate_action", "parameter"),
            )
        # Somebody may have deleted or renamed it just now: then another may be the one.
        with suppress(NotFound):
            held = held_card(
                actor=arrival.actor,
                kind=arrival.container.kind,
                container_id=arrival.container.pk,
                asset_id=asset.pk,
            )
            if _found_by(rule, arrival).filter(pk=asset.pk).exists():
                return held
    return None


def _found_by(rule: Rule, arrival: Arrival) -> Any:
    return duplicates(
        rule,
        user=arrival.actor,
        container=arrival.container,
        asset_type=arrival.draft.asset_type,
    )


def _newest(arrival: Arrival) -> tuple[Rule, Asset] | None:
    for rule in arrival.rules:  # three at most
        asset = _found_by(rule, arrival).only("pk").first()
        if asset is not None:
            return rule, asset
    return None


def settle(arrival: Arrival, duplicate: Asset | None, duplicate_action: str) -> tuple[Asset, bool]:
    """Save the arrival as a card of its own, or into the held duplicate; the card, and whether it
    is new.
    """
    if duplicate is None:
        asset = insert_card(
            actor=arrival.actor,
            container=arrival.container,
            draft=arrival.draft,
            source_asset=arrival.source_asset,
        )
        return asset, True
    join_card(
        actor=arrival.actor,
        asset=duplicate,
        draft=arrival.draft,
        given=None if duplicate_action == "REPLACE" else arrival.given,
        rov_at=arrival.rov_at,
        source_asset=arrival.source_asset,
    )
    return duplicate, False
