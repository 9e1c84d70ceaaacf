"""``manage.py create_api_key``."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.models import ApiKey, User
from catalog.services.api_keys import user_of_api_key
from catalog.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("create_api_key", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_key_stands_alone_on_stdout_and_signs_its_user_in() -> None:
    user = UserFactory.create(username="vera")
    out, err = run("Vera", "nightly load")
    assert (out.count("\n"), err) == (1, "")
    key = out.removesuffix("\n")
    assert key == key.strip()
    assert user_of_api_key("vera", key) == user
    row = ApiKey.objects.get()
    assert (row.name, row.expires_at) == ("nightly load", None)
    assert key not in (row.digest, row.prefix)


def test_a_key_expires_when_asked_to() -> None:
    UserFactory.create(username="vera")
    run("vera", "x", "--expires-in-days", "30")
    expires_at = ApiKey.objects.get().expires_at
    assert expires_at
    assert abs(expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_a_service_account_is_made_once() -> None:
    for _ in range(2):
        out, _ = run("loader", "x", "--service-account")
        user = User.objects.get(username="loader")
        assert user.is_service
        assert not user.has_usable_password()
        assert user_of_api_key("loader", out.strip()) == user
    assert ApiKey.objects.filter(user=user).count() == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "x"], "There is no user 'nobody'."),
        (["gone", "x"], "There is no user 'gone'."),
        (["off", "x"], "switched off"),
        (["vera", "x", "--service-account"], "is a person"),
        (["with space", "x", "--service-account"], "letters, digits"),
        (["vera", "  "], "1 to 255 characters"),
        (["vera", "x" * 256], "1 to 255 characters"),
        (["vera", "x", "--expires-in-days", "0"], "must be 1 to"),
        (["vera", "x", "--expires-in-days", "99999999999"], "must be 1 to"),
    ],
)
def test_what_can_not_be_is_refused_in_words(arguments: list[str], said: str) -> None:
    UserFactory.create(username="vera")
    UserFactory.create(username="off", is_active=False)
    UserFactory.create(username="gone", deleted_at=timezone.now())
    with pytest.raises(CommandError, match=said):
        run(*arguments)
    assert not ApiKey.objects.exists()
    assert not User.objects.filter(is_service=True).exists()
