"""What commands change is recorded as theirs, and as that of whoever it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.models import Asset, AssetEvent, Container, User
from catalog.selectors.card_states import patch_between
from catalog.selectors.card_versions import versions_page
from catalog.tests.commands.runs import card, run, write_lines
from catalog.tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def history(asset: Asset) -> list[tuple[int, str | None, str | None, str]]:
    """Number, user, route and action of each version, newest first."""
    page = versions_page(
        asset_id=asset.pk, kind="catalog", limit=100, place=None, describe=patch_between
    )
    return [(each.number, each.user_name, each.route, each.action) for each in page.versions]


def test_an_imported_card_names_the_owner_and_the_import(
    catalog: Container, owner: User, tmp_path: Path
) -> None:
    ida = UserFactory.create(username="ida")
    MembershipFactory.create(container=catalog, user=ida, role="editor")
    file = tmp_path / "cards.jsonl"
    write_lines(file, card("One", "1"), card("Two", "2"))
    run("import_cards", file, "--catalog", "Library", "--owner", "ida")
    write_lines(file, card("One", "1"), card("Two", "2", tags=["new"]))
    run("import_cards", file, "--catalog", "Library")
    route = "manage.py import_cards"
    one, two = Asset.objects.order_by("resource_key")
    assert history(one) == [(1, "ida", route, "created")]
    assert history(two) == [(2, "ada", route, "changed"), (1, "ida", route, "created")]


def test_a_dry_run_leaves_no_history(catalog: Container, owner: User, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "cards.jsonl", card("One", "1"))
    run("import_cards", file, "--catalog", "Library", "--dry-run")
    assert not AssetEvent.objects.exists()


def test_a_card_of_the_demo_names_the_one_of_its_people_who_made_it(db: None) -> None:
    run("load_demo")
    assert AssetEvent.objects.filter(pgh_context=None).count() == 0
    for asset in Asset.objects.select_related("owner", "last_updater"):
        last, *_, first = [*history(asset), *history(asset)]
        assert first[1:] == (asset.owner.username, "manage.py load_demo", "created")
        assert last[1:3] == (asset.last_updater.username, "manage.py load_demo")


def test_a_service_account_that_a_command_makes_belongs_to_no_history(owner: User) -> None:
    assert run("create_api_key", "loader", "nightly", "--service-account").error is None
    assert not AssetEvent.objects.exists()
