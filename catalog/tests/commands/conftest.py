"""What the tests of commands share: the first administrator, and a catalog of theirs."""

from __future__ import annotations

import pytest

from catalog.models import Container, User
from catalog.tests.factories import CatalogFactory, UserFactory


@pytest.fixture
def owner(db: None) -> User:
    """The first administrator, who owns what is imported."""
    return UserFactory.create(username="ada", is_superuser=True)


@pytest.fixture
def catalog(owner: User) -> Container:
    return CatalogFactory.create(name="Library", creator=owner)
