"""How many requests a caller has in a minute, and what each answer tells about it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.test import Client

from catalog.models import Container, RateWindow
from catalog.services import rate_limits
from catalog.services.api_keys import create_api_key
from catalog.services.rate_limits import Spent, spend
from catalog.services.users import create_user
from catalog.tests.conftest import Caller
from catalog.tests.test_concurrency import at_once

CATALOGS = "/v2/catalogs"
NEW = {"name": "A", "generator": "tests"}


@pytest.fixture(autouse=True)
def long_windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No lease of another test, and no window that ends in the middle of one."""
    monkeypatch.setattr(rate_limits, "WINDOW_S", 1_000_000)
    rate_limits.forget_leases()
    yield
    rate_limits.forget_leases()


class OneToken(Caller):
    """A caller who sends the same token all the time."""

    _token: dict[str, str] | None = None

    @property
    def authorization(self) -> dict[str, str]:
        self._token = self._token or super().authorization
        return self._token


@pytest.fixture
def rosa(db: None) -> Caller:
    return OneToken(create_user(username="rosa", password="a long password"))


def told(answer: Any) -> tuple[int, int]:
    return int(answer["X-RateLimit-Limit"]), int(answer["X-RateLimit-Remaining"])


def spent(caller: str, limit: int) -> Spent:
    found = spend(caller, limit)
    assert found is not None
    return found


def test_each_answer_tells_the_limit_and_what_is_left(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 3
    answers = [rosa.get(CATALOGS) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [told(answer) for answer in answers] == [(3, 2), (3, 1), (3, 0), (3, 0), (3, 0)]
    now = time.time()
    for answer in answers:
        assert now < int(answer["X-RateLimit-Reset"]) <= now + rate_limits.WINDOW_S + 1
        assert answer["X-RateLimit-Reset"].isdigit()
    wait_s = int(answers[3]["Retry-After"])
    assert 0 <= now + wait_s - int(answers[3]["X-RateLimit-Reset"]) <= 2
    assert "Retry-After" not in answers[0]


def test_a_request_too_many_is_refused_in_the_manner_of_its_route(
    rosa: Caller, settings: Any
) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 1
    rosa.get(CATALOGS)
    [error] = rosa.get(CATALOGS).json()["errors"]
    assert error["code"] == "too_many_requests"
    assert error["message"].startswith("The limit of 1 a minute is reached. Try again in ")
    refused = rosa.get("/v2/projects")
    body = refused.json()
    assert set(body) == {"code", "error", "reason", "message", "description"}
    assert (body["code"], body["error"]) == ("429", "Too Many Requests")
    assert (refused.status_code, told(refused)) == (429, (1, 0))


def test_refused_requests_count_and_tell_what_is_left(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 4
    refused = [
        rosa.get(f"{CATALOGS}/00000000-0000-0000-0000-000000000001"),
        rosa.post(CATALOGS, {"name": 1}),
        rosa.send("PUT", CATALOGS, {}),
    ]
    assert [answer.status_code for answer in refused] == [404, 400, 405]
    assert [told(answer) for answer in refused] == [(4, 3), (4, 2), (4, 1)]
    assert rosa.get(CATALOGS).status_code == 200
    assert rosa.get(CATALOGS).status_code == 429


def test_nothing_is_done_for_a_request_too_many(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 1
    assert rosa.post(CATALOGS, NEW).status_code == 201
    assert rosa.post(CATALOGS, NEW).status_code == 429
    assert Container.objects.count() == 1


def test_two_credentials_have_an_allowance_each(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 1
    assert rosa.user
    _, key = create_api_key(user=rosa.user, name="A")
    _, other = create_api_key(user=rosa.user, name="B")
    client = Client()
    for secret in ("a long password", key, other):
        basic = _basic("rosa", secret)
        assert client.get(CATALOGS, headers={"Authorization": basic}).status_code == 200
        assert client.get(CATALOGS, headers={"Authorization": basic}).status_code == 429
    zen = _basic("rosa", key).replace("Basic", "ZenApiKey")
    assert client.get(CATALOGS, headers={"Authorization": zen}).status_code == 429  # the same key
    assert rosa.get(CATALOGS).status_code == 200


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_a_token_spelled_in_another_way_is_the_same_token(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 1
    token = rosa.authorization["Authorization"]
    statuses = [
        Client().get(CATALOGS, headers={"Authorization": spelled}).status_code
        for spelled in (token, f"{token}!", f"{token}=", token.replace("Bearer ", "bearer  "))
    ]
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {401, 429}
    assert statuses[3] == 429


def test_credentials_that_do_not_hold_count_by_address(
    rosa: Caller, nobody: Caller, settings: Any
) -> None:
    settings.ADDRESS_LIMIT_PER_MINUTE = 3
    settings.RATE_LIMIT_PER_MINUTE = 0
    tokens = ["Bearer a.b.c", "Bearer d.e.f", "Basic !"]
    answers = [Client().get(CATALOGS, headers={"Authorization": token}) for token in tokens]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert [told(answer) for answer in answers] == [(3, 2), (3, 1), (3, 0)]
    assert nobody.get(CATALOGS).status_code == 429
    assert nobody.post("/icp4d-api/v1/authorize", {}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.get(CATALOGS).status_code == 401
    assert rosa.get(CATALOGS).status_code == 200


def test_no_secret_and_no_name_is_stored(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 5
    rosa.get(CATALOGS)
    [row] = RateWindow.objects.all()
    assert len(bytes.fromhex(row.key)) == 32
    assert row.key not in rosa.authorization["Authorization"]


def test_changes_may_have_a_lower_limit(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 10
    settings.CHANGE_LIMIT_PER_MINUTE = 2
    answers = [rosa.post(CATALOGS, NEW) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert [told(answer) for answer in answers] == [(2, 1), (2, 0), (2, 0)]
    read = rosa.get(CATALOGS)
    assert (read.status_code, told(read)) == (200, (10, 6))  # changes were taken off this, too


def test_without_a_limit_there_are_no_headers(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 0
    answer = rosa.get(CATALOGS)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("X-RateLimit")]
    assert not RateWindow.objects.exists()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/schema", "/api/docs", "/admin/"])
def test_pages_and_probes_are_not_counted(db: None, path: str, settings: Any) -> None:
    settings.ADDRESS_LIMIT_PER_MINUTE = 1
    for _ in range(3):
        answer = Client().get(path)
        assert answer.status_code in (200, 302)
        assert "X-RateLimit-Limit" not in answer.headers


def test_an_answer_that_is_repeated_tells_what_is_left_now(rosa: Caller, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 5
    headers = {**rosa.authorization, "Idempotency-Key": "k"}
    first, again = (
        Client().post(CATALOGS, NEW, "application/json", headers=headers) for _ in range(2)
    )
    assert again["Idempotency-Replayed"] == "true"
    assert [told(first), told(again)] == [(5, 4), (5, 3)]


@pytest.mark.django_db
def test_what_is_told_is_never_more_than_there_is_and_the_last_thousand_are_told_exactly() -> None:
    limit = 3000
    remaining = []
    for number in range(limit):
        found = spent("a", limit)
        assert not found.is_refused
        there_is = limit - number - 1
        assert found.remaining <= there_is
        if there_is < 900:
            assert found.remaining == there_is
        assert (found.remaining == 0) == (there_is == 0)
        remaining.append(found.remaining)
    assert spent("a", limit).is_refused
    assert RateWindow.objects.get().leased == limit


@pytest.mark.django_db
def test_most_requests_ask_no_database(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        for _ in range(70_000):
            spent("a", 600_000)


@pytest.mark.django_db
def test_who_has_spent_all_costs_no_statement(django_assert_num_queries: Any) -> None:
    assert not spent("a", 1).is_refused
    with django_assert_num_queries(0):
        assert spent("a", 1).is_refused


@pytest.mark.django_db
def test_the_next_window_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "WINDOW_S", 1)
    by_window: dict[int, int] = {}
    until = time.monotonic() + 3.2
    waits = set()
    while time.monotonic() < until:
        found = spent("a", 5)
        by_window.setdefault(found.resets_at, 0)
        by_window[found.resets_at] += not found.is_refused
        if found.is_refused:
            waits.add(found.retry_after_s)
        time.sleep(0.01)
    assert len(by_window) >= 3
    assert set(list(by_window.values())[1:-1]) == {5}
    assert waits == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [100, 1_500, 4_000])
def test_threads_that_spend_at_once_get_just_the_limit(limit: int) -> None:
    def act(_: int) -> int:
        return sum(not spent("a", limit).is_refused for _ in range(limit // 4))

    assert sum(at_once(8, act)) == limit


@pytest.mark.django_db
def test_a_process_remembers_only_so_many_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_CALLERS", 3)
    for number in range(5):
        spent(f"caller {number}", 160)
    assert [caller for caller, _ in rate_limits._leases] == ["caller 2", "caller 3", "caller 4"]
    # Who was forgotten has lost a lease, and never gets more than the limit.
    assert sum(not spent("caller 0", 160).is_refused for _ in range(200)) <= 159


@pytest.mark.django_db
def test_another_limit_is_another_allowance() -> None:
    assert not spent("a", 1).is_refused
    assert spent("a", 1).is_refused
    assert not spent("a", 2).is_refused


@pytest.mark.django_db
def test_old_windows_are_removed_and_the_present_one_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spent("a", 10)
    now = RateWindow.objects.get()
    RateWindow.objects.create(key="old", number=now.number - 2, leased=1, granted=1)
    RateWindow.objects.create(key="last", number=now.number - 1, leased=1, granted=1)
    assert rate_limits.forget_old_windows() == 1
    assert {row.key for row in RateWindow.objects.all()} == {now.key, "last"}


@pytest.mark.django_db
def test_the_table_is_unlogged() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'catalog_ratewindow'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError])
def test_a_lost_database_lets_requests_pass_untold(
    rosa: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 5

    def fail(*args: Any, **kwargs: Any) -> None:
        raise error("the connection is lost")

    monkeypatch.setattr(rate_limits, "_grant", fail)
    answer = rosa.get(CATALOGS)
    assert answer.status_code == 200
    assert "X-RateLimit-Limit" not in answer.headers
    assert json.loads(answer.content)["catalogs"] == []
