"""Reads that are compiled once and run as prepared statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import NotSupportedError

from catalog.models import User
from catalog.services.users import create_user
from catalog.shared.prepared import PreparedRead


def by_name(username: str) -> Any:
    return User.objects.filter(username=username).order_by().values_list("pk", "display_name")


@pytest.fixture
def read() -> PreparedRead:
    return PreparedRead(by_name, username="a sample")


@pytest.mark.django_db
def test_it_finds_what_the_queryset_finds_for_other_values(read: PreparedRead) -> None:
    users = [create_user(username=f"user{n}", display_name=f"User {n}") for n in range(3)]
    for user in users:
        assert tuple(read.first(username=user.username) or ()) == by_name(user.username).get()
    assert read.first(username="nobody") is None


@pytest.mark.django_db
def test_a_sample_that_the_query_does_not_use_is_a_mistake() -> None:
    wrong = PreparedRead(lambda username, other: by_name(username), username="a", other="b")
    with pytest.raises(ValueError, match="other"):
        wrong.first(username="x", other="y")


@pytest.mark.django_db
def test_it_is_counted_like_every_other_query(
    read: PreparedRead, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        read.first(username="x")
        read.first(username="y")


@pytest.mark.django_db(transaction=True)
def test_a_column_that_changes_its_type_is_read_again_outside_of_a_transaction(
    read: PreparedRead,
) -> None:
    create_user(username="rosa", display_name="Rosa")
    another = connection.copy()  # on its own connection psycopg would forget what it prepared

    def change(length: int) -> None:
        with another.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE catalog_user ALTER COLUMN display_name TYPE varchar({length})"
            )

    for _ in range(10):  # until the plan is kept
        assert read.first(username="rosa")
    try:
        change(256)
        found = read.first(username="rosa")
        assert found
        assert found[1] == "Rosa"
        for _ in range(10):
            read.first(username="rosa")
        change(257)
        with pytest.raises(NotSupportedError), transaction.atomic():
            read.first(username="rosa")
        assert read.first(username="rosa")
    finally:
        change(255)
        another.close()
