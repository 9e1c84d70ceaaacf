"""Cards changed in the admin: by editors, through the services, with refusals in the form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.models import Asset, Container, User
from catalog.tests.admin_pages import address, browser, steward, submit, text_of
from catalog.tests.factories import AssetTypeFactory, CardFactory, MembershipFactory, user_of

pytestmark = pytest.mark.django_db


def member(role: str) -> tuple[User, Container]:
    """A new steward with that role in a new catalog."""
    membership = MembershipFactory.create(user=steward(), role=role)
    return user_of(membership), membership.container


def page(card: Asset) -> str:
    return address("asset", "change", card.pk)


def test_an_editor_changes_a_card_by_its_form_and_only_what_changed() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(
        container=catalog,
        name=" Draft ",
        description="two\nlines",
        tags=["b", "a"],
        resource_key="k",
    )
    response = submit(
        browser(user), page(card) + "?edit=1", name="Final", classification="Open", resource_key="",
        tags="b\r\nc\r\n\r\nc",
    )  # fmt: skip
    assert (response.status_code, response.headers["Location"]) == (302, page(card))
    card.refresh_from_db()
    assert (card.name, card.description, card.tags) == ("Final", "two\nlines", ["b", "c"])
    assert (card.classification, card.resource_key, card.last_updater) == ("Open", None, user)


def test_a_form_sent_back_as_it_was_changes_nothing() -> None:
    user, catalog = member("editor")
    entity = {"data_asset": {"n": 1.50, "text": 'ä\n\t"', "none": None, "big": 10**20}}
    card = CardFactory.create(
        container=catalog, name=" x ", description=" a\n\n b ", tags=["t"], entity=entity
    )
    assert submit(browser(user), page(card) + "?edit=1").status_code == 302
    after = Asset.objects.get(pk=card.pk)
    assert (after.updated_at, after.entity, after.description) == (
        card.updated_at, entity, " a\n\n b ",
    )  # fmt: skip


def test_attributes_are_changed_as_json() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog)
    entity = {"data_asset": {"mime_type": "text/csv"}, "asset_terms": {"list": []}}
    submit(browser(user), page(card) + "?edit=1", entity=json.dumps(entity))
    card.refresh_from_db()
    assert (card.entity, card.asset_attributes) == (entity, ["data_asset", "asset_terms"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "  ", "Must not be blank."),
        ("tags", "x" * 300, "At most 255 characters"),
        ("entity", "{}", "The primary attribute"),
        ("entity", '{"data_asset": {}, "unheard_of": {}}', "There is no asset type"),
        ("entity", '{"data_asset": ', "not JSON"),
        ("entity", '{"data_asset": {"a": NaN}}', "NaN is not a JSON value"),
        ("entity", '{"data_asset": {"a": "\\u0000"}}', "NUL"),
        ("entity", "[" * 3000, "nested deeper"),
    ],
)
def test_a_refusal_appears_in_the_form_and_nothing_is_saved(
    field: str, value: str, said: str
) -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog, description="before")
    response = submit(browser(user), page(card) + "?edit=1", description="after", **{field: value})
    text = text_of(response)
    assert said in text
    assert "after" in text  # what was typed is not lost
    card.refresh_from_db()
    assert card.description == "before"


def test_a_card_that_changed_meanwhile_is_not_overwritten() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog)
    response = submit(
        browser(user), page(card) + "?edit=1", name="Mine", seen_at="2020-01-01T00:00:00+00:00"
    )
    assert "Somebody changed this card meanwhile" in text_of(response)
    card.refresh_from_db()
    assert card.name != "Mine"


def test_a_viewer_reads_and_changes_nothing() -> None:
    user, catalog = member("viewer")
    card = CardFactory.create(container=catalog)
    client = browser(user)
    text = text_of(client.get(page(card) + "?edit=1"))
    assert "?edit=1" not in text
    assert "Move to the trash" not in text
    assert client.post(page(card), {"name": "Mine"}).status_code == 403
    assert client.post(address("asset", "delete", card.pk), {"post": "yes"}).status_code == 403
    assert client.get(address("asset", "add")).status_code == 403


def test_deleting_moves_a_card_to_the_trash() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog)
    path = address("asset", "delete", card.pk)
    assert "goes to the trash" in text_of(browser(user).get(path))
    assert browser(user).post(path, {"post": "yes"}).status_code == 302
    card.refresh_from_db()
    assert card.deleted_at is not None


def added(user: User, **fields: Any) -> Any:
    return submit(browser(user), address("asset", "add"), **fields)


def test_an_editor_adds_a_card_where_they_may() -> None:
    user, catalog = member("editor")
    watched = MembershipFactory.create(user=user).container
    AssetTypeFactory.create(container=catalog, name="book")
    fields = {"name": "A book", "asset_type": "book", "rov_mode": "8"}
    refused = added(user, container=str(watched.pk), **fields)
    assert "Select a valid choice" in text_of(refused)
    assert added(user, container=str(catalog.pk), **fields).status_code == 302
    card = Asset.objects.get(name="A book")
    assert (card.container, card.owner, card.entity) == (catalog, user, {"book": {}})
    assert (card.rov_mode, card.asset_attributes) == (8, ["book"])


def test_adding_is_refused_in_the_words_of_the_service() -> None:
    user, catalog = member("editor")
    fields = {"container": str(catalog.pk), "name": "A card", "asset_type": "data_asset"}
    assert "The primary attribute" in text_of(added(user, **fields, entity='{"job": {}}'))
    other = AssetTypeFactory.create(name="elsewhere")
    MembershipFactory.create(user=user, container=other.container, role="editor")
    unknown = added(user, **fields | {"asset_type": "elsewhere"})
    assert "There is no asset type" in text_of(unknown)
    assert not Asset.objects.exists()
