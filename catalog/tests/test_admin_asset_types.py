"""Asset types in the admin: built-in ones to read, a catalog's own to change by its editors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.models import AssetType
from catalog.tests.admin_pages import address, administrator, browser, steward, submit, text_of
from catalog.tests.factories import AssetTypeFactory, CardFactory, MembershipFactory, user_of

pytestmark = pytest.mark.django_db
BOOK = {"name": "book", "description": "A book", "fields": [{"key": "author", "type": "string"}]}


def page(asset_type: AssetType) -> str:
    return address("assettype", "change", asset_type.pk)


def test_a_built_in_type_is_a_table_of_fields_that_nobody_changes() -> None:
    built_in = AssetType.objects.built_in().get(name="data_asset")
    client = browser(administrator())
    text = text_of(client.get(page(built_in)))
    assert "columns[].name" in text
    assert 'name="definition"' not in text
    assert client.post(page(built_in), {"definition": "{}"}).status_code == 403
    path = address("assettype", "delete", built_in.pk)
    assert client.post(path, {"post": "yes"}).status_code == 403


def test_an_editor_makes_a_type_of_their_catalog() -> None:
    membership = MembershipFactory.create(user=steward(), role="editor")
    watched = MembershipFactory.create(user=membership.user).container
    client, path = browser(user_of(membership)), address("assettype", "add")
    definition = json.dumps(BOOK)
    refused = submit(client, path, catalog=str(watched.pk), definition=definition)
    assert "Select a valid choice" in text_of(refused)
    place = str(membership.container_id)
    assert submit(client, path, catalog=place, definition=definition).status_code == 302
    made = AssetType.objects.get(name="book")
    assert (made.container, made.description) == (membership.container, "A book")
    assert made.fields[0]["key"] == "author"


def test_an_editor_replaces_a_type_and_its_version_counts() -> None:
    kind = AssetTypeFactory.create(properties={"a": {"b": 1}}, relationships=[{"c": 2}])
    user = user_of(
        MembershipFactory.create(user=steward(), role="editor", container=kind.container)
    )
    assert submit(browser(user), page(kind)).status_code == 302
    kind.refresh_from_db()
    assert (kind.version, kind.properties, kind.relationships) == (1, {"a": {"b": 1}}, [{"c": 2}])
    definition = BOOK | {"name": kind.name}
    submit(browser(user), page(kind), definition=json.dumps(definition))
    kind.refresh_from_db()
    assert (kind.version, kind.description, kind.properties) == (2, "A book", {})


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"fields": []}, "A list with at least one field is required."),
        ({"fields": [{"key": "a", "type": "colour"}]}, "fields[0].type: The type must be one of"),
        ({"name": "other", "fields": BOOK["fields"]}, "The name can&#x27;t be changed."),
        ([], "Must be an object."),
        ("{", "is not JSON"),
    ],
)
def test_a_refusal_appears_in_the_form(definition: Any, said: str) -> None:
    kind = AssetTypeFactory.create()
    raw = definition if isinstance(definition, str) else json.dumps(definition)
    response = submit(browser(administrator()), page(kind), definition=raw)
    assert said in text_of(response)
    kind.refresh_from_db()
    assert kind.version == 1


def test_a_name_that_is_built_in_is_refused_in_the_form() -> None:
    membership = MembershipFactory.create(user=steward(), role="admin")
    definition = json.dumps(BOOK | {"name": "data_asset"})
    response = submit(
        browser(user_of(membership)),
        address("assettype", "add"),
        catalog=str(membership.container_id),
        definition=definition,
    )
    assert "is a built-in asset type" in text_of(response)


def test_a_viewer_reads_a_type_only() -> None:
    kind = AssetTypeFactory.create()
    user = user_of(MembershipFactory.create(user=steward(), container=kind.container))
    client = browser(user)
    assert 'name="definition"' not in text_of(client.get(page(kind)))
    assert client.post(page(kind), {"definition": "{}"}).status_code == 403
    assert client.get(address("assettype", "add")).status_code == 403


def test_a_type_in_use_stays_and_the_page_says_why() -> None:
    kind = AssetTypeFactory.create()
    card = CardFactory.create(container=kind.container, asset_type=kind)
    client, path = browser(administrator()), address("assettype", "delete", kind.pk)
    response = client.post(path, {"post": "yes"}, follow=True)
    assert (
        f"Cards use the asset type &#x27;{kind.name}&#x27;, those in the trash counted."
        in text_of(response)
    )
    card.delete()
    assert client.post(path, {"post": "yes"}).status_code == 302
    assert not AssetType.objects.filter(pk=kind.pk).exists()
