"""API keys in the admin: made, shown exactly once, revoked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils import timezone

from catalog.models import ApiKey, User
from catalog.services.api_keys import create_api_key, user_of_api_key
from catalog.tests.admin_pages import (
    address,
    administrator,
    browser,
    queries_of,
    steward,
    submit,
    text_of,
)
from catalog.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/catalog/apikey/", "/admin/catalog/apikey/add/"


def key_of(user: User) -> ApiKey:
    return create_api_key(user=user, name="a key")[0]


def test_a_key_is_shown_on_the_page_that_answers_and_nowhere_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    user = steward()
    client = browser(user)
    response = submit(client, ADD, name="nightly load")
    [key] = re.findall(r"cw_[0-9a-f]{12}_[\w-]{43}", text_of(response))
    assert user_of_api_key(user.username, key) == user
    assert "no-store" in response.headers["Cache-Control"]
    assert key not in str(response.headers.items())
    assert key not in str([cookie.OutputString() for cookie in client.cookies.values()])
    secret = key.rsplit("_", 1)[0]  # with the prefix; what follows may hold underscores
    row = ApiKey.objects.get(user=user)
    for path in ("/admin/", LIST, address("apikey", "change", row.pk), LIST + "?q=nightly"):
        text = text_of(client.get(path))
        assert key not in text, path
        assert row.digest not in text, path
    assert secret not in str([session.get_decoded() for session in Session.objects.all()])
    assert key not in str(list(LogEntry.objects.values_list("object_repr", "change_message")))
    assert key not in caplog.text
    assert key not in str(ApiKey.objects.values_list())


def test_an_administrator_makes_a_key_for_somebody_else_that_expires() -> None:
    program = UserFactory.create(is_service=True)
    moment = timezone.now() + timedelta(days=30)
    response = submit(
        browser(administrator()), ADD, user=str(program.pk), name="load",
        expires_at_0=moment.strftime("%Y-%m-%d"), expires_at_1="12:00:00",
    )  # fmt: skip
    assert "cw_" in text_of(response)
    key = ApiKey.objects.get(user=program)
    assert key.expires_at
    assert key.expires_at.date() == moment.date()


def test_a_steward_makes_keys_for_themselves_only() -> None:
    user, other = steward(), UserFactory.create()
    submit(browser(user), ADD, name="mine", user=str(other.pk))
    assert ApiKey.objects.get(name="mine").user == user


def test_a_key_that_would_have_expired_already_is_refused() -> None:
    text = text_of(
        submit(browser(steward()), ADD, name="x", expires_at_0="2020-01-01", expires_at_1="00:00")
    )
    assert "Must be in the future." in text
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_by_a_button() -> None:
    user = steward()
    key = key_of(user)
    client = browser(user)
    page = address("apikey", "change", key.pk)
    assert "Revoke this key" in text_of(client.get(page))
    assert client.get(f"{LIST}{key.pk}/revoke/").status_code == 405
    response = client.post(f"{LIST}{key.pk}/revoke/", follow=True)
    assert "is revoked" in text_of(response)
    assert "Revoke this key" not in text_of(client.get(page))
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_keys_of_others_are_out_of_sight_and_out_of_reach() -> None:
    key = key_of(UserFactory.create(username="somebody"))
    client = browser(steward())
    assert key.prefix not in text_of(client.get(LIST))
    assert client.get(address("apikey", "change", key.pk)).status_code == 302
    assert client.post(f"{LIST}{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None
    assert key.prefix in text_of(browser(administrator()).get(LIST))


def test_a_key_is_neither_changed_nor_deleted() -> None:
    user = administrator()
    key = key_of(user)
    client = browser(user)
    page = address("apikey", "change", key.pk)
    assert client.post(page, {"name": "other"}).status_code == 403
    assert client.post(address("apikey", "delete", key.pk), {"post": "yes"}).status_code == 403
    text = text_of(client.get(page))
    assert key.prefix in text
    assert key.digest not in text


def test_the_list_tells_states_apart() -> None:
    user = steward()
    usable, expired, revoked = key_of(user), key_of(user), key_of(user)
    past = timezone.now() - timedelta(days=1)
    ApiKey.objects.filter(pk=expired.pk).update(expires_at=past)
    ApiKey.objects.filter(pk=revoked.pk).update(revoked_at=past)
    for state, key in (("usable", usable), ("expired", expired), ("revoked", revoked)):
        rows = browser(user).get(f"{LIST}?state={state}").context["cl"].result_list
        assert [row.pk for row in rows] == [key.pk]


def test_the_list_takes_as_many_queries_for_20_keys_as_for_2() -> None:
    client = browser(administrator())
    counts = []
    for number in (2, 18):
        for _ in range(number):
            key_of(UserFactory.create())
        counts.append(queries_of(client, LIST))
    assert counts[0] == counts[1]
