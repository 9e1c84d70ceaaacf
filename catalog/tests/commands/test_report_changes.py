"""``report_changes``: what is told of each change, which are told, and in what order."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Asset, AssetEvent, Container, User
from catalog.selectors import change_report
from catalog.services.assets import create_asset, delete_asset, held_card, patch_asset
from catalog.services.attachments import add_attachment, remove_attachment
from catalog.services.card_rights import share_card
from catalog.services.containers import delete_container, update_container
from catalog.services.trash import restore_asset
from catalog.services.users import delete_user
from catalog.shared.history import changes_by
from catalog.tests.commands.runs import Run, card, run
from catalog.tests.factories import CatalogFactory, MembershipFactory, UserFactory

# A report reads one snapshot in a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def reported(*arguments: Any) -> list[dict[str, str]]:
    done = run("report_changes", *arguments)
    assert done.error is None, done.error
    return read(done.out)


def told(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def held(asset: Asset, actor: User, **more: Any) -> Asset:
    where: dict[str, Any] = {"kind": "catalog", "container_id": asset.container_id}
    return held_card(actor=actor, asset_id=asset.pk, **where, **more)


@transaction.atomic
def rename(asset: Asset, actor: User, name: str) -> None:
    operations = [{"op": "replace", "path": "/metadata/name", "value": name}]
    patch_asset(actor=actor, asset=held(asset, actor), operations=operations)


@pytest.fixture
def busy(catalog: Container, owner: User) -> Asset:
    """A card that lived through everything, and was purged."""
    with transaction.atomic(), changes_by(user_id=owner.pk, route="manage.py a_test"):
        body = card("Warehouse", asset_type="connection") | {"entity": {"connection": {}}}
        connection_card = create_asset(actor=owner, container=catalog, body=body)
        asset = create_asset(actor=owner, container=catalog, body=card("Sales"))
        rename(asset, owner, "Sales 2026")
        item = {
            "asset_type": "data_asset",
            "connection_id": str(connection_card.pk),
            "connection_path": "/secret",
        }
        attachment = add_attachment(actor=owner, asset=held(asset, owner), body=item)
        share_card(actor=owner, asset=held(asset, owner), uids=[owner.uid])
        remove_attachment(actor=owner, asset=held(asset, owner), attachment=attachment)
        delete_asset(actor=owner, asset=held(asset, owner))
        restore_asset(actor=owner, asset=held(asset, owner, trashed=True))
        delete_asset(actor=owner, asset=held(asset, owner), purge=True)
    return asset


def test_each_change_is_told_in_time_order_and_no_value(
    busy: Asset, catalog: Container, owner: User
) -> None:
    rows = reported()
    place, name = str(catalog.pk), "Sales 2026"
    assert told(rows, "kind", "action", "name", "columns", "user", "route") == [
        ("container", "created", "Library", "", "", ""),
        ("member", "created", "", "", "", ""),
        *(
            (kind, action, title, columns, "ada", "manage.py a_test")
            for kind, action, title, columns in [
                ("asset", "created", "Warehouse", ""),
                ("asset", "created", "Sales", ""),
                ("asset", "changed", name, "name"),
                ("asset", "changed", name, ""),
                ("attachment", "created", name, ""),
                ("asset", "changed", name, ""),
                ("collaborator", "created", name, ""),
                ("asset", "changed", name, ""),
                ("attachment", "deleted", name, ""),
                ("asset", "deleted", name, "deleted_at"),
                ("asset", "restored", name, "deleted_at"),
                ("collaborator", "deleted", name, ""),
                ("asset", "purged", name, ""),
            ]
        ),
    ]
    assert {row["container"] for row in rows} == {place}
    times = [row["time"] for row in rows]
    assert times == sorted(times)
    assert {row["id"] for row in rows if row["kind"] == "asset"} >= {str(busy.pk)}
    assert {row["id"] for row in rows if row["kind"] in ("collaborator", "member")} == {owner.uid}
    assert "/secret" not in run("report_changes").out


def test_what_was_deleted_is_still_reported_and_found_by_name_or_id(
    busy: Asset, catalog: Container, owner: User
) -> None:
    before, pk = reported("--catalog", "Library"), str(catalog.pk)
    CatalogFactory.create(name="Other", creator=owner)
    assert before == reported()[: len(before)]
    delete_container(container=Container.objects.get(pk=pk))
    rows = reported("--catalog", "Library")
    assert rows == reported("--catalog", pk)
    assert rows[: len(before)] == before
    assert ("container", "deleted") in told(rows, "kind", "action")
    CatalogFactory.create(name="Library", creator=owner)
    assert len(reported("--catalog", "Library")) == 2  # the one that there is
    assert reported("--catalog", pk) == rows


def test_a_change_of_a_container_and_of_a_role_names_the_columns(
    catalog: Container, owner: User
) -> None:
    ida = UserFactory.create(username="ida")
    membership = MembershipFactory.create(container=catalog, user=ida, role="viewer")
    membership.role = "editor"
    membership.save()
    update_container(container=catalog, changes={"description": "new", "tags": ["a"]})
    rows = reported()[-2:]
    assert told(rows, "kind", "id", "action", "columns") == [
        ("member", ida.uid, "changed", "role"),
        ("container", str(catalog.pk), "changed", "description tags"),
    ]


def test_only_changes_of_a_user_or_of_a_span_of_time(catalog: Container, owner: User) -> None:
    ida = UserFactory.create(username="Ida")
    MembershipFactory.create(container=catalog, user=ida, role="editor")
    for user, name in ((owner, "by ada"), (ida, "by ida")):
        with changes_by(user_id=user.pk, route="manage.py a_test"):
            create_asset(actor=user, container=catalog, body=card(name))
    assert told(reported("--user", "IDA"), "user", "name") == [("Ida", "by ida")]
    delete_user(actor=owner, user=ida)
    gone = f"Ida#deleted-{ida.pk}"
    assert told(reported("--user", gone), "user", "name") == [(gone, "by ida")]
    times = [row["time"] for row in reported()]
    assert [row["time"] for row in reported("--from", times[2])] == times[2:]
    assert [row["time"] for row in reported("--to", times[2])] == times[:2]
    today = timezone.now().date()
    assert len(reported("--from", today, "--to", today)) == len(times)
    assert reported("--to", today - timedelta(days=1)) == []
    assert reported("--from", today + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--user", "nobody"], "no user 'nobody'"),
        (["--catalog", "Nowhere"], "no catalog 'Nowhere'"),
        (["--catalog", "00000000-0000-4000-8000-000000000000"], "no catalog"),
        (["--project", "Library"], "no project 'Library'"),
        (["--from", "yesterday"], "--from: Must be a time"),
        (["--to", "2026-13-01"], "--to: Must be a time"),
        (["--catalog", "Library", "--project", "x"], "not allowed with"),
        (["--output", "/no/such/directory/report.csv"], "No such file or directory"),
    ],
)
def test_what_there_is_not_ends_the_command(
    catalog: Container, arguments: list[str], words: str
) -> None:
    done = run("report_changes", *arguments)
    assert words in str(done.error)


def test_of_several_catalogs_of_a_name_the_id_is_asked_for(catalog: Container, owner: User) -> None:
    CatalogFactory.create(name="Library", creator=owner)
    assert "give the id" in str(run("report_changes", "--catalog", "Library").error)
    assert len(reported("--catalog", catalog.pk)) == 2


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", 'a,"b"\nc', "plain="])
def test_no_cell_is_a_formula_and_any_text_comes_through(
    catalog: Container, owner: User, name: str
) -> None:
    create_asset(actor=owner, container=catalog, body=card(name))
    shown = reported()[-1]["name"]
    assert shown == (name if name[0] in "ap" else f"'{name}")


def test_a_file_is_there_only_when_it_is_complete(
    busy: Asset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.csv"
    done = run("report_changes", "--output", file)
    assert done.out == "reported 15 changes\n"
    assert read(file.read_text()) == reported()
    file.unlink()

    def fail(*arguments: Any) -> Any:
        yield from list(change_report.changes(*arguments))[:3]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("catalog.management.commands.report_changes.changes", fail)
    done = run("report_changes", "--output", file)
    assert "No space left" in str(done.error)
    assert list(tmp_path.iterdir()) == []


def test_progress_goes_to_stderr_and_counts_the_changes(busy: Asset) -> None:
    done: Run = run("report_changes", "--progress")
    assert len(read(done.out)) == 15
    assert "15 changes" in done.err


def test_many_rows_take_no_more_queries_and_come_in_order(
    catalog: Container, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = create_asset(actor=owner, container=catalog, body=card("Sales"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reported()
        return len(captured)

    few = queries()
    monkeypatch.setattr(change_report, "CHUNK", 7)
    for number in range(40):
        rename(asset, owner, f"Sales {number}")
    assert queries() == few
    rows = [row for row in reported() if row["kind"] == "asset"]
    assert [row["name"] for row in rows] == ["Sales", *(f"Sales {number}" for number in range(40))]
    assert AssetEvent.objects.count() == 41
