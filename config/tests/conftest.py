"""The whole product, started once for the tests that talk to it from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.state import StateDirectory
from config.tests.test_up import Up


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """``bin/up`` with an empty catalog, on a port and in a state directory of its own."""
    started = Up(StateDirectory(tmp_path_factory.mktemp("product") / "state"), "--no-demo")
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.process.terminate()
        started.process.wait()
