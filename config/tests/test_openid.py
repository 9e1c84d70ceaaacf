"""Sign-in to the admin by a real provider of OpenID Connect, from the browser's side."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from django.contrib.auth.models import Group

from catalog.models import Asset, AssetType, ExternalIdentity, ExternalSession, Membership, User
from catalog.services.containers import create_container
from catalog.services.groups import add_users, create_group
from catalog.services.identities import link_identity
from catalog.services.openid_users import user_of_claims
from catalog.services.sign_in import issue_token, user_of_token
from catalog.services.users import create_user, delete_user, ensure_administrator
from catalog.tests.test_concurrency import at_once
from config.tests.identity_provider import Browser, IdentityProvider

pytestmark = pytest.mark.django_db(transaction=True)
ROSA: dict[str, Any] = {
    "sub": "248289761001",
    "password": "a password",
    "preferred_username": "rosa",
    "name": "Rosa Marín",
    "email": "rosa@example.com",
    "groups": ["/editors", "/others"],
}
GROUPS = (("/editors", "Editors"), ("/readers", "Readers"))


@pytest.fixture(scope="module")
def process(
    tmp_path_factory: pytest.TempPathFactory, live_server: Any
) -> Iterator[IdentityProvider]:
    callback = f"{product_of(live_server)}/admin/openid/callback"
    provider = IdentityProvider(tmp_path_factory.mktemp("provider"), callback)
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(process: IdentityProvider, settings: Any, transactional_db: None) -> IdentityProvider:
    """The provider, with Rosa, and the product set up for it."""
    process.know(rosa=ROSA)
    settings.OPENID = process.configuration(groups=GROUPS)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ensure_administrator(username="admin", password="password")
    return process


@pytest.fixture
def browser(live_server: Any, provider: IdentityProvider) -> Iterator[Browser]:
    browser = Browser(product_of(live_server))
    yield browser
    browser.close()


def product_of(live_server: Any) -> str:
    """Another host than the provider's: cookies know no ports."""
    return f"http://localhost:{urlsplit(live_server.url).port}"


def is_in(browser: Browser) -> bool:
    """Whether the browser is signed in to the admin."""
    return browser.get("/admin/", follow=False).status_code == 200


def rosa() -> User:
    return User.objects.get(username="rosa")


def groups_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_somebody_new_signs_in_and_is_what_the_claims_say(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = browser.sign_in("rosa", then="/admin/catalog/asset/")
    assert (page.status_code, urlsplit(page.url).path) == (200, "/admin/catalog/asset/")
    user = rosa()
    assert (user.display_name, user.email) == ("Rosa Marín", "rosa@example.com")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert groups_of(user) == {"Editors"}
    assert user.identities.get().subject == ROSA["sub"]
    said = " ".join(
        f"{record.getMessage()} {vars(record)}"
        for record in caplog.records
        if not record.name.startswith("urllib3")  # the browser's own
    )
    for secret in ("a secret of the client", "eyJ", "code=", ROSA["sub"], ROSA["email"]):
        assert secret not in said
    assert "openid_signed_in" in said


def test_the_request_has_a_challenge_a_nonce_and_a_state_of_its_own(browser: Browser) -> None:
    asked = []
    for _ in range(2):
        answer = browser.get("/admin/openid/start", follow=False)
        asked.append(parse_qs(urlsplit(answer.headers["Location"]).query))
    for query in asked:
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        assert len(query["code_challenge"][0]) == 43
        assert query["scope"] == ["openid profile email"]
        assert query["redirect_uri"] == [f"{browser.product}/admin/openid/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 20


def test_groups_follow_the_claims_at_each_sign_in_and_others_stay(
    browser: Browser, provider: IdentityProvider
) -> None:
    browser.sign_in("rosa")
    by_hand = create_group(actor=None, name="By hand")
    add_users(group=by_hand, uids=[rosa().uid])
    provider.know(rosa=ROSA | {"groups": "/readers", "name": "Rosa M.", "email": "no address"})
    browser.another().sign_in("rosa")
    assert groups_of(rosa()) == {"Readers", "By hand"}
    assert (rosa().display_name, rosa().email) == ("Rosa M.", "rosa@example.com")
    provider.know(rosa=ROSA | {"groups": None})
    browser.another().sign_in("rosa")
    assert groups_of(rosa()) == {"By hand"}
    assert Group.objects.filter(name="Editors").exists()


def test_who_edits_by_a_group_of_the_claims_edits_until_the_claim_is_gone(
    browser: Browser, provider: IdentityProvider
) -> None:
    boss = User.objects.get(username="admin")
    catalog = create_container(actor=boss, kind="catalog", name="Library")
    browser.sign_in("rosa")
    editors = Group.objects.get(name="Editors")
    Membership.objects.create(container=catalog, group=editors, role="editor")
    card = Asset.objects.create(
        container=catalog,
        asset_type=AssetType.objects.built_in().get(name="data_asset"),
        name="Ferns",
        entity={"data_asset": {}},
        asset_attributes=["data_asset"],
        owner=boss,
        last_updater=boss,
    )
    in_admin, by_api = f"/admin/catalog/asset/{card.pk}/change/", f"/v2/assets/{card.pk}"
    assert "Ferns" in browser.get(f"{in_admin}?edit=1").text
    token = {"Authorization": f"Bearer {issue_token(rosa())[0]}"}
    address = f"{browser.product}{by_api}?catalog_id={catalog.pk}"
    change = [{"op": "replace", "path": "/metadata/name", "value": "Mosses"}]
    assert requests.patch(address, json=change, headers=token, timeout=20).status_code == 200
    provider.know(rosa=ROSA | {"groups": []})
    browser.another().sign_in("rosa")
    assert requests.get(address, headers=token, timeout=20).status_code == 404
    assert urlsplit(browser.get(in_admin).url).path == "/admin/"


def test_the_provider_knows_by_subject_and_never_by_name(
    browser: Browser, provider: IdentityProvider
) -> None:
    browser.sign_in("rosa")
    provider.know(other=ROSA | {"sub": "another"})
    page = browser.another().sign_in("other")
    assert page.status_code == 409
    assert "another" in page.text
    assert "has an account here" in page.text
    provider.know(rosa=ROSA | {"preferred_username": "renamed"})
    renamed = browser.another()
    renamed.sign_in("rosa")
    assert is_in(renamed)
    assert not User.objects.filter(username="renamed").exists()


def test_a_local_user_is_nobodys_until_an_administrator_links_the_two(
    browser: Browser, provider: IdentityProvider
) -> None:
    local = create_user(username="Rosa", password="a local password", is_admin=True)
    assert browser.sign_in("rosa").status_code == 409
    assert not is_in(browser)
    assert not ExternalIdentity.objects.exists()
    link_identity(user=local, issuer=provider.issuer, subject=ROSA["sub"])
    browser.sign_in("rosa")
    assert is_in(browser)
    local.refresh_from_db()
    assert local.display_name == "Rosa Marín"
    assert local.is_superuser  # no claim decides about that here
    assert local.check_password("a local password")


def test_rights_follow_the_claims_and_the_last_administrator_stays(
    browser: Browser, provider: IdentityProvider, settings: Any
) -> None:
    settings.OPENID = provider.configuration(
        admin_values=frozenset({"/admins"}), staff_values=frozenset({"/editors"})
    )
    provider.know(rosa=ROSA | {"groups": ["/admins"]})
    browser.sign_in("rosa")
    assert (rosa().is_superuser, rosa().is_staff) == (True, True)
    User.objects.filter(username="admin").update(is_active=False)
    provider.know(rosa=ROSA | {"groups": []})
    browser.another().sign_in("rosa")
    assert (rosa().is_superuser, rosa().is_staff) == (True, True)  # or nobody would be left
    User.objects.filter(username="admin").update(is_active=True)
    refused = browser.another()
    assert refused.sign_in("rosa").status_code == 403
    assert (rosa().is_superuser, rosa().is_staff) == (False, False)
    assert not is_in(refused)
    assert not is_in(browser)  # the other session, too
    provider.know(vera=ROSA | {"sub": "2", "preferred_username": "vera", "groups": ["/others"]})
    assert browser.another().sign_in("vera").status_code == 403
    assert not User.objects.filter(username="vera").exists()


def test_who_is_not_known_stays_out_where_no_new_users_are_allowed(
    browser: Browser, provider: IdentityProvider, settings: Any
) -> None:
    settings.OPENID = provider.configuration(allow_new_users=False)
    page = browser.sign_in("rosa")
    assert page.status_code == 403
    assert ROSA["sub"] in page.text
    assert not User.objects.filter(username="rosa").exists()
    user = create_user(username="rosa")
    link_identity(user=user, issuer=provider.issuer, subject=ROSA["sub"])
    User.objects.update(is_staff=True)
    browser.sign_in("rosa")
    assert is_in(browser)


@pytest.mark.parametrize("how", ["switched off", "deleted"])
def test_who_is_off_here_is_out_at_once_and_does_not_come_back(browser: Browser, how: str) -> None:
    browser.sign_in("rosa")
    user = rosa()
    if how == "deleted":
        delete_user(actor=User.objects.get(username="admin"), user=user)
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(browser)
    again = browser.another()
    page = again.sign_in("rosa")
    assert page.status_code == 403
    assert "switched off" in page.text
    assert not is_in(again)
    assert User.objects.count() == 2


def test_a_session_ends_when_the_provider_says_no(
    browser: Browser, provider: IdentityProvider, settings: Any
) -> None:
    browser.sign_in("rosa")
    provider.know(rosa=ROSA | {"disabled": True})
    assert is_in(browser)  # within the hour
    ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
    assert not is_in(browser)
    assert not ExternalSession.objects.exists()
    assert "Your session has ended" in browser.get("/admin/").text
    again = browser.another()
    again.sign_in("rosa")  # the provider shows its page once more
    assert not is_in(again)


def test_a_session_that_is_asked_about_goes_on_with_what_the_claims_say_then(
    browser: Browser, provider: IdentityProvider, settings: Any
) -> None:
    browser.sign_in("rosa")
    mark = rosa().password
    token = issue_token(rosa())[0]
    first = ExternalSession.objects.get()
    assert "." not in first.refresh_token
    provider.know(rosa=ROSA | {"groups": ["/readers"]})
    for _ in range(3):  # each with the token that came of the one before
        ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
        assert is_in(browser)
    session = ExternalSession.objects.get()
    assert session.refresh_token != first.refresh_token
    assert session.next_check_at > first.next_check_at
    assert groups_of(rosa()) == {"Readers"}
    assert rosa().password == mark
    assert user_of_token(token) == rosa()


def test_requests_at_once_ask_about_their_session_once(
    browser: Browser, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """A refresh token that came twice would end the session: it could have been stolen."""
    browser.sign_in("rosa")
    cookies = browser.session.cookies
    for _ in range(3):
        ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")

        def look(number: int) -> int:
            address = f"{browser.product}/admin/"
            answer = requests.get(address, cookies=cookies, allow_redirects=False, timeout=20)
            return answer.status_code

        assert at_once(4, look) == [200] * 4
    ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
    assert is_in(browser)
    assert [each for each in caplog.records if each.name.endswith("openid_refusals")] == []


def test_two_first_sign_ins_at_once_make_one_user(provider: IdentityProvider) -> None:
    def come(number: int) -> int:
        claims = {"sub": "9", "preferred_username": "vera", "groups": ["/editors"]}
        configuration = provider.configuration(groups=GROUPS)
        return user_of_claims(configuration=configuration, claims=claims).user_id

    assert len(set(at_once(4, come))) == 1
    assert groups_of(User.objects.get(username="vera")) == {"Editors"}
    assert ExternalIdentity.objects.count() == 1


def test_a_session_outlives_a_short_outage_of_the_provider_and_no_long_one(
    browser: Browser, provider: IdentityProvider, settings: Any
) -> None:
    browser.sign_in("rosa")
    provider.stop()
    try:
        ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
        assert is_in(browser)
        ExternalSession.objects.update(
            next_check_at="2020-01-01T00:00:00Z", confirmed_at="2020-01-01T00:00:00Z"
        )
        assert not is_in(browser)
    finally:
        provider.renew_key()  # and the product has the old one
        provider.start()
    again = browser.another()
    again.sign_in("rosa")
    assert is_in(again)


def test_signing_out_ends_the_session_there_and_here(browser: Browser) -> None:
    page = browser.sign_in("rosa")
    left = browser.post("/admin/logout/", page.text)
    assert "/logout/" in left.url
    assert not left.url.startswith(browser.product)
    asked = parse_qs(urlsplit(left.url).query)
    assert asked["post_logout_redirect_uri"] == [f"{browser.product}/admin/login/"]
    assert not is_in(browser)
    assert not ExternalSession.objects.exists()
    back = browser.post(
        left.url,
        left.text,
        allow="on",
        client_id=asked["client_id"][0],
        post_logout_redirect_uri=asked["post_logout_redirect_uri"][0],
    )
    assert back.url == f"{browser.product}/admin/login/"
    assert "password" in browser.begin().text  # the provider asks who it is


def test_who_signs_out_after_a_password_stays_here(browser: Browser) -> None:
    page = browser.get("/admin/login/")
    address = "/admin/login/?next=/admin/"
    page = browser.post(address, page.text, username="admin", password="password")
    assert is_in(browser)
    assert browser.post("/admin/logout/", page.text).url.startswith(browser.product)


def test_a_wrong_secret_of_the_client_is_a_page_and_a_line_in_the_log(
    browser: Browser, provider: IdentityProvider, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPENID = provider.configuration(client_secret="a wrong secret")
    page = browser.sign_in("rosa")
    assert page.status_code == 502
    assert "does not accept this server" in page.text
    assert not is_in(browser)
    assert "invalid_client" in str([vars(record) for record in caplog.records])
    assert "a wrong secret" not in str([vars(record) for record in caplog.records])


def test_a_callback_counts_once_and_in_the_browser_that_began(browser: Browser) -> None:
    page = browser.begin()
    left = browser.post(page.url, page.text, follow=False, username="rosa", password="a password")
    code = browser.get(urljoin(left.url, left.headers["Location"]), follow=False)
    callback = code.headers["Location"]
    stranger = browser.another()
    assert stranger.get(callback).status_code == 400
    assert browser.get(callback).status_code == 200
    assert "begun in another browser" in browser.get(callback).text
    again = browser.get("/admin/openid/start", follow=False)
    state = parse_qs(urlsplit(again.headers["Location"]).query)["state"][0]
    used = parse_qs(urlsplit(callback).query)["code"][0]
    replayed = browser.get(f"/admin/openid/callback?state={state}&code={used}")
    assert replayed.status_code == 400
    assert "does not know this sign-in any more" in replayed.text
