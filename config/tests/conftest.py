"""The whole product, started once for the tests that talk to it from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.tests.test_up import Up, kept_up


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """``bin/up`` with an empty catalog, on a port and in a state directory of its own."""
    with kept_up(tmp_path_factory.mktemp("product")) as started:
        yield started
