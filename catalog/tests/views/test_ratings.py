"""Ratings over REST: given, changed, listed, counted, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import (
    Asset,
    AssetStatistics,
    Collaborator,
    Container,
    Membership,
    Rating,
    Revision,
    User,
)
from catalog.services.users import create_user, delete_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def member(catalog: Container, role: str, name: str = "") -> Caller:
    user = create_user(username=name or f"{role}-member", password="a long password")
    Membership.objects.create(container=catalog, user=user, role=role)
    return Caller(user)


@pytest.fixture
def card(catalog: Container) -> Asset:
    """A public card of rosa's."""
    return CardFactory.create(container=catalog)


@pytest.fixture
def where(card: Asset) -> str:
    """The path of something below the ratings: ``where.format("/stats")``."""
    return f"/v2/assets/{card.pk}/ratings{{}}?catalog_id={card.container_id}"


@pytest.fixture
def viewer(catalog: Container) -> Caller:
    return member(catalog, "viewer")


def own(card: Asset, caller: Caller) -> str:
    """The path below the ratings of what somebody gave."""
    assert caller.user
    return f"/{card.pk}_{caller.user.uid}"


def average(card: Asset, caller: Caller) -> tuple[float, int]:
    """What the card tells of its ratings, which has to agree with the ratings."""
    shown = caller.get(f"/v2/assets/{card.pk}?catalog_id={card.container_id}").json()["metadata"]
    stars = list(Rating.objects.filter(asset=card).values_list("rating", flat=True))
    expected = (round(sum(stars) / len(stars), 2) if stars else 0, len(stars))
    assert (shown["rating"], shown["total_ratings"]) == expected
    return expected


def test_a_rating_is_given_given_anew_changed_and_taken_back(
    rosa: Caller, viewer: Caller, card: Asset, where: str
) -> None:
    assert viewer.user
    first = viewer.post(where.format(""), {"rating": 5, "review": "Gut 🌿\n"})
    assert first.status_code == 201
    assert first.json()["entity"] == {"rating": 5, "review": "Gut 🌿\n"}
    assert first.json()["metadata"]["asset_rating_id"] == f"{card.pk}_{viewer.user.uid}"
    assert average(card, rosa) == (5, 1)
    Rating.objects.update(created_at=NOON, updated_at=NOON)
    again = viewer.post(where.format(""), {"rating": 2})
    assert again.status_code == 200
    assert again.json()["entity"] == {"rating": 2, "review": ""}
    assert again.json()["metadata"]["created_at"] == "2026-11-20T12:00:00Z"
    assert again.json()["metadata"]["updated_at"] != "2026-11-20T12:00:00Z"
    assert average(card, rosa) == (2, 1)
    rosa.post(where.format(""), {"rating": 3, "review": None})
    assert average(card, rosa) == (2.5, 2)
    changed = viewer.patch(where.format(own(card, viewer)), {"rating": 0})
    assert changed.json()["entity"] == {"rating": 0, "review": ""}
    assert average(card, rosa) == (1.5, 2)
    words = viewer.patch(where.format(own(card, viewer)), {"review": "nein", "rating": None})
    assert words.json()["entity"] == {"rating": 0, "review": "nein"}
    assert viewer.patch(where.format(own(card, viewer)), {}).json() == words.json()
    assert viewer.delete(where.format(own(card, viewer))).status_code == 204
    assert average(card, rosa) == (3, 1)
    assert viewer.delete(where.format(own(card, viewer))).status_code == 404
    assert rosa.delete(where.format(own(card, rosa).upper())).status_code == 204
    assert average(card, rosa) == (0, 0)
    card.refresh_from_db()
    assert card.version == 1


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (None, "rating"),
        ([], None),
        (5, None),
        ({}, "rating"),
        ({"rating": None}, "rating"),
        ({"rating": -1}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": 10**40}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": 4.0}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": True}, "rating"),
        ({"rating": [5]}, "rating"),
        ({"rating": {"stars": 5}}, "rating"),
        ({"rating": 5, "review": 5}, "review"),
        ({"rating": 5, "review": ["x"]}, "review"),
        ({"rating": 5, "review": "x" * 5001}, "review"),
        ({"rating": 5, "review": "a\x00b"}, "review"),
        ({"rating": 5, "review": "\ud800"}, "review"),
        ({"rating": 5, "stars": 5}, "stars"),
    ],
)
def test_a_bad_rating_is_refused_by_the_member(
    rosa: Caller, card: Asset, where: str, body: Any, target: str | None
) -> None:
    answer = rosa.post(where.format(""), body)
    assert answer.status_code == 400, answer.content
    assert targets(answer) == ([target] if target else [])
    assert not Rating.objects.exists()
    rosa.post(where.format(""), {"rating": 1, "review": "x" * 5000})
    if body not in (None, {}, {"rating": None}):
        answer = rosa.patch(where.format(own(card, rosa)), body)
        assert (answer.status_code, targets(answer)) == (400, [target] if target else [])
    assert Rating.objects.get().rating == 1


def test_each_rating_from_zero_to_five_is_counted(rosa: Caller, card: Asset, where: str) -> None:
    assert rosa.get(where.format("/stats")).json() == {"asset_id": str(card.pk), "stats": []}
    for rating in (5, 0, 5, 3):
        Rating.objects.create(asset=card, user=UserFactory.create(), rating=rating)
    stats = [{"rating": rating, "count": count} for rating, count in ((0, 1), (3, 1), (5, 2))]
    assert rosa.get(where.format("/stats")).json() == {"asset_id": str(card.pk), "stats": stats}


def rated(card: Asset, count: int) -> list[str]:
    """Ratings of as many users, each later than the one before; their ids."""
    users = [UserFactory.create() for _ in range(count)]
    Rating.objects.bulk_create(
        [
            Rating(asset=card, user=user, rating=5 - number % 3, updated_at=NOON + number * DAY)
            for number, user in enumerate(users)
        ]
    )
    return [user.uid for user in users]


DAY = timedelta(days=1)


def creators(answer: Any) -> list[str]:
    return [rating["metadata"]["creator_id"] for rating in answer.json()["resources"]]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("-updated_at", [4, 3, 2, 1, 0]),
        ("updated_at", [0, 1, 2, 3, 4]),
        ("rating", [2, 1, 4, 0, 3]),
        ("-rating", [3, 0, 4, 1, 2]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 25])
def test_ratings_are_listed_in_each_order_page_by_page(
    rosa: Caller, card: Asset, where: str, sort: str, order: list[int], limit: int
) -> None:
    ids = rated(card, 5)
    rated(CardFactory.create(container=card.container), 1)
    request = where.format("") + f"&limit={limit}&sort={sort}"
    path: str | None = request
    found: list[str] = []
    while path:
        answer = rosa.get(path)
        found += creators(answer)
        body = answer.json()
        assert (body["limit"], body["count"], body["first"]) == (limit, 5, {"href": request})
        path = body.get("next", {}).get("href")
    assert found == [ids[number] for number in order]


def test_ratings_of_one_moment_are_all_listed_once(rosa: Caller, card: Asset, where: str) -> None:
    ids = rated(card, 5)
    Rating.objects.update(updated_at=NOON)
    first = rosa.get(where.format("") + "&limit=3")
    rest = rosa.get(first.json()["next"]["href"])
    assert creators(first) + creators(rest) == ids[::-1]


@pytest.mark.parametrize(("whose", "expected"), [("all", 3), ("user", 1), ("other", 2)])
def test_ratings_are_filtered_by_who_gave_them(
    rosa: Caller, card: Asset, where: str, whose: str, expected: int
) -> None:
    assert rosa.user
    rated(card, 2)
    rosa.post(where.format(""), {"rating": 4})
    answer = rosa.get(where.format("") + f"&user_filter={whose}")
    assert (len(creators(answer)), answer.json()["count"]) == (expected, expected)
    assert (rosa.user.uid in creators(answer)) == (whose != "other")


@pytest.mark.parametrize(
    ("parameter", "target"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=all", "limit"),
        ("sort=name", "sort"),
        ("sort=--rating", "sort"),
        ("user_filter=mine", "user_filter"),
        ("start=x", "start"),
        ("start=a%00", "start"),
    ],
)
def test_a_bad_parameter_is_refused_by_name(
    rosa: Caller, where: str, parameter: str, target: str
) -> None:
    answer = rosa.get(f"{where.format('')}&{parameter}")
    assert (answer.status_code, targets(answer)) == (400, [target])


def test_a_place_in_one_list_is_none_in_another(
    rosa: Caller, viewer: Caller, card: Asset, where: str
) -> None:
    rated(card, 2)
    following = rosa.get(where.format("") + "&limit=1").json()["next"]["href"]
    assert rosa.get(following).status_code == 200
    for other in (following + "&sort=rating", following + "&user_filter=other"):
        assert targets(rosa.get(other)) == ["start"]
    assert targets(viewer.get(following)) == ["start"]


def test_a_revision_has_to_be_one_of_the_cards(rosa: Caller, project: Container) -> None:
    assert rosa.user
    card = CardFactory.create(container=project)
    where = f"/v2/assets/{card.pk}/ratings{{}}?project_id={project.pk}&revision_id="
    body = {"rating": 5}
    requests: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/stats", None),
        ("POST", "", body),
        ("PATCH", own(card, rosa), body),
        ("DELETE", own(card, rosa), None),
    ]
    refused = dict.fromkeys(("1", "latest", "2147483647"), 404)
    refused |= dict.fromkeys(("0", "x", "-1", "2147483648"), 400)
    for number, status in refused.items():
        for method, below, sent in requests:
            answer = rosa.send(method, where.format(below) + number, sent)
            assert (answer.status_code, targets(answer)) == (status, ["revision_id"]), method
    assert not Rating.objects.exists()
    Revision.objects.create(asset=card, number=1, committer=rosa.user, document={})
    for number in ("1", "latest", ""):
        for method, below, sent in requests:
            answer = rosa.send(method, where.format(below) + number, sent)
            assert answer.status_code in (200, 201, 204), (method, below)
        assert rosa.get(where.format("") + "2").status_code == 404


@pytest.mark.parametrize("is_private", [False, True])
def test_who_rates_and_who_deletes_what_others_gave(
    rosa: Caller,
    stranger: Caller,
    nobody: Caller,
    admin: Caller,
    catalog: Container,
    card: Asset,
    where: str,
    is_private: bool,
) -> None:
    people = {role: member(catalog, role) for role in ("viewer", "editor", "admin")}
    collaborator = member(catalog, "viewer", "collaborator")
    assert collaborator.user
    Collaborator.objects.create(asset=card, user=collaborator.user)
    Asset.objects.update(rov_mode=8 if is_private else 0)
    people |= {"owner": rosa, "collaborator": collaborator, "administrator": admin}
    people |= {"stranger": stranger, "nobody": nobody}
    other = UserFactory.create()
    given = f"/{card.pk}_{other.uid}"
    kept_out = {"nobody", "stranger"} | ({"viewer", "editor", "admin"} if is_private else set())
    for who, caller in people.items():
        Rating.objects.get_or_create(asset=card, user=other, defaults={"rating": 1})
        AssetStatistics.objects.update_or_create(
            asset=card, defaults={"rating_total": 1, "rating_count": 1}
        )
        gone = None if who not in kept_out else 401 if who == "nobody" else 404
        for below in ("", "/stats"):
            assert caller.get(where.format(below)).status_code == (gone or 200), who
        assert caller.post(where.format(""), {"rating": 4}).status_code == (gone or 201), who
        changed = caller.patch(where.format(given), {"rating": 4})
        assert changed.status_code == (gone or 403), who
        may_delete = who in ("owner", "admin", "administrator")  # rosa is an admin, too
        deleted = caller.delete(where.format(given)).status_code
        assert deleted == (gone or (204 if may_delete else 403)), who
        if gone is None:
            assert caller.delete(where.format(own(card, caller))).status_code == 204, who


@pytest.mark.parametrize(
    "wrong", ["/x", "/{card}", "/{card}_", "/{card}_x", "/{card}_99999", "/{other}_{uid}", "/🌿"]
)
def test_a_rating_that_there_is_not(rosa: Caller, card: Asset, where: str, wrong: str) -> None:
    assert rosa.user
    rosa.post(where.format(""), {"rating": 4})
    below = wrong.format(card=card.pk, other=uuid4(), uid=rosa.user.uid)
    assert rosa.patch(where.format(below), {"rating": 1}).status_code == 404
    assert rosa.delete(where.format(below)).status_code == 404


def test_a_card_in_the_trash_is_not_rated(rosa: Caller, card: Asset, where: str) -> None:
    rosa.post(where.format(""), {"rating": 4})
    rosa.delete(f"/v2/assets/{card.pk}?catalog_id={card.container_id}")
    assert rosa.get(where.format("")).status_code == 404
    assert rosa.post(where.format(""), {"rating": 4}).status_code == 404
    shown = rosa.get(f"/v2/trashed_assets/{card.pk}?catalog_id={card.container_id}").json()
    assert (shown["metadata"]["rating"], shown["metadata"]["total_ratings"]) == (4, 1)


def test_ratings_of_a_deleted_user_stay(
    rosa: Caller, admin: Caller, viewer: Caller, card: Asset, where: str
) -> None:
    assert admin.user
    assert viewer.user
    viewer.post(where.format(""), {"rating": 4})
    delete_user(actor=admin.user, user=User.objects.get(pk=viewer.user.pk))
    assert creators(rosa.get(where.format(""))) == [viewer.user.uid]
    assert average(card, rosa) == (4, 1)
    assert rosa.delete(where.format(own(card, viewer))).status_code == 204


def test_a_list_of_twenty_takes_as_many_queries_as_one_of_two(
    rosa: Caller, card: Asset, where: str
) -> None:
    counts = []
    for more in (2, 18):
        rated(card, more)
        rosa.get(where.format(""))
        with CaptureQueriesContext(connection) as captured:
            assert len(creators(rosa.get(where.format("")))) in (2, 20)
        counts.append(len(captured))
    assert counts[0] == counts[1]
