"""Callers who meet over one card: at its ratings, in the trash, and when many are deleted."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from catalog.models import Asset, AssetStatistics, Collaborator, Container, Membership, Rating
from catalog.services.users import create_user, delete_user
from catalog.tests.conftest import Caller
from catalog.tests.factories import CardFactory
from catalog.tests.test_concurrency import at_once, wait_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def members(catalog: Container, count: int, role: str = "viewer") -> list[Caller]:
    users = [create_user(username=f"user{n}", password="a long password") for n in range(count)]
    for user in users:
        Membership.objects.create(container=catalog, user=user, role=role)
    return [Caller(user) for user in users]


def assert_counted(card: Asset) -> None:
    """The sums are those of the ratings that there are."""
    counted = AssetStatistics.objects.get(asset=card)
    stars = list(Rating.objects.filter(asset=card).values_list("rating", flat=True))
    assert (counted.rating_total, counted.rating_count) == (sum(stars), len(stars))


def test_sixteen_who_rate_at_once_are_counted_exactly(catalog: Container) -> None:
    card = CardFactory.create(container=catalog)
    callers = members(catalog, 16)
    path = f"/v2/assets/{card.pk}/ratings?catalog_id={catalog.pk}"

    def rate(number: int) -> int:
        return int(callers[number].post(path, {"rating": number % 6}).status_code)

    assert at_once(16, rate) == [201] * 16
    assert Rating.objects.count() == 16
    assert_counted(card)

    def change(number: int) -> int:
        user = callers[number].user
        assert user
        own = path.replace("?", f"/{card.pk}_{user.uid}?")
        if number % 3 == 0:
            return int(callers[number].delete(own).status_code)
        if number % 3 == 1:
            return int(callers[number].patch(own, {"rating": 5}).status_code)
        return int(callers[number].post(path, {"rating": 0}).status_code)

    assert set(at_once(16, change)) == {200, 204}
    assert Rating.objects.count() == 10
    assert_counted(card)


def test_one_user_who_rates_eight_times_at_once_has_one_rating(
    rosa: Caller, catalog: Container
) -> None:
    card = CardFactory.create(container=catalog)
    path = f"/v2/assets/{card.pk}/ratings?catalog_id={catalog.pk}"

    def rate(number: int) -> int:
        return int(Caller(rosa.user).post(path, {"rating": number % 6}).status_code)

    assert sorted(at_once(8, rate)) == [200] * 7 + [201]
    assert Rating.objects.count() == 1
    assert_counted(card)


def test_one_user_who_rates_and_takes_it_back_at_once_is_always_answered(
    rosa: Caller, catalog: Container
) -> None:
    assert rosa.user
    card = CardFactory.create(container=catalog)
    path = f"/v2/assets/{card.pk}/ratings?catalog_id={catalog.pk}"
    own = path.replace("?", f"/{card.pk}_{rosa.user.uid}?")

    def act(number: int) -> int:
        caller = Caller(rosa.user)
        answer = caller.delete(own) if number % 2 else caller.post(path, {"rating": number % 6})
        return int(answer.status_code)

    for _ in range(10):
        assert set(at_once(12, act)) <= {200, 201, 204, 404}
    assert_counted(card)


def test_a_rating_on_its_way_and_a_card_being_purged_leave_nothing_behind(
    rosa: Caller, catalog: Container
) -> None:
    callers = members(catalog, 3)
    for _ in range(5):
        card = CardFactory.create(container=catalog)
        path = f"/v2/assets/{card.pk}/ratings?catalog_id={catalog.pk}"

        def act(number: int, card: Asset = card, path: str = path) -> int:
            if number == 3:
                where = f"/v2/assets/{card.pk}?catalog_id={catalog.pk}&purge_on_delete=true"
                return int(Caller(rosa.user).delete(where).status_code)
            return int(callers[number].post(path, {"rating": 3}).status_code)

        *rated, purged = at_once(4, act)
        assert purged == 204
        assert set(rated) <= {201, 404}
        for model in (Asset, Rating, AssetStatistics):
            assert not model.objects.exists(), model


def test_a_rating_on_its_way_and_a_catalog_being_deleted_leave_nothing_behind(
    rosa: Caller, catalog: Container
) -> None:
    [caller] = members(catalog, 1)
    card = CardFactory.create(container=catalog)
    path = f"/v2/assets/{card.pk}/ratings?catalog_id={catalog.pk}"
    answers: list[int] = []

    def delete() -> None:
        answers.append(Caller(rosa.user).delete(f"/v2/catalogs/{catalog.pk}").status_code)
        connection.close()

    waiting = threading.Thread(target=delete)
    with transaction.atomic():
        assert caller.post(path, {"rating": 3}).status_code == 201
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert answers == [204]
    for model in (Container, Asset, Rating, AssetStatistics):
        assert not model.objects.exists(), model


def test_whoever_does_not_see_a_card_waits_for_nobody_who_changes_it(
    rosa: Caller, catalog: Container
) -> None:
    card = CardFactory.create(container=catalog, rov_mode=8, owner=rosa.user)
    [viewer] = members(catalog, 1)
    assert viewer.user
    path = f"/v2/assets/{card.pk}/ratings/{card.pk}_{viewer.user.uid}?catalog_id={catalog.pk}"
    answers: list[int] = []

    def delete() -> None:
        answers.append(viewer.delete(path).status_code)
        connection.close()

    asking = threading.Thread(target=delete)
    with transaction.atomic():
        Asset.objects.select_for_update().get(pk=card.pk)
        asking.start()
        asking.join(5)
        assert answers == [404]
    asking.join(30)


def bulk(catalog: Container, ids: list[UUID], more: str = "") -> str:
    joined = ",".join(map(str, ids))
    return f"/v2/assets/bulk?catalog_id={catalog.pk}&asset_ids={joined}{more}"


@pytest.mark.parametrize("purge", ["", "&purge_on_delete=true"])
def test_of_many_who_delete_the_same_cards_each_card_is_deleted_by_one(
    rosa: Caller, catalog: Container, purge: str
) -> None:
    ids = [CardFactory.create(container=catalog).pk for _ in range(30)]

    def delete(number: int) -> Any:
        mine = ids if number % 2 else ids[::-1]
        answer = Caller(rosa.user).delete(bulk(catalog, mine, purge))
        assert answer.status_code == 200
        return [each["asset_id"] for each in answer.json()["resources"] if "errors" not in each]

    deleted = [asset_id for won in at_once(6, delete) for asset_id in won]
    assert sorted(deleted) == sorted(map(str, ids))
    assert not Asset.objects.live().exists()
    assert set(Asset.objects.values_list("version", flat=True)) <= {2}


def test_who_deletes_many_locks_them_in_the_order_of_their_ids(
    rosa: Caller, catalog: Container
) -> None:
    first, *_, last = sorted(CardFactory.create(container=catalog).pk for _ in range(5))

    def delete() -> None:
        Caller(rosa.user).delete(bulk(catalog, [last, first]))
        connection.close()

    waiting = threading.Thread(target=delete)
    with transaction.atomic():
        list(Asset.objects.filter(pk=first).select_for_update())
        waiting.start()
        wait_for_a_lock()
        # The other one does not hold what comes after: else this would be a circle.
        assert list(Asset.objects.filter(pk=last).select_for_update(nowait=True))
    waiting.join(30)
    assert set(Asset.objects.trashed().values_list("pk", flat=True)) == {first, last}


def test_of_two_who_restore_or_purge_a_card_one_does(rosa: Caller, catalog: Container) -> None:
    for _ in range(5):
        card = CardFactory.create(container=catalog)
        Asset.objects.update(deleted_at=card.created_at)
        where = f"/v2/trashed_assets/{card.pk}"
        query = f"?catalog_id={catalog.pk}"

        def act(number: int, where: str = where, query: str = query) -> int:
            caller = Caller(rosa.user)
            if number:
                return int(caller.delete(where + query).status_code)
            return int(caller.post(f"{where}/restore{query}", None).status_code)

        restored, purged = at_once(2, act)
        assert (restored, purged) in [(200, 404), (404, 204)]
        assert Asset.objects.live().count() == (restored == 200)
        Asset.objects.all().delete()


def test_sixteen_collaborators_who_come_at_once_all_arrive(
    rosa: Caller, catalog: Container
) -> None:
    card = CardFactory.create(container=catalog)
    callers = members(catalog, 16)

    def share(number: int) -> int:
        user = callers[number].user
        assert user
        path = f"/metadata/rov/collaborator_ids/{user.uid}"
        operation = {"op": "add", "path": path, "value": {"user_iam_id": user.uid}}
        where = f"/v2/assets/{card.pk}/collaborators?catalog_id={catalog.pk}"
        return int(Caller(rosa.user).patch(where, [operation]).status_code)

    assert at_once(16, share) == [200] * 16
    assert Collaborator.objects.filter(asset=card).count() == 16
    card.refresh_from_db()
    assert card.version == 17


@pytest.mark.parametrize("operation", ["owner", "collaborators"])
def test_a_user_who_is_being_deleted_gets_no_card(
    rosa: Caller, admin: Caller, catalog: Container, operation: str
) -> None:
    assert admin.user
    [editor] = members(catalog, 1, "editor")
    assert editor.user
    uid = editor.user.uid
    card = CardFactory.create(container=catalog)
    path = f"/v2/assets/{card.pk}/{operation}?catalog_id={catalog.pk}"
    share = {"op": "add", "path": f"/metadata/rov/collaborator_ids/{uid}", "value": {}}
    answers: list[int] = []

    def give() -> None:
        caller = Caller(rosa.user)
        is_owner = operation == "owner"
        answer = (
            caller.send("PUT", path, {"owner_id": uid}) if is_owner else caller.patch(path, [share])
        )
        answers.append(answer.status_code)
        connection.close()

    waiting = threading.Thread(target=give)
    with transaction.atomic():
        delete_user(actor=admin.user, user=editor.user)
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert answers == [400]


def test_who_loses_sight_of_a_card_while_waiting_for_it_changes_nothing(
    rosa: Caller, catalog: Container
) -> None:
    [caller] = members(catalog, 1, "editor")
    assert caller.user
    card = CardFactory.create(container=catalog, rov_mode=8)
    Collaborator.objects.create(asset=card, user=caller.user)
    where = f"/v2/assets/{card.pk}"
    query = f"?catalog_id={catalog.pk}"
    answers: list[int] = []
    rename = [{"op": "replace", "path": "/metadata/name", "value": "Mine"}]

    def patch() -> None:
        answers.append(caller.patch(where + query, rename).status_code)
        connection.close()

    waiting = threading.Thread(target=patch)
    removal = [{"op": "replace", "path": "/metadata/rov/collaborator_ids", "value": {}}]
    with transaction.atomic():
        assert rosa.patch(f"{where}/collaborators{query}", removal).status_code == 200
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert answers == [404]
    card.refresh_from_db()
    assert card.name != "Mine"
