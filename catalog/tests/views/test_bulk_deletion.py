"""Many cards deleted by one request: what becomes of each, and for whom."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Asset, AssetEvent, Collaborator, Container, Membership
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory

pytestmark = pytest.mark.django_db


def bulk(catalog: Container, *ids: Any, more: str = "") -> str:
    joined = ",".join(str(each) for each in ids)
    return f"/v2/assets/bulk?catalog_id={catalog.pk}&asset_ids={joined}{more}"


def member(catalog: Container, role: str) -> Caller:
    user = create_user(username=f"{role}-member", password="a long password")
    Membership.objects.create(container=catalog, user=user, role=role)
    return Caller(user)


def deleted(asset_id: Any) -> dict[str, Any]:
    return {"asset_id": str(asset_id), "http_status": 204, "status": "success"}


def unknown(catalog: Container, asset_id: Any) -> dict[str, Any]:
    message = f"There is no asset {asset_id} in catalog {catalog.pk}."
    return {
        "asset_id": str(asset_id),
        "http_status": 404,
        "status": "failed",
        "errors": [{"code": "not_found", "message": message}],
    }


def test_cards_go_to_the_trash_and_the_answer_tells_of_each_in_the_order_asked(
    rosa: Caller, catalog: Container
) -> None:
    assert rosa.user
    two, one = [CardFactory.create(container=catalog) for _ in range(2)]
    kept = CardFactory.create(container=catalog)
    gone = CardFactory.create(container=catalog, deleted_at=kept.created_at)
    elsewhere = CardFactory.create()
    ids = [one.pk, gone.pk, two.pk, elsewhere.pk, one.pk, nothing := uuid4()]
    answer = rosa.delete(bulk(catalog, *ids))
    assert answer.status_code == 200
    assert answer.json() == {
        "resources": [
            deleted(one.pk),
            unknown(catalog, gone.pk),
            deleted(two.pk),
            unknown(catalog, elsewhere.pk),
            unknown(catalog, nothing),
        ]
    }
    assert set(Asset.objects.live()) == {kept, elsewhere}
    for card in (one, two):
        card.refresh_from_db()
        assert (card.version, card.last_updater, card.updated_at) == (2, rosa.user, card.deleted_at)
        shown = rosa.get(f"/v2/trashed_assets/{card.pk}?catalog_id={catalog.pk}")
        assert (shown.status_code, shown["ETag"]) == (200, '"2"')
    assert AssetEvent.objects.filter(pgh_label="update").count() == 2


def test_purged_cards_leave_nothing_but_their_history(rosa: Caller, catalog: Container) -> None:
    cards = [CardFactory.create(container=catalog) for _ in range(2)]
    for card in cards:
        Collaborator.objects.create(asset=card, user=card.owner)
    answer = rosa.delete(bulk(catalog, *(card.pk for card in cards), more="&purge_on_delete=true"))
    assert answer.json() == {"resources": [deleted(card.pk) for card in cards]}
    assert not Asset.objects.exists()
    assert not Collaborator.objects.exists()
    assert AssetEvent.objects.filter(pgh_label="delete").count() == 2


def test_a_private_card_is_as_one_that_there_is_not(rosa: Caller, catalog: Container) -> None:
    editor = member(catalog, "editor")
    assert editor.user
    hidden = CardFactory.create(container=catalog, rov_mode=8)
    shared = CardFactory.create(container=catalog, rov_mode=8)
    Collaborator.objects.create(asset=shared, user=editor.user)
    answer = editor.delete(bulk(catalog, hidden.pk, shared.pk))
    assert answer.json() == {"resources": [unknown(catalog, hidden.pk), deleted(shared.pk)]}
    assert list(Asset.objects.live()) == [hidden]
    assert rosa.delete(bulk(catalog, hidden.pk)).json() == {"resources": [deleted(hidden.pk)]}


def test_who_may_delete_many(
    rosa: Caller, stranger: Caller, nobody: Caller, admin: Caller, catalog: Container
) -> None:
    card = CardFactory.create(container=catalog)
    for caller, status in (
        (nobody, 401),
        (stranger, 404),
        (member(catalog, "viewer"), 403),
        (member(catalog, "editor"), 200),
        (admin, 200),
    ):
        Asset.objects.update(deleted_at=None)
        assert caller.delete(bulk(catalog, card.pk)).status_code == status


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("", "asset_ids"),
        ("&asset_ids=", "asset_ids"),
        ("&asset_ids=,,", "asset_ids"),
        ("&asset_ids=5", "asset_ids"),
        ("&asset_ids={id},x", "asset_ids"),
        ("&asset_ids={id};{id}", "asset_ids"),
        ("&asset_ids=%F0%9F%8C%BF", "asset_ids"),
        ("&asset_ids={id}%00", "asset_ids"),
        ("&asset_ids={id}&purge_on_delete=yes", "purge_on_delete"),
    ],
)
def test_a_bad_request_is_refused_and_deletes_nothing(
    rosa: Caller, catalog: Container, query: str, target: str
) -> None:
    card = CardFactory.create(container=catalog)
    path = f"/v2/assets/bulk?catalog_id={catalog.pk}{query.format(id=card.pk)}"
    answer = rosa.delete(path)
    assert (answer.status_code, targets(answer)) == (400, [target])
    assert Asset.objects.live().exists()


def test_a_tag_is_of_one_card_and_refused_for_many(rosa: Caller, catalog: Container) -> None:
    card = CardFactory.create(container=catalog)
    for tag in ('"1"', '"9"'):
        answer = rosa.send("DELETE", bulk(catalog, card.pk), headers={"If-Match": tag})
        assert (answer.status_code, targets(answer)) == (400, ["If-Match"])
    assert Asset.objects.live().exists()


def test_two_hundred_ids_are_the_most_each_counted_once(rosa: Caller, catalog: Container) -> None:
    ids = [uuid4() for _ in range(201)]
    answer = rosa.delete(bulk(catalog, *ids))
    assert (answer.status_code, targets(answer)) == (400, ["asset_ids"])
    assert rosa.delete(bulk(catalog, *ids[:200], *ids[:200])).status_code == 200
    assert rosa.delete("/v2/assets/bulk?asset_ids=" + str(ids[0])).status_code == 400


def test_ids_may_be_given_one_by_one(rosa: Caller, catalog: Container) -> None:
    cards = [CardFactory.create(container=catalog) for _ in range(2)]
    more = f"&asset_ids=%20{str(cards[1].pk).upper()}"
    answer = rosa.delete(bulk(catalog, cards[0].pk, more=more))
    assert answer.json() == {"resources": [deleted(card.pk) for card in cards]}


@pytest.mark.parametrize("purge", ["", "&purge_on_delete=true"])
def test_twenty_take_as_many_queries_as_two(rosa: Caller, catalog: Container, purge: str) -> None:
    counts = []
    for count in (2, 2, 20):  # the first time more is prepared
        cards = [CardFactory.create(container=catalog) for _ in range(count)]
        for card in cards:
            Collaborator.objects.create(asset=card, user=card.owner)
        with CaptureQueriesContext(connection) as captured:
            rosa.delete(bulk(catalog, *(card.pk for card in cards), more=purge))
        counts.append(len(captured))
    assert counts[1] == counts[2]
