"""Copies of cards in other containers: cloned, published, promoted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from catalog.models import Asset, Container, User
from catalog.selectors.attachments import CONNECTION
from catalog.services.card_rules import SETTABLE, read_columns
from catalog.services.containers import container_for, hold_container
from catalog.services.copy_needs import connected, copy_types, draft_of, source_asset_of
from catalog.services.duplicates import (
    Arrival,
    arrival_word,
    create_card,
    held_duplicate,
    hold_words,
    settle,
)
from catalog.shared.errors import BadRequest


@transaction.atomic
def copy_card(
    *,
    actor: User,
    source: Asset,
    target: Container,
    action: str,
    duplicate_action: str = "IGNORE",
    mode: int | None = None,
    metadata: dict[str, Any] | None = None,
) -> tuple[Asset, bool]:
    """Copy a card that ``actor`` reads into a container where ``actor`` is an editor; the card,
    ready to be shown, and whether it is new.

    ``action`` is clone, publish or promote. ``metadata`` has what the copy says otherwise, ``mode``
    its rules of visibility, else those of the source. The copy belongs to the actor and is shared
    with nobody. Types and connections that it needs go along. Raises BadRequest naming what can't
    be copied, Conflict for a duplicate under REJECT.
    """
    draft = draft_of(source)
    columns = draft.columns | _overrides(metadata or {})
    draft = replace(draft, columns=columns, rov_mode=draft.rov_mode if mode is None else mode)
    arrival = Arrival(
        actor=actor,
        container=target,
        draft=draft,
        given=frozenset(name for name in SETTABLE if columns[name] is not None),
        # What only few see is shown to more only by whoever says so.
        rov_at=None if mode is None and draft.rov_mode != Asset.RovMode.PRIVATE else "mode",
        source=source,
        source_asset=source_asset_of(source, action=action, name=columns["name"]),
    )
    hold_container(target)
    connections = {item["connection_id"] for item in draft.attachments}
    words = [arrival_word(target, CONNECTION, f"source {pk}") for pk in connections]
    hold_words([*words, *(arrival.words if duplicate_action != "IGNORE" else ())])
    duplicate = held_duplicate(arrival, duplicate_action)
    copy_types(source=source.container, target=target, names=draft.attribute_names)
    attachments = connected(
        draft.attachments, actor=actor, source=source.container, target=target, action=action
    )
    arrival = replace(arrival, draft=replace(draft, attachments=attachments))
    return settle(arrival, duplicate, duplicate_action)


def _overrides(metadata: dict[str, Any]) -> dict[str, Any]:
    """The columns that the copy has otherwise. A null counts as not given."""
    given = {name: value for name, value in metadata.items() if value is not None}
    for name in given:
        if name not in SETTABLE:
            raise BadRequest(
                f"A copy may have another {', '.join(SETTABLE)}.", target=f"metadata.{name[:100]}"
            )
    return read_columns(given, tuple(given))


@transaction.atomic
def publish_card(
    *,
    actor: User,
    catalog_id: UUID,
    project_id: UUID,
    source_url: str,
    body: dict[str, Any],
    duplicate_action: str = "IGNORE",
) -> tuple[Asset, bool]:
    """Create a card in a catalog about something in a project that the project has no card of; the
    card, and whether it is new.

    Without an entity, the primary attribute is empty. Raises NotFound for a catalog or a project
    that the actor does not see, NotAuthorized where the actor may not create cards.
    """
    catalog = container_for(user=actor, container_id=catalog_id, kind="catalog", role="editor")
    project = container_for(user=actor, container_id=project_id, kind="project")
    source_asset = {
        "action": "publish",
        "project_id": str(project.pk),
        "bss_account_id": project.account_id,
    }
    if source_url:
        source_asset["source_url"] = source_url
    asset_type = body["metadata"].get("asset_type")
    if body.get("entity") in (None, {}) and isinstance(asset_type, str):
        body = body | {"entity": {asset_type: {}}}
    return create_card(
        actor=actor,
        container=catalog,
        body=body,
        duplicate_action=duplicate_action,
        source_asset=source_asset,
    )
