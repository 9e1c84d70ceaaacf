"""Groups changed by several callers at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from catalog.models import Container, User
from catalog.services.groups import create_group
from catalog.services.users import create_user
from catalog.tests.conftest import Caller
from catalog.tests.factories import UserFactory
from catalog.tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
GROUPS = "/usermgmt/v2/groups"


@pytest.fixture
def boss(db: None) -> User:
    return create_user(username="boss", password="a long password", is_admin=True)


def test_of_four_groups_of_one_name_one_is_made(boss: User) -> None:
    def make(number: int) -> int:
        name = "Gardeners" if number % 2 else "GARDENERS"
        return int(Caller(boss).post(GROUPS, {"name": name}).status_code)

    assert sorted(at_once(4, make)) == [201, 409, 409, 409]
    assert Group.objects.count() == 1


def test_all_who_are_added_at_once_are_in_once(boss: User) -> None:
    group = create_group(actor=boss, name="Gardeners")
    users = [UserFactory.create() for _ in range(4)]
    body = {"user_identifiers": [user.uid for user in users]}

    def add(number: int) -> int:
        return int(Caller(boss).post(f"{GROUPS}/{group.pk}/members", body).status_code)

    assert at_once(4, add) == [200] * 4
    assert set(group.user_set.all()) == set(users)


def test_a_group_that_goes_takes_along_who_is_added_meanwhile(
    boss: User, catalog: Container
) -> None:
    user = UserFactory.create()
    for _ in range(4):
        group = create_group(actor=boss, name="Gardeners")
        path = f"{GROUPS}/{group.pk}"
        members = {"members": [{"access_group_id": str(group.pk), "role": "viewer"}]}
        requests: list[tuple[str, str, Any]] = [
            ("DELETE", path, None),
            ("POST", f"{path}/members", {"user_identifiers": [user.uid]}),
            ("PATCH", path, {"description": "Ferns"}),
            ("POST", f"/v2/catalogs/{catalog.pk}/members", members),
        ]

        def send(number: int, requests: list[tuple[str, str, Any]] = requests) -> int:
            return int(Caller(boss).send(*requests[number]).status_code)

        statuses = at_once(4, send)
        assert statuses[0] == 200
        assert set(statuses[1:3]) <= {200, 404}
        assert statuses[3] == 201  # the refusal of one member is in the answer
        assert not user.groups.exists()
        assert not catalog.memberships.filter(user=None).exists()
