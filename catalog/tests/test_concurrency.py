"""Callers who meet: nothing is lost, and every rule holds for whoever comes second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Asset, AssetType, Container, Membership, User
from catalog.services.users import create_user
from catalog.tests.conftest import Caller

pytestmark = pytest.mark.django_db(transaction=True)

CARD = {"metadata": {"name": "A", "asset_type": "data_asset"}, "entity": {"data_asset": {}}}


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What ``act(0)`` … give when all of them start together, each on a connection of its own."""
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            barrier.wait(30)
            results[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def query(catalog: Container) -> str:
    return f"?catalog_id={catalog.pk}"


def test_sixteen_patches_of_one_card_all_arrive(rosa: Caller, query: str) -> None:
    asset_id = rosa.post(f"/v2/assets{query}", CARD).json()["asset_id"]

    def add(number: int) -> int:
        operation = {"op": "add", "path": f"/entity/data_asset/n{number}", "value": number}
        caller = Caller(rosa.user)
        return int(caller.patch(f"/v2/assets/{asset_id}{query}", [operation]).status_code)

    assert at_once(16, add) == [200] * 16
    assert Asset.objects.get().entity["data_asset"] == {
        f"n{number}": number for number in range(16)
    }


def test_of_two_admins_who_leave_at_once_one_stays(rosa: Caller, catalog: Container) -> None:
    ida = create_user(username="ida", password="a long password")
    Membership.objects.create(container=catalog, user=ida, role="admin")
    assert rosa.user
    people: list[User] = [rosa.user, ida]

    def leave(number: int) -> int:
        where = f"/v2/catalogs/{catalog.pk}/members/{people[number].uid}"
        return int(Caller(people[number]).delete(where).status_code)

    assert sorted(at_once(2, leave)) == [204, 409]
    assert Membership.objects.get().role == "admin"


def test_one_type_created_by_eight_is_created_once(rosa: Caller, query: str) -> None:
    body = {"name": "book", "fields": [{"key": "price", "type": "number"}]}

    def create(_: int) -> int:
        return int(Caller(rosa.user).post(f"/v2/asset_types{query}", body).status_code)

    assert sorted(at_once(8, create)) == [201] + [409] * 7


def test_a_type_that_twenty_put_at_once_is_created_or_replaced_by_each(
    rosa: Caller, query: str
) -> None:
    def put(number: int) -> int:
        body = {"fields": [{"key": f"field{number}", "type": "number"}]}
        answer = Caller(rosa.user).send("PUT", f"/v2/asset_types/book{query}", body)
        return int(answer.status_code)

    assert at_once(20, put) == [200] * 20
    assert AssetType.objects.get(name="book").version == 20


def test_a_type_is_not_deleted_under_a_card_that_is_being_made(
    rosa: Caller, catalog: Container, query: str
) -> None:
    for _ in range(10):
        fields = [{"key": "price", "type": "number"}]
        rosa.post(f"/v2/asset_types{query}", {"name": "book", "fields": fields})
        card = {"metadata": {"name": "A", "asset_type": "book"}, "entity": {"book": {}}}

        def act(number: int, card: Any = card) -> int:
            caller = Caller(rosa.user)
            answer = (
                caller.post(f"/v2/assets{query}", card)
                if number
                else caller.delete(f"/v2/asset_types/book{query}")
            )
            return int(answer.status_code)

        deleted, made = at_once(2, act)
        assert (deleted, made) in [(204, 400), (409, 201)]
        used = Asset.objects.filter(asset_attributes__contains=["book"]).exists()
        assert used == AssetType.objects.filter(container=catalog, name="book").exists()
        Asset.objects.all().delete()
        AssetType.objects.filter(container=catalog).delete()


def test_a_user_name_taken_by_eight_is_taken_once(admin: Caller) -> None:
    def create(number: int) -> int:
        name = "ida" if number % 2 else "IDA"
        body = {"user_name": name, "password": "a long password"}
        return int(Caller(admin.user).post("/usermgmt/v1/user", body).status_code)

    assert sorted(at_once(8, create)) == [201] + [409] * 7


def test_the_default_catalog_is_created_once(admin: Caller) -> None:
    def create(_: int) -> int:
        return int(Caller(admin.user).post("/v2/catalogs/default", {"name": "D"}).status_code)

    assert sorted(at_once(8, create)) == [200] + [409] * 7


def test_a_card_that_arrives_while_its_catalog_is_deleted_leaves_nothing_behind(
    rosa: Caller, catalog: Container, query: str
) -> None:
    def act(number: int) -> int:
        caller = Caller(rosa.user)
        if number == 0:
            return int(caller.delete(f"/v2/catalogs/{catalog.pk}").status_code)
        return int(caller.post(f"/v2/assets{query}", CARD).status_code)

    deleted, *made = at_once(6, act)
    assert deleted == 204
    assert set(made) <= {201, 404}
    assert not Asset.objects.exists()
    assert not Container.objects.exists()


def test_two_administrators_who_delete_each_other_leave_one(admin: Caller) -> None:
    other = create_user(username="other", password="a long password", is_admin=True)
    people = [admin.user, other]

    def delete(number: int) -> int:
        name = people[1 - number].username  # type: ignore[union-attr]
        return int(Caller(people[number]).delete(f"/usermgmt/v1/user/{name}").status_code)

    assert sorted(at_once(2, delete)) in ([200, 401], [200, 403], [200, 404], [200, 409])
    assert User.objects.active().filter(is_superuser=True).count() == 1


def attached(rosa: Caller, query: str) -> tuple[str, dict[str, str]]:
    """A card, and the body of an attachment of another type for it."""
    asset_id = rosa.post(f"/v2/assets{query}", CARD).json()["asset_id"]
    body = {"metadata": {"name": "C", "asset_type": "connection"}, "entity": {"connection": {}}}
    connection_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    attachment = {"asset_type": "data_profile", "connection_path": "/p"}
    return asset_id, attachment | {"connection_id": connection_id}


def test_who_waits_for_a_card_sees_the_attachments_that_came_meanwhile(
    rosa: Caller, catalog: Container, query: str
) -> None:
    asset_id, attachment = attached(rosa, query)
    where = f"/v2/assets/{asset_id}"
    profile = {"name": "data_profile", "entity": {}}
    rosa.post(f"{where}/attributes{query}", profile)
    answers: list[int] = []
    removal = [{"op": "remove", "path": "/entity/data_profile"}]

    def remove() -> None:
        answers.append(Caller(rosa.user).patch(where + query, removal).status_code)
        connection.close()

    waiting = threading.Thread(target=remove)
    with transaction.atomic():
        assert rosa.post(f"{where}/attachments{query}", attachment).status_code == 201
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert answers == [400]
    asset = Asset.objects.get(pk=asset_id)
    assert asset.asset_attributes == ["data_asset", "data_profile"]


def test_a_catalog_is_deleted_after_the_attachment_that_is_on_its_way(
    rosa: Caller, catalog: Container, query: str
) -> None:
    asset_id, attachment = attached(rosa, query)
    answers: list[int] = []

    def delete() -> None:
        answers.append(Caller(rosa.user).delete(f"/v2/catalogs/{catalog.pk}").status_code)
        connection.close()

    waiting = threading.Thread(target=delete)
    with transaction.atomic():
        where = f"/v2/assets/{asset_id}/attachments{query}"
        assert rosa.post(where, attachment).status_code == 201
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert answers == [204]
    assert not Container.objects.exists()
    assert not Asset.objects.exists()


def wait_for_a_lock() -> None:
    """Return when another session of this database waits for a lock."""
    sql = (
        "SELECT 1 FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(sql)
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_failures_that_come_at_once_are_all_counted(rosa: Caller, settings: Any) -> None:
    settings.SIGN_IN_FREE_FAILURES = 8
    nobody = Caller(None)
    wrong = {"username": "rosa", "password": "wrong"}

    def fail(_: int) -> int:
        return int(Caller(None).post("/icp4d-api/v1/authorize", wrong).status_code)

    assert at_once(9, fail) == [401] * 9
    assert nobody.post("/icp4d-api/v1/authorize", wrong).status_code == 429
