"""What migrations do with the rows that an installation already has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrated(*targets: tuple[str, str]) -> Any:
    """The models as they are once the database is at these migrations."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


@pytest.fixture
def newest(transactional_db: None) -> Iterator[None]:
    """Leave the database as new as it was."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    MigrationExecutor(connection).migrate(leaves)


@pytest.mark.usefixtures("newest")
def test_history_begins_with_the_rows_that_are_there() -> None:
    before = migrated(("catalog", "0006_keep_answers"))
    user = before.get_model("catalog", "User").objects.create(username="rosa")
    container = before.get_model("catalog", "Container").objects.create(
        kind="catalog", name="Library", account_id="999", creator=user
    )
    kind, _ = before.get_model("catalog", "AssetType").objects.get_or_create(
        name="data_asset", container=None
    )
    card = before.get_model("catalog", "Asset").objects.create(
        container=container,
        asset_type=kind,
        name="Old",
        entity={"data_asset": {"a": 1}},
        asset_attributes=["data_asset"],
        owner=user,
        last_updater=user,
    )
    shared = before.get_model("catalog", "Collaborator").objects.create(asset=card, user=user)
    after = migrated(("catalog", "0007_begin_history"))
    event = after.get_model("catalog", "AssetEvent").objects.get()
    assert (event.pgh_obj_id, event.pgh_label, event.name) == (card.pk, "insert", "Old")
    assert (event.entity, event.version, event.pgh_context_id) == (
        {"data_asset": {"a": 1}},
        1,
        None,
    )
    assert event.pgh_created_at == card.updated_at
    assert after.get_model("catalog", "ContainerEvent").objects.get().pgh_obj_id == container.pk
    collaborator = after.get_model("catalog", "CollaboratorEvent").objects.get()
    assert (collaborator.pgh_obj_id, collaborator.user_id) == (shared.pk, user.pk)
    assert collaborator.pgh_created_at == card.created_at
