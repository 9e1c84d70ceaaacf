"""Reading the past costs the same whatever the length of a card's history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from psycopg import Cursor

from catalog.models import Asset, AssetEvent, AttachmentEvent, CollaboratorEvent
from catalog.selectors import history
from catalog.selectors.history import Point, visible_past
from catalog.shared.errors import Target
from catalog.tests.factories import CardFactory, UserFactory

pytestmark = pytest.mark.django_db
OWN = {"pgh_id", "pgh_created_at"}


def repeat(model: Any, count: int, **changed: str) -> None:
    """Copy each of the table's changes ``count`` times, a second later each time."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if field.column not in OWN]
    values = [changed.get(name, f"event.{name}") for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (pgh_created_at, {', '.join(columns)}) "  # noqa: S608
            f"SELECT event.pgh_created_at + make_interval(secs => n), {', '.join(values)} "
            f"FROM {table} event, generate_series(1, {count}) n"
        )


def scans(node: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """The tables of history that a plan read, with how many rows of each."""
    if str(node.get("Relation Name", "")).endswith("event"):
        removed = node.get("Rows Removed by Filter", 0) + node.get("Heap Fetches", 0)
        yield node["Relation Name"], (node["Actual Rows"] + removed) * node["Actual Loops"]
    for inner in node.get("Plans", ()):
        yield from scans(inner)


@pytest.fixture
def card() -> Asset:
    """A card with three attachments and two collaborators."""
    made: Asset = CardFactory.create()
    for number in range(3):
        made.attachments.create(
            asset_type="data_asset",
            connection_id=made.pk,
            connection_path=f"/{number}",
            creator=made.owner,
            last_accessor=made.owner,
        )
    made.collaborators.set([UserFactory.create(), UserFactory.create()])
    return made


def test_no_read_of_the_past_grows_with_the_versions_of_the_card(card: Asset) -> None:
    repeat(AssetEvent, 1000, version="event.version + n")
    repeat(AttachmentEvent, 1000, pgh_label="'update'")
    repeat(CollaboratorEvent, 1000)
    other = "md5((event.pgh_id * 100 + n)::text)::uuid"
    repeat(AssetEvent, 20, pgh_obj_id=other, id=other)
    with connection.cursor() as cursor:
        for table in ("assetevent", "attachmentevent", "collaboratorevent"):
            cursor.execute(f"ANALYZE catalog_{table}")
    where: dict[str, Any] = {
        "kind": "catalog",
        "container_id": card.container_id,
        "asset_id": card.pk,
    }
    middle: datetime = AssetEvent.objects.get(pgh_obj_id=card.pk, version=500).pgh_created_at
    past = visible_past(user=card.owner, point=Point(moment=middle), target=Target("x"), **where)
    assert past.card.version == 500
    assert len(past.card.attachment_list) == 3
    assert len(past.card.collaborator_list) == 2
    compiled = history._READS[False]._compiled
    assert compiled
    values = where | {"user_id": card.owner_id, "moment": middle}
    parameters = [
        constant if name is None else values[name] for name, constant in compiled.parameters
    ]
    with Cursor(connection.connection) as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled.sql}", parameters)
        found = cursor.fetchone()
    assert found
    plan = json.loads(found[0]) if isinstance(found[0], str) else found[0]
    read = list(scans(plan[0]["Plan"]))
    assert {table for table, _ in read} == {
        "catalog_assetevent",
        "catalog_attachmentevent",
        "catalog_collaboratorevent",
    }
    assert sum(rows for _, rows in read) < 60, read
