"""The trash over REST: what is in it, for whom, and how cards leave it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import (
    Asset,
    AssetEvent,
    AssetStatistics,
    Attachment,
    Collaborator,
    Container,
    Membership,
    Rating,
)
from catalog.selectors import trash as trash_selector
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def member(catalog: Container, role: str) -> Caller:
    user = create_user(username=f"{role}-member", password="a long password")
    Membership.objects.create(container=catalog, user=user, role=role)
    return Caller(user)


@pytest.fixture
def query(catalog: Container) -> str:
    return f"?catalog_id={catalog.pk}"


def trashed(catalog: Container, count: int = 1, **fields: Any) -> list[Asset]:
    """Cards in the trash, each deleted a minute after the one before."""
    return [
        CardFactory.create(container=catalog, deleted_at=NOON + timedelta(minutes=number), **fields)
        for number in range(count)
    ]


def ids(answer: Any) -> list[str]:
    return [card["metadata"]["asset_id"] for card in answer.json()["resources"]]


def test_a_deleted_card_is_in_the_trash_and_restored_it_is_as_it_was(
    rosa: Caller, query: str
) -> None:
    connection_body = {
        "metadata": {"name": "C", "asset_type": "connection"},
        "entity": {"connection": {"datasource_type": "t"}},
    }
    connection_id = rosa.post(f"/v2/assets{query}", connection_body).json()["asset_id"]
    body = {
        "metadata": {"name": "Sales 🌿", "asset_type": "data_asset", "tags": ["a"]},
        "entity": {"data_asset": {"größe": 10**20}},
        "attachments": [
            {"asset_type": "data_asset", "connection_id": connection_id, "connection_path": "/p"}
        ],
    }
    asset_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    live, there = f"/v2/assets/{asset_id}{query}", f"/v2/trashed_assets/{asset_id}"
    before = rosa.get(live).json()
    assert rosa.get(there + query).status_code == 404
    assert rosa.delete(live).status_code == 204
    assert rosa.get(live).status_code == 404
    shown = rosa.get(there + query).json()
    assert shown["href"] == there + query
    state = {"delete_processing_state": "complete", "delete_reason": "requested by a user"}
    assert {name: shown["metadata"].pop(name) for name in state} == state
    assert shown["metadata"]["asset_state"] == "deleted"
    assert unchanged(shown) == unchanged(before)
    assert rosa.get(f"/v2/trashed_assets{query}").json()["resources"][0]["href"] == there + query

    restored = rosa.post(f"{there}/restore{query}", None)
    assert (restored.status_code, restored["ETag"]) == (200, '"3"')
    assert unchanged(restored.json()) == unchanged(before)
    assert restored.json()["href"] == before["href"]
    assert restored.json() == rosa.get(live).json()
    assert rosa.get(there + query).status_code == 404
    assert rosa.post(f"{there}/restore{query}", None).status_code == 404


def unchanged(card: dict[str, Any]) -> dict[str, Any]:
    """A card without where it is and when it was changed."""
    left_out = ("usage", "asset_state")
    metadata = {name: value for name, value in card["metadata"].items() if name not in left_out}
    return {"metadata": metadata} | {
        name: value for name, value in card.items() if name not in ("metadata", "href")
    }


def test_a_purged_card_is_gone_with_all_that_belongs_to_it_but_its_history(
    rosa: Caller, catalog: Container, query: str
) -> None:
    assert rosa.user
    [card] = trashed(catalog)
    Collaborator.objects.create(asset=card, user=rosa.user)
    Rating.objects.create(asset=card, user=rosa.user, rating=3)
    AssetStatistics.objects.create(asset=card, rating_total=3, rating_count=1)
    where = f"/v2/trashed_assets/{card.pk}{query}"
    assert rosa.delete(where).status_code == 204
    assert rosa.delete(where).status_code == 404
    for model in (Asset, Collaborator, Rating, AssetStatistics):
        assert not model.objects.exists(), model
    events = AssetEvent.objects.filter(pgh_obj_id=card.pk).order_by("pgh_id")
    assert list(events.values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_a_purged_connection_stays_named_by_attachments(rosa: Caller, query: str) -> None:
    body = {"metadata": {"name": "C", "asset_type": "connection"}, "entity": {"connection": {}}}
    connection_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    card = {
        "metadata": {"name": "A", "asset_type": "data_asset"},
        "entity": {"data_asset": {}},
        "attachments": [
            {"asset_type": "data_asset", "connection_id": connection_id, "connection_path": "/p"}
        ],
    }
    asset_id = rosa.post(f"/v2/assets{query}", card).json()["asset_id"]
    rosa.delete(f"/v2/assets/{connection_id}{query}")
    assert rosa.delete(f"/v2/trashed_assets/{connection_id}{query}").status_code == 204
    [attachment] = rosa.get(f"/v2/assets/{asset_id}{query}").json()["attachments"]
    assert attachment["connection_id"] == connection_id
    assert str(Attachment.objects.get().connection_id) == connection_id


def test_the_list_shows_the_last_deleted_first_and_live_cards_never(
    rosa: Caller, catalog: Container, query: str
) -> None:
    cards = trashed(catalog, 3)
    CardFactory.create(container=catalog)
    trashed(CardFactory.create().container)
    answer = rosa.get(f"/v2/trashed_assets{query}")
    assert answer.status_code == 200
    assert ids(answer) == [str(card.pk) for card in reversed(cards)]
    assert answer.json()["total_rows"] == 3
    assert "next" not in answer.json()


def test_pages_follow_each_other_without_gaps_though_all_were_deleted_at_once(
    rosa: Caller, catalog: Container, query: str
) -> None:
    cards = [CardFactory.create(container=catalog, deleted_at=NOON) for _ in range(7)]
    path: str | None = f"/v2/trashed_assets{query}&limit=3&newer_than=0"
    found: list[list[str]] = []
    while path:
        answer = rosa.get(path).json()
        found.append([card["metadata"]["asset_id"] for card in answer["resources"]])
        assert answer["total_rows"] == 7
        path = answer.get("next", {}).get("href")
        assert path is None or "newer_than=0" in path
    assert [len(page) for page in found] == [3, 3, 1]
    expected = sorted((str(card.pk) for card in cards), reverse=True)
    assert [asset_id for page in found for asset_id in page] == expected
    bookmark = answer["bookmark"]
    empty = rosa.get(f"/v2/trashed_assets{query}&newer_than=0&bookmark={bookmark}").json()
    assert (empty["resources"], empty["bookmark"]) == ([], "")


def test_a_page_of_large_cards_ends_early(
    rosa: Caller, catalog: Container, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash_selector, "MAX_PAGE_TEXT", 250)
    cards = trashed(catalog, 3, entity={"data_asset": {"text": "x" * 100}})
    first = rosa.get(f"/v2/trashed_assets{query}")
    assert ids(first) == [str(cards[2].pk)]
    assert ids(rosa.get(first.json()["next"]["href"])) == [str(cards[1].pk)]
    monkeypatch.setattr(trash_selector, "MAX_PAGE_TEXT", 1)  # one card is always shown
    assert ids(rosa.get(f"/v2/trashed_assets{query}")) == [str(cards[2].pk)]


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ("older_than=2026-11-20T12:01:00Z", [0]),
        ("newer_than=2026-11-20T12:01:00Z", [2]),
        ("older_than=2026-11-20T12:02:00Z&newer_than=2026-11-20T12:00:00Z", [1]),
        ("older_than=1795176060000", [0]),
        ("newer_than=1795176060000", [2]),
        ("older_than=2026-11-20%2012:01:00.000", [0]),
        ("older_than=2026-11-20T13:01:00%2B01:00", [0]),
        ("older_than=2026-11-20T13:01:00+01:00", [0]),
        ("older_than=2026-11-20", []),
        ("older_than=", [2, 1, 0]),
    ],
)
def test_cards_deleted_in_a_span_of_time(
    rosa: Caller, catalog: Container, query: str, span: str, shown: list[int]
) -> None:
    cards = trashed(catalog, 3)
    answer = rosa.get(f"/v2/trashed_assets{query}&{span}")
    assert ids(answer) == [str(cards[number].pk) for number in shown]
    assert answer.json()["total_rows"] == len(shown)


@pytest.mark.parametrize(
    ("parameter", "target"),
    [
        ("older_than=yesterday", "older_than"),
        ("newer_than=2026-13-01", "newer_than"),
        ("newer_than=9999999999999999", "newer_than"),
        ("newer_than=0001-01-01T00:00:00%2B14:00", "newer_than"),
        ("newer_than=12345678901234567890", "newer_than"),
        ("older_than=%F0%9F%8C%BF", "older_than"),
        ("older_than=a%00b", "older_than"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("bookmark=x", "bookmark"),
    ],
)
def test_a_bad_parameter_of_the_list_is_refused_by_name(
    rosa: Caller, query: str, parameter: str, target: str
) -> None:
    answer = rosa.get(f"/v2/trashed_assets{query}&{parameter}")
    assert (answer.status_code, targets(answer)) == (400, [target])


def test_a_bookmark_is_good_for_its_own_list_only(
    rosa: Caller, catalog: Container, query: str
) -> None:
    trashed(catalog, 2)
    bookmark = rosa.get(f"/v2/trashed_assets{query}&limit=1").json()["bookmark"]
    answer = rosa.get(f"/v2/trashed_assets{query}&newer_than=0&bookmark={bookmark}")
    assert (answer.status_code, targets(answer)) == (400, ["bookmark"])


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_the_container_must_be_named(rosa: Caller, catalog: Container, method: str) -> None:
    [card] = trashed(catalog)
    path = f"/v2/trashed_assets/{card.pk}" + ("/restore" if method == "POST" else "")
    assert targets(rosa.send(method, path)) == ["catalog_id"]
    elsewhere = rosa.send(method, f"{path}?project_id={catalog.pk}")
    assert (elsewhere.status_code, targets(elsewhere)) == (404, ["project_id"])
    assert rosa.get(f"/v2/trashed_assets?catalog_id={uuid4()}").status_code == 404
    assert rosa.get("/v2/trashed_assets").status_code == 400


@pytest.mark.parametrize("is_private", [False, True])
def test_who_sees_restores_and_purges(
    rosa: Caller,
    stranger: Caller,
    nobody: Caller,
    admin: Caller,
    catalog: Container,
    query: str,
    is_private: bool,
) -> None:
    [card] = trashed(catalog, rov_mode=8 if is_private else 0)
    people = {role: member(catalog, role) for role in ("viewer", "editor", "admin")}
    sharer = create_user(username="sharer", password="a long password")
    Membership.objects.create(container=catalog, user=sharer, role="viewer")
    Collaborator.objects.create(asset=card, user=sharer)
    people |= {
        "owner": rosa,
        "collaborator": Caller(sharer),
        "administrator": admin,
        "stranger": stranger,
        "nobody": nobody,
    }
    kept_out = {"nobody", "stranger"} | ({"viewer", "editor", "admin"} if is_private else set())
    where = f"/v2/trashed_assets/{card.pk}"
    for who, caller in people.items():
        seen = 200 if who not in kept_out else 401 if who == "nobody" else 404
        assert caller.get(where + query).status_code == seen, who
        listed = caller.get(f"/v2/trashed_assets{query}")
        if who in ("nobody", "stranger"):
            assert listed.status_code == seen, who
        else:
            assert ids(listed) == ([str(card.pk)] if seen == 200 else []), who
            assert listed.json()["total_rows"] == len(ids(listed)), who
        refused = 403 if who in ("viewer", "collaborator") and seen == 200 else seen
        if refused != 200:
            assert caller.post(f"{where}/restore{query}", None).status_code == refused, who
            assert caller.delete(where + query).status_code == refused, who
    for who in set(people) - kept_out - {"viewer", "collaborator"}:
        assert people[who].post(f"{where}/restore{query}", None).status_code == 200, who
        Asset.objects.update(deleted_at=NOON)
    assert rosa.delete(where + query).status_code == 204


@pytest.mark.parametrize(("method", "below"), [("DELETE", ""), ("POST", "/restore")])
def test_leaving_the_trash_honours_if_match(
    rosa: Caller, catalog: Container, query: str, method: str, below: str
) -> None:
    [card] = trashed(catalog, version=4)
    where = f"/v2/trashed_assets/{card.pk}"
    assert rosa.get(where + query)["ETag"] == '"4"'
    stale = rosa.send(method, f"{where}{below}{query}", headers={"If-Match": '"3"'})
    assert (stale.status_code, targets(stale)) == (412, ["If-Match"])
    assert Asset.objects.get().deleted_at is not None
    current = rosa.send(method, f"{where}{below}{query}", headers={"If-Match": '"4"'})
    assert current.status_code in (200, 204)


def test_a_card_of_the_trash_that_the_caller_has_is_not_sent_again(
    rosa: Caller, catalog: Container, query: str
) -> None:
    [card] = trashed(catalog)
    where = f"/v2/trashed_assets/{card.pk}{query}"
    answer = rosa.send("GET", where, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"1"')


def test_a_list_of_twenty_takes_as_many_queries_as_one_of_two(
    rosa: Caller, catalog: Container, query: str
) -> None:
    counts = []
    for more in (2, 18):
        for card in trashed(catalog, more):
            Collaborator.objects.create(asset=card, user=card.owner)
        rosa.get(f"/v2/trashed_assets{query}")
        with CaptureQueriesContext(connection) as captured:
            assert rosa.get(f"/v2/trashed_assets{query}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
