"""Users in the admin: made, changed, given passwords and deleted by administrators."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest

from catalog.models import User
from catalog.services.api_keys import create_api_key
from catalog.services.users import create_user, keep_an_administrator
from catalog.tests.admin_pages import address, administrator, browser, queries_of, submit, text_of
from catalog.tests.factories import MembershipFactory, UserFactory, user_of
from catalog.tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def page(user: User) -> str:
    return address("user", "change", user.pk)


def added(**fields: Any) -> Any:
    return submit(browser(administrator()), address("user", "add"), **fields)


@pytest.mark.parametrize(
    ("role", "flags"),
    [("user", (False, False)), ("steward", (True, False)), ("administrator", (True, True))],
)
def test_a_user_is_made_with_a_role_and_a_password(role: str, flags: tuple[bool, bool]) -> None:
    response = added(username="vera", display_name="Vera", role=role, new_password=PASSWORD)
    assert response.status_code == 302
    user = User.objects.get(username="vera")
    assert (user.is_staff, user.is_superuser) == flags
    assert user.check_password(PASSWORD)
    assert PASSWORD not in text_of(browser(administrator()).get(page(user)))


def test_a_service_account_has_no_password() -> None:
    assert added(username="loader", is_service="on").status_code == 302
    user = User.objects.get(username="loader")
    assert user.is_service
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"username": "with space"}, "letters, digits and the characters"),
        ({"username": "TAKEN"}, "A user of that name exists."),
        ({"username": "vera", "new_password": "short"}, "too short"),
        ({"username": "vera", "email": "nowhere"}, "Enter a valid email address"),
    ],
)
def test_a_refusal_appears_in_the_form_and_no_password_with_it(
    fields: dict[str, str], said: str
) -> None:
    UserFactory.create(username="taken")
    text = text_of(added(**fields))
    assert said in text
    assert 'value="short"' not in text
    assert not User.objects.filter(username="vera").exists()


def test_an_administrator_changes_a_user() -> None:
    user = create_user(username="vera", password="an old password")
    response = submit(
        browser(administrator()), page(user), display_name="Vera", role="steward",
        is_active=None, new_password=PASSWORD,
    )  # fmt: skip
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.is_staff, user.is_active) == ("Vera", True, False)
    assert user.check_password(PASSWORD)


def test_a_form_sent_back_as_it_was_keeps_the_password() -> None:
    user = create_user(username="vera", password=PASSWORD)
    assert submit(browser(administrator()), page(user)).status_code == 302
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.is_active


def test_nobody_locks_themselves_out() -> None:
    boss = administrator()
    administrator()
    for change in ({"is_active": None}, {"role": "user"}):
        text = text_of(submit(browser(boss), page(boss), **change))
        assert "You can&#x27;t take away your own access." in text
    client = browser(boss)
    assert client.post(address("user", "delete", boss.pk), {"post": "yes"}).status_code == 403
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.is_superuser


def test_changing_ones_own_password_keeps_one_signed_in() -> None:
    boss = administrator()
    client = browser(boss)
    assert submit(client, page(boss), new_password=PASSWORD).status_code == 302
    assert client.get(page(boss)).status_code == 200


def test_a_service_account_gets_no_password() -> None:
    program = UserFactory.create(is_service=True)
    text = text_of(submit(browser(administrator()), page(program), new_password=PASSWORD))
    assert "A service account signs in with API keys only." in text


def test_deleting_keeps_the_row_and_ends_all_access() -> None:
    user = user_of(MembershipFactory.create())
    key, _ = create_api_key(user=user, name="theirs")
    client = browser(administrator())
    assert client.post(address("user", "delete", user.pk), {"post": "yes"}).status_code == 302
    user.refresh_from_db()
    key.refresh_from_db()
    assert user.deleted_at is not None
    assert key.revoked_at is not None
    assert not user.memberships.exists()
    assert client.get(page(user)).status_code == 302  # gone from the pages


def test_the_list_takes_as_many_queries_for_20_users_as_for_2() -> None:
    client = browser(administrator())
    counts = []
    for number in (1, 18):
        for _ in range(number):
            MembershipFactory.create()
        counts.append(queries_of(client, address("user")))
    assert counts[0] == counts[1]


def test_an_inactive_user_is_out_at_once() -> None:
    user = administrator()
    client = browser(user)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_make_each_other_less_one_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [administrator(), administrator()]
    clients = [browser(user) for user in people]
    meeting = threading.Barrier(2)

    def keep_when_both_are_there(user: User) -> None:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1)
        keep_an_administrator(user)

    where = "catalog.services.accounts.keep_an_administrator"
    monkeypatch.setattr(where, keep_when_both_are_there)
    answers = at_once(2, lambda n: submit(clients[n], page(people[1 - n]), role="user").status_code)
    assert answers.count(302) == 1
    assert None not in answers  # of a request that raised
    assert User.objects.filter(is_superuser=True).count() == 1
