"""Cards shared in the admin: by their owners and by admins of the catalog."""

from __future__ import annotations

import pytest

from catalog.models import Asset, Collaborator, Container, User
from catalog.services import card_rights
from catalog.tests.admin_pages import address, administrator, browser, steward, submit, text_of
from catalog.tests.factories import CardFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def member(role: str) -> tuple[User, Container]:
    """A new steward with that role in a new catalog."""
    membership = MembershipFactory.create(user=steward(), role=role)
    assert membership.user
    return membership.user, membership.container


def page(card: Asset) -> str:
    return address("asset", "change", card.pk) + "?edit=1"


def shared_with(card: Asset) -> list[str]:
    users = Collaborator.objects.filter(asset=card).order_by("pk")
    return list(users.values_list("user__username", flat=True))


def test_an_owner_makes_a_card_private_and_shares_it() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog, owner=user, rov_mode=-1)
    for name in ("ida", "tomasz"):
        UserFactory.create(username=name)
    fields = {"rov_mode": "8", "collaborators": "tomasz\r\n\r\nida\r\nida"}
    assert submit(browser(user), page(card), **fields).status_code == 302
    card.refresh_from_db()
    assert (card.rov_mode, card.version, card.last_updater) == (8, 3, user)
    assert shared_with(card) == ["tomasz", "ida"]
    assert submit(browser(user), page(card), collaborators="ida").status_code == 302
    assert shared_with(card) == ["ida"]


def test_a_form_sent_back_as_it_was_shares_as_before() -> None:
    user, catalog = member("admin")
    card = CardFactory.create(container=catalog, rov_mode=-1)
    gone = UserFactory.create(username="ida#deleted-7", deleted_at=card.created_at)
    Collaborator.objects.create(asset=card, user=gone)
    assert submit(browser(user), page(card)).status_code == 302
    card.refresh_from_db()
    assert (card.rov_mode, card.version, shared_with(card)) == (-1, 1, [gone.username])
    UserFactory.create(username="tomasz")
    submit(browser(user), page(card), collaborators=f"{gone.username}\ntomasz")
    assert shared_with(card) == [gone.username, "tomasz"]


def test_an_unknown_name_is_refused_in_the_form() -> None:
    user, catalog = member("admin")
    card = CardFactory.create(container=catalog)
    UserFactory.create(username="gone", deleted_at=card.created_at)
    for name in ("nobody here", "gone"):
        response = submit(browser(user), page(card), name="Mine", collaborators=name)
        assert f"There is no user named &#x27;{name}&#x27;." in text_of(response)
    card.refresh_from_db()
    assert (card.name == "Mine", shared_with(card)) == (False, [])


def test_what_the_service_refuses_is_said_at_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    user, catalog = member("admin")
    card = CardFactory.create(container=catalog)
    UserFactory.create(username="ida")
    monkeypatch.setattr(card_rights, "MAX_COLLABORATORS", 0)
    response = submit(browser(user), page(card), name="Mine", collaborators="ida")
    assert "At most 0 collaborators." in text_of(response)
    card.refresh_from_db()
    assert (card.name == "Mine", card.version, shared_with(card)) == (False, 1, [])


def test_an_editor_who_is_not_the_owner_shares_nothing() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog)
    UserFactory.create(username="ida")
    assert 'name="collaborators"' not in text_of(browser(user).get(page(card)))
    fields = {"rov_mode": "8", "collaborators": "ida"}
    assert submit(browser(user), page(card), name="Ours", **fields).status_code == 302
    card.refresh_from_db()
    assert (card.name, card.rov_mode, shared_with(card)) == ("Ours", 0, [])


def test_administrators_share_any_card() -> None:
    card = CardFactory.create(rov_mode=8)
    UserFactory.create(username="ida")
    assert submit(browser(administrator()), page(card), collaborators="ida").status_code == 302
    assert shared_with(card) == ["ida"]
