"""Worlds made once for a module of tests, each of which leaves them as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from catalog.models import Container
from catalog.tests.rights.world import World, make_people, make_world

WorldOf = Callable[[str], World]


@pytest.fixture(scope="module")
def world_of(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[WorldOf]:
    """The world whose container is of a kind. A test's transaction is one inside of this one's."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), quick, transaction.atomic():
        people = make_people()
        worlds = {kind: make_world(kind, people) for kind in Container.Kind.values}
        yield worlds.__getitem__
        transaction.set_rollback(True)
