"""``manage.py load_demo``: what somebody sees who looks around for the first time."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.models import Asset, AssetType, Attachment, Container, Membership, User
from catalog.selectors.cards import metadata_document
from catalog.services.demo import load_demo
from catalog.tests.admin_pages import address, administrator, browser, text_of
from catalog.tests.factories import CatalogFactory, UserFactory

pytestmark = pytest.mark.django_db


def run() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def everything() -> list[Any]:
    models = (Asset, AssetType, Attachment, Container, Membership, User)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def demo() -> Container:
    return Container.objects.get(name="Demo")


def test_the_first_run_makes_the_default_catalog_and_the_second_changes_nothing() -> None:
    assert run() == "demo catalog: 47 cards\n"
    assert demo().is_default
    before = everything()
    assert run() == "demo catalog: there is one already\n"
    assert everything() == before


def test_there_are_a_few_dozen_cards_of_several_types_tags_and_owners() -> None:
    load_demo()
    cards = list(Asset.objects.select_related("owner"))
    assert 40 <= len(cards) <= 60
    assert len({card.asset_type_name for card in cards}) >= 10
    assert len({tag for card in cards for tag in card.tags}) >= 20
    assert len({card.owner for card in cards}) >= 4
    assert all(card.description for card in cards)
    assert [card.name for card in cards if card.rov_mode == 8] == ["SALARY_BAND"]
    assert {"asset_terms", "column_info"} <= {name for card in cards for name in card.entity}


def test_the_documents_cards_are_as_the_documents_show_them() -> None:
    load_demo()
    book = Asset.objects.with_card().get(name="Getting Started with Assets")
    assert book.entity == {
        "book": {"author": {"first_name": "Tracy", "last_name": "Smith"}, "price": 29.95}
    }
    metadata = metadata_document(book)
    assert metadata["tags"] == ["getting", "started", "documentation"]
    assert metadata["description"] == "Describes how to create and use metadata for assets"
    kind = AssetType.objects.get(name="book", container=demo())
    assert [field["key"] for field in kind.fields] == ["author.last_name"]
    connection = Asset.objects.get(name="ConnectionForCSVFile")
    assert connection.asset_category == "SYSTEM"
    assert connection.entity["connection"]["context"] == "source,target"


def test_sample_csv_is_there_before_and_after_profiling() -> None:
    load_demo()
    before, after = Asset.objects.filter(name="Sample.csv").order_by("created_at")
    assert before.entity == {"data_asset": {"mime_type": "text/csv", "dataset": False}}
    assert after.asset_attributes == ["data_asset", "data_profile"]
    assert [column["name"] for column in after.entity["data_asset"]["columns"]] == [
        "Name",
        "Number",
    ]
    profile = after.entity["data_profile"]
    assert profile["attribute_classes"] == ["NoClassDetected", "Organization Name"]
    [run_of_it] = [value for name, value in profile.items() if name != "attribute_classes"]
    assert run_of_it["metadata"]["dataset_id"] == str(after.pk)
    assert run_of_it["metadata"]["catalog_id"] == str(after.container_id)
    connection = Asset.objects.get(name="ConnectionForCSVFile")
    for card in (before, after):
        assert card.attachments.get().connection_id == connection.pk


def test_nothing_is_elided_and_no_secret_is_one() -> None:
    load_demo()
    for card in Asset.objects.all():
        text = json.dumps([card.name, card.entity])
        assert "___" not in text
        assert "<" not in text
    properties = Asset.objects.get(name="ConnectionForCSVFile").entity["connection"]["properties"]
    for name in ("secret_key", "api_key", "access_key"):
        assert properties[name].startswith("placeholder")


def test_nobody_can_sign_in_as_a_user_of_the_demo() -> None:
    load_demo()
    users = list(User.objects.all())
    assert {user.username for user in users} == {"rosa", "amir", "mei", "tomas", "ingrid"}
    assert not any(user.has_usable_password() or user.is_staff for user in users)


def test_what_is_there_already_stays_as_it_is() -> None:
    CatalogFactory.create(is_default=True, creator=UserFactory.create(username="somebody"))
    rosa = UserFactory.create(username="Rosa", display_name="The real one", is_staff=True)
    load_demo()
    rosa.refresh_from_db()
    assert (rosa.display_name, rosa.is_staff) == ("The real one", True)
    assert not demo().is_default


def test_every_demo_card_has_a_page_and_the_overview_is_alive() -> None:
    load_demo()
    client = browser(administrator())
    for card in Asset.objects.all():
        assert card.name in text_of(client.get(address("asset", "change", card.pk)))
    overview = client.get(reverse("admin:index")).context["overview"]
    assert (overview.card_count, len(overview.recent), overview.catalog_count) == (47, 10, 1)
