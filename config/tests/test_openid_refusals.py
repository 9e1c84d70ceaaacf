"""Tokens that are not what they should be, providers that misbehave, and answers that are odd."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from joserfc.jwk import ECKey, OctKey, RSAKey

from catalog.models import ExternalIdentity, ExternalSession, User
from catalog.services import openid_provider
from catalog.services.users import create_user
from config.tests.odd_issuer import OddIssuer

pytestmark = pytest.mark.django_db
START, CALLBACK, TOKEN = "/admin/openid/start", "/admin/openid/callback", "/token"
DISCOVERY = "/.well-known/openid-configuration"
DEEP = b"[" * 100_000


@pytest.fixture
def issuer(settings: Any) -> Iterator[OddIssuer]:
    odd = OddIssuer()
    settings.OPENID = odd.configuration()
    yield odd
    odd.close()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def begin(client: Client, issuer: OddIssuer, then: str = "") -> str:
    """The state of a sign-in that was begun; the issuer knows its nonce."""
    answer = client.get(START, {"next": then})
    assert answer.status_code == 302, answer.content
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    issuer.nonce = query["nonce"][0]
    return query["state"][0]


def come_back(client: Client, issuer: OddIssuer, then: str = "", **query: Any) -> Any:
    state = begin(client, issuer, then)
    return client.get(CALLBACK, {"state": state, "code": "a code", **query})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refused(client: Client, issuer: OddIssuer) -> int:
    """The status of a sign-in that ends in a page, with nobody signed in and nobody made."""
    answer = come_back(client, issuer)
    assert "Back to the sign-in page" in answer.content.decode()
    assert not is_in(client)
    assert not User.objects.exists()
    assert not ExternalSession.objects.exists()
    return int(answer.status_code)


def test_an_honest_token_signs_in(client: Client, issuer: OddIssuer) -> None:
    answer = come_back(client, issuer)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    assert is_in(client)
    assert User.objects.get().username == "rosa"
    assert "_csrf" not in json.dumps(dict(client.session))
    kept = json.dumps(dict(client.session))
    for secret in ("eyJ", "an access token", issuer.nonce):
        assert secret not in kept


def test_signing_in_again_leaves_one_session(client: Client, issuer: OddIssuer) -> None:
    come_back(client, issuer)
    first = ExternalSession.objects.get()
    come_back(client, issuer)
    assert ExternalSession.objects.get() != first
    assert client.get("/admin/").status_code == 200


def test_the_verifier_is_sent_with_the_code(client: Client, issuer: OddIssuer) -> None:
    answer = client.get(START)
    challenge = parse_qs(urlsplit(answer.headers["Location"]).query)["code_challenge"][0]
    state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
    client.get(CALLBACK, {"state": state, "code": "a code"})
    fields = next(fields for path, fields in issuer.asked if path == TOKEN)
    digest = hashlib.sha256(fields["code_verifier"][0].encode()).digest()
    assert _part(digest) == challenge
    assert fields["redirect_uri"] == ["http://testserver/admin/openid/callback"]


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://elsewhere.example.com"},
    {"iss": None},
    {"aud": "another"},
    {"aud": None},
    {"aud": ["another"], "azp": "cardwright"},
    {"aud": ["another", "cardwright"]},
    {"azp": "another"},
    {"exp": 1},
    {"exp": None},
    {"exp": "tomorrow"},
    {"iat": 4_102_444_800},
    {"nbf": 4_102_444_800},
    {"nonce": "another"},
    {"nonce": None},
    {"sub": None},
    {"sub": ""},
    {"sub": 5},
    {"sub": "x" * 256},
    {"sub": "a\x00b"},
    {"sub": "\ud800"},
]


@pytest.mark.parametrize("changes", WRONG_CLAIMS, ids=str)
def test_a_token_with_a_wrong_claim_signs_nobody_in(
    client: Client, issuer: OddIssuer, changes: dict[str, Any]
) -> None:
    issuer.token = lambda: issuer.signed(**changes)
    assert refused(client, issuer) == 502


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _by_hand(issuer: OddIssuer, header: dict[str, Any], sign: Any) -> str:
    parts = [header, issuer.standard_claims()]
    content = ".".join(_part(json.dumps(part).encode()) for part in parts)
    return f"{content}.{_part(sign(content.encode()))}"


def _unsigned(issuer: OddIssuer) -> str:
    return _by_hand(issuer, {"alg": "none"}, lambda content: b"")


def _by_public_key(issuer: OddIssuer) -> str:
    """Signed by HMAC with what everybody may read."""
    public = issuer.key.as_pem(private=False)
    header = {"alg": "HS256", "kid": "first"}
    return _by_hand(issuer, header, lambda content: hmac.digest(public, content, "sha256"))


def _by_secret(issuer: OddIssuer) -> str:
    return issuer.signed(header={"alg": "HS256"}, key=OctKey.import_key("secret" * 8))


def _changed(issuer: OddIssuer) -> str:
    head, _, signature = issuer.signed().split(".")
    claims = json.dumps(issuer.standard_claims() | {"sub": "admin"}).encode()
    return f"{head}.{_part(claims)}.{signature}"


def _by_another_key(issuer: OddIssuer) -> str:
    return issuer.signed(key=RSAKey.generate_key(2048))


def _by_an_unknown_key(issuer: OddIssuer) -> str:
    return issuer.signed(header={"kid": "unknown"}, key=RSAKey.generate_key(2048))


def _by_a_key_that_it_brings(issuer: OddIssuer) -> str:
    key = RSAKey.generate_key(2048)
    return issuer.signed(header={"jwk": key.as_dict(private=False)}, key=key)


def _by_an_algorithm_not_offered(issuer: OddIssuer) -> str:
    return issuer.signed(header={"alg": "ES256"}, key=ECKey.generate_key("P-256"))


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_public_key,
        _by_secret,
        _changed,
        _by_another_key,
        _by_an_unknown_key,
        _by_a_key_that_it_brings,
        _by_an_algorithm_not_offered,
        lambda issuer: "nonsense",
        lambda issuer: "a.b.c",
        lambda issuer: "",
        lambda issuer: 5,
        lambda issuer: None,
        lambda issuer: {"sub": "1"},
        lambda issuer: issuer.signed() + "x",
        lambda issuer: "é" * 100,
    ],
)
def test_a_forged_token_signs_nobody_in(client: Client, issuer: OddIssuer, forge: Any) -> None:
    issuer.token = lambda: forge(issuer)
    assert refused(client, issuer) == 502


def test_a_new_key_of_the_provider_counts_at_once(client: Client, issuer: OddIssuer) -> None:
    assert come_back(client, issuer).status_code == 302
    issuer.key = RSAKey.generate_key(2048, {"kid": "second"}, private=True)
    again = Client()
    assert come_back(again, issuer).status_code == 302
    assert is_in(again)


@pytest.mark.parametrize(
    ("path", "answer", "status"),
    [
        (TOKEN, (400, {"error": "invalid_grant"}), 400),
        (TOKEN, (401, {"error": "invalid_client", "error_description": "s3cret"}), 502),
        (TOKEN, (400, {"error": ["odd"]}), 502),
        (TOKEN, (400, {}), 502),
        (TOKEN, (429, b"slow down"), 502),
        (TOKEN, (500, {}), 503),
        (TOKEN, (503, b"<html>"), 503),
        (TOKEN, (200, b"<html>"), 502),
        (TOKEN, (200, []), 502),
        (TOKEN, (200, {"access_token": "x"}), 502),
        (TOKEN, (307, b"/elsewhere"), 502),
        ("/keys", (200, {"keys": []}), 502),
        ("/keys", (200, {"keys": "x"}), 502),
        ("/keys", (200, []), 502),
        ("/keys", (404, {}), 502),
        ("/keys", (500, {}), 503),
        ("/keys", (200, {"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]}), 502),
        (TOKEN, (200, DEEP), 502),
        ("/keys", (200, DEEP), 502),
    ],
    ids=lambda each: str(each)[:100],
)
def test_an_odd_answer_is_a_page(
    client: Client, issuer: OddIssuer, path: str, answer: Any, status: int
) -> None:
    issuer.answers[path] = lambda: answer
    assert refused(client, issuer) == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"issuer": "https://elsewhere.example.com"}, 502),
        ({"issuer": None}, 502),
        ({"token_endpoint": None}, 502),
        ({"token_endpoint": 5}, 502),
        ({"jwks_uri": "file:///etc/passwd"}, 502),
        ({"authorization_endpoint": "javascript:alert(1)"}, 502),
        ({"userinfo_endpoint": ["x"]}, 502),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, 502),
    ],
    ids=str,
)
def test_a_wrong_discovery_document_is_a_page(
    client: Client, issuer: OddIssuer, change: dict[str, Any], status: int
) -> None:
    issuer.answers[DISCOVERY] = lambda: (200, issuer.discovery() | change)
    assert client.get(START).status_code == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [((404, {}), 502), ((500, {}), 503), ((200, []), 502), ((200, b"<html>"), 502),
     ((302, b"/elsewhere"), 502), ((200, b"null"), 502)],
)  # fmt: skip
def test_no_discovery_document_is_a_page(
    client: Client, issuer: OddIssuer, answer: Any, status: int
) -> None:
    issuer.answers[DISCOVERY] = lambda: answer
    assert client.get(START).status_code == status


def test_members_of_the_document_are_no_settings_of_the_client(
    client: Client, issuer: OddIssuer
) -> None:
    issuer.answers[DISCOVERY] = lambda: (
        200,
        issuer.discovery() | {"verify": False, "scope": "everything", "state": "known", "jwks": {}},
    )
    answer = client.get(START)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["scope"] == ["openid profile email"]
    assert query["state"] != ["known"]


def test_a_provider_that_is_slow_or_away_is_waited_for_once(
    client: Client, issuer: OddIssuer
) -> None:
    issuer.pause_s = 3
    began = time.monotonic()
    assert client.get(START).status_code == 503
    assert time.monotonic() - began < 2.5
    began = time.monotonic()
    assert client.get(START).status_code == 503
    assert time.monotonic() - began < 0.5
    openid_provider._outages.clear()
    issuer.pause_s = 0
    state = begin(client, issuer)
    issuer.pause_s = 3
    assert client.get(CALLBACK, {"state": state, "code": "a code"}).status_code == 503
    issuer.close()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("access_denied", 403),
        ("login_required", 403),
        ("temporarily_unavailable", 503),
        ("server_error", 502),
        ("unauthorized_client", 502),
        ("<script>alert(1)</script>", 502),
        ("x" * 5000, 502),
    ],
)
def test_an_error_of_the_provider_is_a_page_in_words_of_ours(
    client: Client, issuer: OddIssuer, error: str, status: int
) -> None:
    answer = come_back(client, issuer, error=error, error_description="Call 555-0199")
    assert answer.status_code == status
    text = answer.content.decode()
    assert "555-0199" not in text
    assert error not in text
    assert not is_in(client)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "unknown", "code": "a code"},
        {"state": "", "code": "a code"},
        {"code": "a code"},
        {"state": "x" * 10_000},
    ],
)
def test_a_callback_that_nobody_began_is_refused(
    client: Client, issuer: OddIssuer, query: dict[str, str]
) -> None:
    begin(client, issuer)
    assert client.get(CALLBACK, query).status_code == 400
    assert [path for path, _ in issuer.asked if path == TOKEN] == []


def test_a_callback_of_another_issuer_or_without_a_code_is_refused(
    client: Client, issuer: OddIssuer
) -> None:
    assert come_back(client, issuer, iss="https://elsewhere.example.com").status_code == 400
    assert come_back(client, issuer, code="").status_code == 400
    assert come_back(client, issuer, code="x" * 5000).status_code == 400
    assert come_back(client, issuer, iss=issuer.issuer).status_code == 302


def test_a_sign_in_that_took_too_long_is_refused(
    client: Client, issuer: OddIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = begin(client, issuer)
    monkeypatch.setattr("catalog.views.openid.LONGEST_S", -1)
    assert client.get(CALLBACK, {"state": state, "code": "a code"}).status_code == 400


def test_a_browser_keeps_few_sign_ins_that_were_begun(client: Client, issuer: OddIssuer) -> None:
    states = [begin(client, issuer) for _ in range(20)]
    assert list(client.session["openid_sign_ins"]) == states[-5:]


def test_the_userinfo_must_be_about_the_same_person(client: Client, issuer: OddIssuer) -> None:
    address = f"{issuer.issuer}/userinfo"
    issuer.answers[DISCOVERY] = lambda: (200, issuer.discovery() | {"userinfo_endpoint": address})
    others: list[Any] = [{"sub": "another"}, {}, [], "x"]
    for told in others:
        issuer.answers["/userinfo"] = functools.partial(lambda told: (200, told), told)
        assert come_back(client, issuer).status_code == 502
    issuer.answers["/userinfo"] = lambda: (401, {})
    assert come_back(client, issuer).status_code == 403
    issuer.answers["/userinfo"] = lambda: (200, {"sub": "1", "name": "Rosa"})
    assert come_back(client, issuer).status_code == 302
    assert User.objects.get().display_name == "Rosa"


@pytest.mark.parametrize("name", ["with space", "x" * 151, "..", "", None, 5, "a\x00b", "é\ud800"])
def test_a_name_that_is_not_allowed_is_a_page_and_no_user(
    client: Client, issuer: OddIssuer, name: Any
) -> None:
    issuer.claims["preferred_username"] = name
    assert refused(client, issuer) == 400


def test_odd_claims_change_nothing_and_are_no_fault(client: Client, issuer: OddIssuer) -> None:
    values: list[Any] = [5, None, [], {}, "a\x00b", "\ud800", "x" * 5000, ["a\x00", 5, None, {}]]
    for odd in values:
        issuer.claims |= {"name": odd, "email": odd, "groups": odd}
        assert come_back(client, issuer).status_code == 302
    user = User.objects.get()
    assert (user.display_name, user.email) == ("x" * 255, "")
    assert not user.groups.exists()


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("groups", {"groups": ["/editors", "/others"]}),
        ("groups", {"groups": "/editors"}),
        ("roles", {"roles": {"/editors": {"org": "1"}}}),
        ("realm_access.roles", {"realm_access": {"roles": ["/editors"]}}),
        ("https://example.com/groups", {"https://example.com/groups": ["/editors"]}),
    ],
)
def test_groups_are_read_from_many_a_claim(
    client: Client, issuer: OddIssuer, settings: Any, claim: str, claims: dict[str, Any]
) -> None:
    settings.OPENID = issuer.configuration(
        groups_claim=claim, groups=(("/editors", "Editors"), ("/readers", "Readers"))
    )
    issuer.claims |= claims
    assert come_back(client, issuer).status_code == 302
    assert [group.name for group in User.objects.get().groups.all()] == ["Editors"]


@pytest.mark.parametrize(
    "then",
    ["https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com", "javascript:x"],
)
def test_nobody_is_sent_to_another_host_afterwards(
    client: Client, issuer: OddIssuer, then: str
) -> None:
    assert come_back(client, issuer, then).headers["Location"] == "/admin/"
    assert come_back(client, issuer, "/admin/catalog/asset/").headers["Location"] == (
        "/admin/catalog/asset/"
    )


def test_a_service_account_is_nobodys(client: Client, issuer: OddIssuer) -> None:
    create_user(username="rosa", is_service=True)
    assert come_back(client, issuer).status_code == 409
    assert not ExternalIdentity.objects.exists()


def test_without_a_refresh_token_a_session_lasts_until_it_would_be_asked_about(
    client: Client, issuer: OddIssuer
) -> None:
    come_back(client, issuer)
    assert client.get("/admin/").status_code == 200
    ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
    assert client.get("/admin/").status_code == 302


def test_the_request_that_asks_about_a_session_has_the_rights_of_the_answer(
    client: Client, issuer: OddIssuer, settings: Any
) -> None:
    create_user(username="other", is_admin=True)
    settings.OPENID = issuer.configuration(admin_values=frozenset({"admins"}))
    issuer.claims |= {"groups": ["admins"]}
    issuer.answers[TOKEN] = lambda: (
        200,
        {"access_token": "x", "refresh_token": "y", "id_token": issuer.token()},
    )
    come_back(client, issuer)
    users = reverse("admin:catalog_user_changelist")
    assert client.get(users).status_code == 200
    issuer.claims |= {"groups": []}
    ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
    assert client.get(users).status_code == 403
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("odd", [5, ["x"], {}, "\ud800", None, ""], ids=ascii)
@pytest.mark.parametrize("with_id_token", [False, True])
def test_an_odd_refresh_token_is_none(
    client: Client, issuer: OddIssuer, odd: Any, with_id_token: bool
) -> None:
    answer = {"access_token": "an access token", "token_type": "Bearer", "expires_in": 300}
    issuer.answers[TOKEN] = lambda: (
        200,
        answer | {"refresh_token": "honest", "id_token": issuer.token()},
    )
    come_back(client, issuer)
    given = answer | {"refresh_token": odd}
    issuer.answers[TOKEN] = lambda: (
        200,
        given | {"id_token": issuer.token()} if with_id_token else given,
    )
    ExternalSession.objects.update(next_check_at="2020-01-01T00:00:00Z")
    assert client.get("/admin/").status_code == 200
    assert come_back(Client(), issuer).status_code == (302 if with_id_token else 502)


def test_a_session_ends_when_the_provider_is_turned_off_here(
    client: Client, issuer: OddIssuer, settings: Any
) -> None:
    come_back(client, issuer)
    assert client.get("/admin/").status_code == 200
    settings.OPENID = None
    assert client.get("/admin/").status_code == 302


def test_without_a_provider_there_is_no_button_and_no_route(client: Client, settings: Any) -> None:
    assert settings.OPENID is None
    assert "/openid/" not in client.get(reverse("admin:login")).content.decode()
    assert client.get(START).status_code == 404
    assert client.get(CALLBACK).status_code == 404


def test_the_routes_are_read_only_and_the_button_is_ours(client: Client, issuer: OddIssuer) -> None:
    assert client.post(START).status_code == 405
    assert client.post(CALLBACK).status_code == 405
    page = client.get(reverse("admin:login"), {"next": '/admin/"><script>'}).content.decode()
    assert "Sign in with single sign-on" in page
    assert '"><script>' not in page


def test_a_failure_logs_the_step_and_no_secret(
    client: Client, issuer: OddIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.token = lambda: issuer.signed(aud="another")
    with caplog.at_level(logging.DEBUG, "catalog"):
        come_back(client, issuer)
    said = [vars(record) for record in caplog.records]
    line = next(each for each in said if each["msg"] == "openid_answer_unusable")
    assert (line["step"], line["reason"]) == ("redeem", "InvalidClaimError")
    assert "aud" in line["detail"]
    for secret in ("eyJ", "a code", issuer.nonce, "an access token"):
        assert secret not in str(said)
