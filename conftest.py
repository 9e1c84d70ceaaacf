"""What every test session has: a database server and a state directory of its own."""

import os
from collections.abc import Generator, Iterator

import django
import pytest

from config.embedded import postgres
from config.state import StateDirectory, state_directory

# Below the directory that a user may have named, and before Django reads its settings, which
# is why pyproject.toml does not name them: no test touches what a user has.
STATE = StateDirectory(state_directory().path / "test")
os.environ["CARDWRIGHT_STATE"] = str(STATE.path)
os.environ.setdefault("CARDWRIGHT_POSTGRES_FSYNC", "off")
# A lease of allowance is a statement now and then, which tests that count statements would count.
os.environ.setdefault("CARDWRIGHT_RATE_LIMIT_PER_MINUTE", "0")
os.environ.setdefault("CARDWRIGHT_ADDRESS_LIMIT_PER_MINUTE", "0")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()  # now, so that the conftest of an app may import models


pytest_plugins = ["catalog.tests.rights.worlds"]


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    """The embedded server while the session lasts, unless ``DATABASE_URL`` names another."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with postgres.running(STATE):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: None) -> None:
    """Called by pytest-django before it creates the test database."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """With ``CARDWRIGHT_REQUIRE_ALL=1``, as in CI, what is skipped has failed."""
    if report.skipped and os.environ.get("CARDWRIGHT_REQUIRE_ALL") == "1":
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CARDWRIGHT_REQUIRE_ALL=1 allows no skip: {reason}"
