"""``export_cards``: what is written, for whom, and that an import reads it back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from catalog.models import Asset, Attachment, Container, User
from catalog.selectors import card_export
from catalog.services.assets import create_asset
from catalog.services.containers import delete_container
from catalog.tests.commands.runs import card, run, write_lines
from catalog.tests.factories import CatalogFactory, UserFactory

# An export reads one snapshot in a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def exported(*arguments: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("export_cards", "--catalog", *arguments, stdout=out, stderr=io.StringIO())
    # Not splitlines(): a text may hold other line ends than this one.
    return [json.loads(line) for line in out.getvalue().split("\n")[:-1]]


@pytest.fixture
def furnished(catalog: Container, owner: User) -> Container:
    """A catalog with one of everything that a card may have, made by the API's services."""
    reader = UserFactory.create(username="reader")
    rov = {"mode": 8, "collaborator_ids": {reader.uid: {"user_iam_id": reader.uid}}}
    several = card("Zażółć 📚", None, rov=rov, tags=["b", "a"], source_system={"x": [1.5, None]})
    several["entity"] = {"data_asset": {"n": [1e23, 10**30, "\u2028"]}, "asset_terms": {}, "Z": {}}
    del several["entity"]["Z"]
    create_asset(actor=owner, container=catalog, body=several)
    create_asset(actor=owner, container=catalog, body=card("Twin", "same"))
    create_asset(actor=owner, container=catalog, body=card("Twin", "same"))
    create_asset(actor=owner, container=catalog, body=card("Twin"))
    create_asset(actor=owner, container=catalog, body=card("Twin"))
    body = card("Warehouse", asset_type="connection") | {"entity": {"connection": {}}}
    connection = create_asset(actor=owner, container=catalog, body=body)
    items = [
        {
            "asset_type": kind,
            "connection_id": str(connection.pk),
            "connection_path": f"/{kind}",
            "mime": "a/b",
        }
        for kind in ("data_profile", "data_asset", "data_asset")
    ]
    create_asset(actor=owner, container=catalog, body=card("Attached") | {"attachments": items})
    return catalog


def test_writes_cards_as_the_api_gives_them_without_what_is_the_catalogs(
    furnished: Container,
) -> None:
    lines = exported("Library")
    attached = lines[-1]
    assert set(attached) == {"metadata", "entity", "attachments"}
    assert not attached["metadata"].keys() & {"catalog_id", "usage"}
    assert attached["metadata"]["asset_attributes"] == ["data_asset", "data_profile"]
    assert attached["metadata"]["asset_id"] == str(Asset.objects.get(name="Attached").pk)
    assert "usage" not in attached["attachments"][0]
    assert [line["metadata"]["asset_type"] for line in lines] == ["connection"] + ["data_asset"] * 6


def test_import_into_the_same_catalog_reports_no_change(
    furnished: Container, tmp_path: Path
) -> None:
    file = tmp_path / "export.jsonl"
    result = run("export_cards", "--catalog", "Library", file)
    assert result.out.startswith("exported 7 in ")
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 7, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["export.jsonl"]


def test_import_where_the_ids_are_free_and_export_again_gives_the_same_lines(
    furnished: Container, owner: User, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    run("export_cards", "--catalog", "Library", first)
    delete_container(container=furnished)  # as in another installation
    CatalogFactory.create(name="Library", creator=owner)
    assert run("import_cards", first, "--catalog", "Library").counts == (7, 0, 0, 0)
    run("export_cards", "--catalog", "Library", second)
    assert second.read_bytes() == first.read_bytes()
    assert run("import_cards", second, "--catalog", "Library").counts == (0, 0, 7, 0)


def test_import_into_another_catalog_differs_in_ids_alone(
    furnished: Container, tmp_path: Path
) -> None:
    first = tmp_path / "first.jsonl"
    run("export_cards", "--catalog", "Library", first)
    CatalogFactory.create(name="Copy")
    assert run("import_cards", first, "--catalog", "Copy").counts == (7, 0, 0, 0)
    assert run("import_cards", first, "--catalog", "Copy").counts == (0, 0, 7, 0)
    ids = {str(asset.pk): asset.name for asset in Asset.objects.all()}
    names = [json.dumps(_without_ids(line, ids), sort_keys=True) for line in exported("Library")]
    copies = [json.dumps(_without_ids(line, ids), sort_keys=True) for line in exported("Copy")]
    assert sorted(copies) == sorted(names)
    assert Attachment.objects.count() == 6


def _without_ids(line: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """The line with names for ids of cards, and no ids of attachments."""
    line["metadata"]["asset_id"] = ids[line["metadata"]["asset_id"]]
    for item in line.get("attachments", ()):
        item["connection_id"] = ids[item["connection_id"]]
        del item["id"]
    return line


def test_keeps_an_attachment_whose_connection_is_gone(furnished: Container, tmp_path: Path) -> None:
    Asset.objects.filter(name="Warehouse").delete()
    file = tmp_path / "export.jsonl"
    run("export_cards", "--catalog", "Library", file)
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 6, 0)


def test_orders_cards_by_age_across_chunks(
    catalog: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_export, "CHUNK", 2)
    cards = [
        card(f"Card {n}", asset_id=str(uuid4()), created=1_600_000_000_000 - n) for n in range(5)
    ]
    run("import_cards", write_lines(tmp_path / "in.jsonl", *cards), "--catalog", "Library")
    names = [line["metadata"]["name"] for line in exported("Library")]
    assert names == ["Card 4", "Card 3", "Card 2", "Card 1", "Card 0"]


def test_leaves_out_the_trash_other_types_and_what_a_user_does_not_see(
    furnished: Container, owner: User
) -> None:
    Asset.objects.filter(name="Twin").update(deleted_at="2026-01-01T00:00:00Z")
    names = [line["metadata"]["name"] for line in exported("Library")]
    assert names == ["Warehouse", "Zażółć 📚", "Attached"]
    assert [line["metadata"]["name"] for line in exported("Library", "--type", "connection")] == [
        "Warehouse"
    ]
    member = UserFactory.create(username="member")
    furnished.memberships.create(user=member, role="viewer")
    seen = [line["metadata"]["name"] for line in exported("Library", "--as", "member")]
    assert seen == ["Warehouse", "Attached"]
    UserFactory.create(username="stranger")
    assert exported("Library", "--as", "stranger") == []


def test_an_export_that_fails_leaves_the_old_file(
    furnished: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text("old")

    def fail(_: Asset) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(card_export, "exported_document", fail)
    result = run("export_cards", "--catalog", "Library", file)
    assert str(result.error) == f"{file}: No space left on device"
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["export.jsonl"]


def test_refuses_an_unknown_catalog_and_an_unknown_user(catalog: Container) -> None:
    assert str(run("export_cards", "--catalog", "No").error) == "There is no catalog 'No'."
    result = run("export_cards", "--catalog", "Library", "--as", "nobody")
    assert str(result.error) == "There is no user 'nobody'."
    result = run("export_cards", "--catalog", "Library", "--type", "book")
    assert str(result.error) == "There is no asset type 'book' in the catalog 'Library'."


def test_writes_an_empty_catalog_as_an_empty_file(catalog: Container, tmp_path: Path) -> None:
    assert run("export_cards", "--catalog", "Library", tmp_path / "e.jsonl").error is None
    assert (tmp_path / "e.jsonl").read_bytes() == b""
